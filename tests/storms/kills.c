/*
 * A bench that is killed (SIGKILL) again and again: while it starts, while it opens its scanners,
 * while scans are on their way, between commit and acknowledgement, before the beep. Each scanner
 * has a person who reads the next code when the last one was heard, or when the bench is back. What
 * a person heard as good counts as acknowledged:
 *
 *   - it was in the journal when the scanner beeped, and is there once
 *   - everything else is there once or not at all, and nothing is that nobody read
 *
 *   kills       SPECIMEND_STORM_KILLS (1000), SPECIMEND_STORM_SCANNERS (16), SPECIMEND_SEED
 */
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/storms/rig.h"

/* A scan that no one answers: it was thrown away with what waited in the scanner. */
#define PATIENCE_US 5000000
#define LIFE_US 400000 /* at most, from the first scanner that is here */

struct journal_entry {
	char start_id[LINK_START_ID_LEN + 1];
	int64_t counter;
	unsigned point;
	unsigned long scan;
};

static struct person {
	bool is_waiting;    /* for the sound of the last scan */
	size_t sounds;      /* before it */
	unsigned long scan; /* the last one */
	int64_t at_us;
} people[RIG_POINTS_MAX];

/* When the bench dies. */
enum death {
	DEATH_STARTING, /* at a moment after its start */
	DEATH_WORKING,  /* at a moment after the first scanner is here */
	DEATH_STORED,   /* a scan is in the journal, and not acknowledged */
	DEATH_TOLD,     /* it is, and the verdict is on its way */
	DEATHS,
};

static struct {
	struct journal_entry *journal;
	size_t count;
	size_t room;
	unsigned long kills;
	unsigned long by_death[DEATHS];
	unsigned long scans;
	unsigned long heard;
	unsigned long again; /* reports that came once more */
	unsigned long wrong;
	enum death death;
	int64_t death_us;
	unsigned commits_left; /* until it dies, of the deaths by scan */
	bool is_dying;
} it;

static void wrong(const char *what, unsigned point, unsigned long scan)
{
	it.wrong++;
	printf("scanner %u, scan %lu: %s\n", point, scan, what);
}

/* --- the journal ------------------------------------------------------------------- */

/* The newest first: it was read just now. */
static bool journal_has(unsigned point, unsigned long scan)
{
	for (size_t i = it.count; i > 0; i--) {
		if (it.journal[i - 1].point == point && it.journal[i - 1].scan == scan)
			return true;
	}
	return false;
}

/* A bench's reports are all together. */
static bool is_known(const struct storm_scan *scan)
{
	for (size_t i = it.count; i > 0 && str_equal(it.journal[i - 1].start_id, scan->start_id);
		i--) {
		if (it.journal[i - 1].counter == scan->counter)
			return true;
	}
	return false;
}

static void journal_add(const struct point *point, const struct storm_scan *scan)
{
	char code[STORM_CODE_LEN + 1];
	unsigned long number = strtoul(scan->raw + 2, NULL, 10);

	storm_code(point->number, number, code);
	if (!str_equal(scan->raw, code) || number >= point->scans)
		wrong("nobody read what is told", point->number, number);
	if (it.count == it.room) {
		it.room = it.room * 2 + 256;
		it.journal = xrealloc(it.journal, it.room * sizeof(*it.journal));
	}
	struct journal_entry *entry = &it.journal[it.count++];

	*entry = (struct journal_entry) {
		.counter = scan->counter,
		.point = point->number,
		.scan = number,
	};
	(void)str_copy(entry->start_id, sizeof(entry->start_id), scan->start_id);
}

static void on_scan(struct point *point, const struct storm_scan *scan)
{
	if (is_known(scan)) {
		it.again++;
		return;
	}
	journal_add(point, scan);
	if (it.death < DEATH_STORED || --it.commits_left > 0 || it.is_dying)
		return;
	it.is_dying = true;
	/* in here nothing is acknowledged yet, and in the next pass all is sent */
	if (it.death == DEATH_STORED)
		rig_bench_shoot(0);
}

static void on_here(struct point *point, bool here)
{
	struct person *person = &people[point->number];

	person->at_us = storm_now_us() + 40000 + storm_roll(160000);
	if (here && it.death == DEATH_WORKING && it.death_us == INT64_MAX)
		it.death_us = storm_now_us() + storm_roll(LIFE_US);
}

/* --- people --------------------------------------------------------------------------- */

static void sound_hear(struct point *point, struct person *person, bool is_good)
{
	person->is_waiting = false;
	person->at_us = storm_now_us() + storm_roll(10000);
	if (!is_good)
		return;
	it.heard++;
	if (!journal_has(point->number, person->scan))
		wrong("heard as good, and is not stored", point->number, person->scan);
}

static void person_step(struct point *point)
{
	struct person *person = &people[point->number];
	bool is_good;
	size_t sounds = rig_sounds(point, &is_good);

	if (person->is_waiting && sounds > person->sounds) {
		sound_hear(point, person, is_good);
		return;
	}
	if (person->is_waiting && storm_now_us() >= person->at_us)
		person->is_waiting = false;
	if (person->is_waiting || !point->is_here || storm_now_us() < person->at_us)
		return;
	unsigned long scan = point->scans;

	if (!*rig_read(point))
		storm_fail("a scanner does not read");
	it.scans++;
	*person = (struct person) { .is_waiting = true,
		.sounds = sounds,
		.scan = scan,
		.at_us = storm_now_us() + PATIENCE_US };
}

/* What nobody heard until now nobody will: they read again when it is back. */
static void people_give_up(void)
{
	for (unsigned i = 0; i < rig.point_count; i++) {
		bool is_good;
		size_t sounds = rig_sounds(&rig.points[i], &is_good);

		if (people[i].is_waiting && sounds > people[i].sounds)
			sound_hear(&rig.points[i], &people[i], is_good);
		people[i].is_waiting = false;
	}
}

/* --- the bench -------------------------------------------------------------------------- */

static void life_begin(void)
{
	it.death = (enum death)storm_roll(DEATHS);
	it.commits_left = 1 + storm_roll(20);
	it.is_dying = false;
	it.death_us = it.death == DEATH_STARTING ? storm_now_us() + storm_roll(150000) : INT64_MAX;
	rig_bench_start(0);
}

static void life_end(void)
{
	it.kills++;
	it.by_death[it.death]++;
	rig_bench_kill(0);
	people_give_up();
}

static void step(void)
{
	for (unsigned i = 0; i < rig.point_count; i++)
		person_step(&rig.points[i]);
	rig_step();
}

static void life_run(void)
{
	int64_t end_us = storm_now_us() + RIG_WAIT_MS * INT64_C(1000);

	life_begin();
	while (!it.is_dying && storm_now_us() < it.death_us) {
		if (storm_now_us() > end_us)
			storm_fail("it hangs: nothing is scanned any more");
		step();
	}
	life_end();
}

/* The last bench lives: everybody is heard once more. */
static unsigned long heard_wanted;

static void last_life(void)
{
	int64_t end_us = storm_now_us() + RIG_WAIT_MS * INT64_C(1000);

	it.death = DEATH_STARTING;
	it.death_us = INT64_MAX;
	rig_bench_start(0);
	heard_wanted = it.heard + 10UL * rig.point_count;
	while (it.heard < heard_wanted && storm_now_us() < end_us)
		step();
	if (it.heard < heard_wanted)
		wrong("the last bench is not heard", 0, 0);
}

static int by_scan(const void *a, const void *b)
{
	const struct journal_entry *one = a;
	const struct journal_entry *other = b;

	if (one->point != other->point)
		return one->point < other->point ? -1 : 1;
	return one->scan < other->scan ? -1 : one->scan > other->scan;
}

/* Nothing is there twice. */
static void journal_judge(void)
{
	if (it.count == 0)
		return;
	qsort(it.journal, it.count, sizeof(*it.journal), by_scan);
	for (size_t i = 1; i < it.count; i++) {
		if (by_scan(&it.journal[i - 1], &it.journal[i]) == 0)
			wrong("stored twice", it.journal[i].point, it.journal[i].scan);
	}
}

int main(void)
{
	static const struct rig_events events = { on_here, on_scan };
	unsigned long kills = storm_number("SPECIMEND_STORM_KILLS", 1000, 1000000);
	int64_t begun_us = storm_now_us();

	storm_seed();
	rig_begin(&(struct rig_setup) {
		.points = (unsigned)storm_number("SPECIMEND_STORM_SCANNERS", 16, 40),
		.benches = 1,
		.kind = &point_kinds[0],
		.has_verdicts = true,
		.events = &events,
	});
	for (unsigned i = 0; i < rig.point_count; i++)
		rig_plug(&rig.points[i]);
	while (it.kills < kills)
		life_run();
	last_life();
	bool is_well = rig_bench_stop(0);

	journal_judge();
	printf("kills: %lu in %.0f s (%lu while it started, %lu at work, %lu before the "
	       "acknowledgement, %lu before "
	       "the beep)\n",
		it.kills, (double)(storm_now_us() - begun_us) / 1e6, it.by_death[DEATH_STARTING],
		it.by_death[DEATH_WORKING], it.by_death[DEATH_STORED], it.by_death[DEATH_TOLD]);
	printf("kills: %lu scans, %zu stored, %lu heard as good; %lu reports came again; %lu "
	       "wrong; the last bench "
	       "ended %s\n",
		it.scans, it.count, it.heard, it.again, it.wrong, is_well ? "well" : "BADLY");
	rig_end();
	free(it.journal);
	return storm_end(it.wrong == 0 && is_well && it.heard > 0);
}
