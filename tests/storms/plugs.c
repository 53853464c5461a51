/*
 * Scanners that are plugged in and pulled out without end, at random moments: while they are
 * opened, between scans, in the middle of one, right after it. What must hold:
 *
 *   - a scan whose last report the host had fetched when its scanner left, of a scanner that was
 *     listened to, is told once; any other once or not at all; nothing else is told, ever
 *   - what is plugged in is found, and listened to, every time
 *   - one whose event was lost is found too (every 5 s the bench looks by itself)
 *   - in the end the bench has the descriptors and the memory that it had near the beginning
 *
 *   plugs       SPECIMEND_STORM_PLUGS (10000), SPECIMEND_STORM_SCANNERS (20), SPECIMEND_SEED
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "tests/storms/rig.h"

#define STAY_SCANS_MAX 64u
#define FOUND_MS 5000                /* USB_LOOK_MS, said by itself: this is what is promised */
#define FOUND_MS_MAX (10 * FOUND_MS) /* on any machine */
#define UNHEARD_ROUNDS 3u
#define WARM_PART 5u        /* the memory is first looked at when a fifth is over */
#define LEAK_BYTES_MAX 128u /* of memory for each time that something was plugged in: noise */
#define LEAK_PART 4u        /* and for all, this part of what it had */

enum phase {
	OUT,
	COMING,  /* plugged in, not here */
	PROBING, /* here; reads until it is heard */
	HEARD,   /* from now on no scan may be lost */
};

struct told {
	char code[STORM_CODE_LEN + 1];
	size_t end;   /* the host has it when it has fetched so many pieces */
	bool is_sure; /* its scanner was listened to */
	bool is_told;
};

struct stay {
	struct told scans[STAY_SCANS_MAX];
	unsigned count;
};

static struct life {
	enum phase phase;
	int64_t at_us;   /* the next act */
	int64_t came_us; /* plugged in */
	unsigned reads;  /* that are left before it leaves */
	bool is_cut;     /* it leaves in the middle of the last */
	bool is_brief;   /* it leaves before it is here */
	struct stay now;
	struct stay before; /* its end was not told yet */
} lives[RIG_POINTS_MAX];

static struct {
	unsigned long plugs;
	unsigned long wanted;
	unsigned long brief;
	unsigned long cut;
	unsigned long heard;   /* stays in which it was listened to */
	unsigned long sure;    /* scans that had to be told */
	unsigned long told;    /* of all */
	unsigned long partial; /* read and not whole in the host: told or not */
	unsigned long wrong;
	int64_t slowest_us; /* from plug to here */
	int64_t unheard_us;
	unsigned long unheard;
	unsigned long unheard_in_time;
	bool is_closing; /* nothing is plugged in any more */
} it;

static void wrong(const struct point *point, const char *what, const char *code)
{
	it.wrong++;
	printf("%s (%s): %s %s\n", point->serial, point->kind->name, what, code);
}

/* --- what is told ------------------------------------------------------------------ */

static struct told *told_find(struct stay *stay, const char *code)
{
	for (unsigned i = 0; i < stay->count; i++) {
		if (str_equal(stay->scans[i].code, code))
			return &stay->scans[i];
	}
	return NULL;
}

static void on_scan(struct point *point, const struct storm_scan *scan)
{
	struct life *life = &lives[point->number];
	struct told *told = told_find(&life->before, scan->raw);
	bool is_now = !told;

	it.told++;
	if (is_now)
		told = told_find(&life->now, scan->raw);
	if (!told) {
		wrong(point, "nobody read", scan->raw);
		return;
	}
	if (told->is_told)
		wrong(point, "told twice:", told->code);
	told->is_told = true;
	if (is_now && life->phase == PROBING) {
		life->phase = HEARD;
		life->at_us = storm_now_us();
		it.heard++;
	}
}

/* The scanner's last stay is over, and everything of it was told before. */
static void stay_judge(const struct point *point, struct stay *stay)
{
	for (unsigned i = 0; i < stay->count; i++) {
		const struct told *scan = &stay->scans[i];

		it.sure += scan->is_sure;
		it.partial += !scan->is_sure;
		if (scan->is_sure && !scan->is_told)
			wrong(point, "lost:", scan->code);
	}
	stay->count = 0;
}

static void stay_end(struct point *point);

static void coming_begin(struct life *life, int64_t came_us)
{
	life->phase = COMING;
	life->came_us = came_us;
	life->at_us = came_us + FOUND_MS_MAX * INT64_C(1000);
	life->is_brief = false;
}

static void on_here(struct point *point, bool here)
{
	struct life *life = &lives[point->number];

	if (life->phase != OUT && !rig_is_plugged(point))
		stay_end(point);
	if (!here) {
		stay_judge(point, &life->before);
		if (life->phase == HEARD)
			wrong(point, "is let go, and was not pulled", "");
		if (life->phase == PROBING)
			coming_begin(life, life->came_us); /* the stay before had been here */
		return;
	}
	if (life->phase != COMING)
		return;
	int64_t took_us = storm_now_us() - life->came_us;

	it.slowest_us = took_us > it.slowest_us && !it.is_closing ? took_us : it.slowest_us;
	life->phase = PROBING;
	life->at_us = storm_now_us() + 60000 + storm_roll(60000);
}

/* --- what happens -------------------------------------------------------------------- */

static void point_read(struct point *point, bool is_sure)
{
	struct life *life = &lives[point->number];
	const char *code = life->now.count < STAY_SCANS_MAX ? rig_read(point) : "";

	if (!*code)
		return; /* nobody raised its line yet, or it was pulled just now */
	struct told *told = &life->now.scans[life->now.count++];

	*told = (struct told) { .end = point->pieces, .is_sure = is_sure };
	(void)str_copy(told->code, sizeof(told->code), code);
}

/* It has left: what of its scans must be told is known now. */
static void stay_end(struct point *point)
{
	struct life *life = &lives[point->number];
	size_t fetched = rig_fetched(point);

	for (unsigned i = 0; i < life->now.count; i++)
		life->now.scans[i].is_sure &= life->now.scans[i].end <= fetched;
	if (life->before.count > 0 && life->now.count > 0)
		wrong(point, "is here again, and was not gone", "");
	if (life->now.count > 0)
		life->before = life->now;
	life->now.count = 0;
	life->phase = OUT;
	life->at_us = storm_now_us() + storm_roll(100000);
}

static void point_unplug(struct point *point)
{
	rig_unplug(point);
	stay_end(point);
}

static void point_plug(struct point *point)
{
	struct life *life = &lives[point->number];

	it.plugs++;
	coming_begin(life, storm_now_us());
	life->is_brief = storm_roll(4) == 0;
	life->is_cut = storm_roll(3) == 0;
	life->reads = storm_roll(4);
	it.brief += life->is_brief;
	if (life->is_brief)
		life->at_us = life->came_us + storm_roll(100000);
	rig_plug(point);
}

/* The next scan of those that it reads here, or its end. */
static void point_go_on(struct point *point)
{
	struct life *life = &lives[point->number];

	if (life->reads == 0) {
		point_unplug(point);
		return;
	}
	life->reads--;
	if (life->reads == 0 && life->is_cut) {
		it.cut++;
		rig_unplug_at(point, storm_roll((unsigned)point->kind->bytes + 1));
	}
	point_read(point, true);
	life->at_us = storm_now_us() + storm_roll(30000);
}

static void point_step(struct point *point, int64_t now_us)
{
	struct life *life = &lives[point->number];

	if (life->phase != OUT && !rig_is_plugged(point))
		stay_end(point);
	if (now_us < life->at_us)
		return;
	switch (life->phase) {
	case OUT:
		if (it.plugs < it.wanted)
			point_plug(point);
		break;
	case COMING:
		if (!life->is_brief)
			wrong(point, "was not found", "");
		point_unplug(point);
		break;
	case PROBING:
		if (now_us - life->came_us > FOUND_MS_MAX * INT64_C(1000)) {
			wrong(point, "is not listened to", "");
			point_unplug(point);
			break;
		}
		point_read(point, false);
		life->at_us = now_us + 150000 + storm_roll(50000);
		break;
	case HEARD:
		point_go_on(point);
		break;
	}
}

static bool all_gone(void)
{
	for (unsigned i = 0; i < rig.point_count; i++) {
		if (rig.points[i].is_here || lives[i].phase != OUT)
			return false;
	}
	return true;
}

static void storm_until(unsigned long plugs)
{
	bool is_over = false;

	it.wanted = plugs;
	while (!is_over) {
		for (unsigned i = 0; i < rig.point_count; i++)
			point_step(&rig.points[i], storm_now_us());
		rig_step();
		is_over = it.plugs >= it.wanted;
		for (unsigned i = 0; i < rig.point_count; i++)
			is_over &= lives[i].phase == OUT;
	}
	rig_wait(all_gone);
}

/* --- events that are lost ---------------------------------------------------------------- */

static bool all_here(void)
{
	unsigned here = 0;

	for (unsigned i = 0; i < rig.point_count; i++)
		here += rig.points[i].is_here;
	return here == rig.point_count;
}

static void unheard_round(void)
{
	int64_t begun_us = storm_now_us();

	/* at any moment between two looks */
	while (storm_now_us() < begun_us + 1000 * (int64_t)storm_roll(FOUND_MS))
		rig_step();
	begun_us = storm_now_us();
	it.is_closing = true;
	for (unsigned i = 0; i < rig.point_count; i++) {
		lives[i] =
			(struct life) { .phase = COMING, .came_us = begun_us, .at_us = INT64_MAX };
		rig_plug_unheard(&rig.points[i]);
	}
	rig_wait(all_here);
	int64_t took_us = storm_now_us() - begun_us;

	it.unheard += rig.point_count;
	it.unheard_us = took_us > it.unheard_us ? took_us : it.unheard_us;
	if (took_us > FOUND_MS_MAX * INT64_C(1000))
		it.wrong++;
	it.plugs += rig.point_count;
	for (unsigned i = 0; i < rig.point_count; i++)
		point_unplug(&rig.points[i]);
	rig_wait(all_gone);
}

/* --- what the bench has --------------------------------------------------------------------- */

struct use {
	unsigned fds;
	unsigned long resident_kb;
};

/* What left last is closed when its transfers have ended. */
static struct use use_read(void)
{
	struct use use = { 0 };
	char path[64];
	char line[128];
	int64_t end_us = storm_now_us() + FOUND_MS * INT64_C(1000);

	while (storm_now_us() < end_us)
		rig_step();
	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)rig.benches[0].pid);
	DIR *dir = opendir(path);

	while (dir && readdir(dir))
		use.fds++;
	if (dir)
		closedir(dir);
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)rig.benches[0].pid);
	FILE *status = fopen(path, "r");

	while (status && fgets(line, sizeof(line), status)) {
		if (str_has_prefix(line, "VmRSS:"))
			use.resident_kb = strtoul(line + strlen("VmRSS:"), NULL, 10);
	}
	if (status)
		(void)fclose(status);
	if (use.fds == 0 || use.resident_kb == 0)
		storm_fail("the bench is not there any more");
	return use;
}

static void plugs_tell(double seconds)
{
	printf("plugs: %lu times plugged in and pulled in %.0f s, %lu before they were here, %lu "
	       "in "
	       "the middle of a scan, %lu after they were heard; slowest to be here %.1f s\n",
		it.plugs, seconds, it.brief, it.cut, it.heard, (double)it.slowest_us / 1e6);
}

static void scans_tell(void)
{
	printf("plugs: %lu scans were whole in the host and had to be told, %lu others were told "
	       "or "
	       "not; %lu told; %lu wrong\n",
		it.sure, it.partial, it.told, it.wrong);
	printf("plugs: %lu came unheard of, the slowest was here after %.1f s\n", it.unheard,
		(double)it.unheard_us / 1e6);
}

/* False when the bench has more than it had after the first so many. */
static bool use_tell(struct use warm, unsigned long warm_plugs)
{
	struct use end = use_read();
	unsigned long room_kb = warm.resident_kb + warm.resident_kb / LEAK_PART +
				(it.plugs - warm_plugs) * LEAK_BYTES_MAX / 1024;

	printf("plugs: the bench had %u descriptors and %lu kB after %lu, %u and %lu kB after "
	       "all\n",
		warm.fds, warm.resident_kb, warm_plugs, end.fds, end.resident_kb);
	return end.fds == warm.fds && end.resident_kb <= room_kb;
}

int main(void)
{
	static const struct rig_events events = { on_here, on_scan };
	unsigned long plugs = storm_number("SPECIMEND_STORM_PLUGS", 10000, 10000000);

	storm_seed();
	rig_begin(&(struct rig_setup) {
		.points = (unsigned)storm_number("SPECIMEND_STORM_SCANNERS", 20, 40),
		.benches = 1,
		.events = &events,
	});
	rig_bench_start(0);
	int64_t begun_us = storm_now_us();

	storm_until(plugs / WARM_PART);
	struct use warm = use_read();

	storm_until(plugs);
	plugs_tell((double)(storm_now_us() - begun_us) / 1e6);
	for (unsigned i = 0; i < UNHEARD_ROUNDS; i++)
		unheard_round();
	scans_tell();
	bool ok = use_tell(warm, plugs / WARM_PART) && it.wrong == 0 && it.sure > 0;

	if (!rig_bench_stop(0)) {
		puts("plugs: the bench did not end well");
		ok = false;
	}
	rig_end();
	return storm_end(ok);
}
