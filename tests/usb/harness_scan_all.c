/*
 * Many scanners at once: each reads its next code when the last one was answered by a sound; or,
 * with a hand's pause, all of them at one moment, so long after the last answer to any. What came
 * of it goes to a file, a line for each scan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/usb/harness_inside.h"

#define WAIT_MS_MAX 60000u
#define LOOK_US 500 /* between two looks; times are the models' own */

/* One line of the file. */
struct turn {
	struct list node;
	char *text;
	char *aim; /* NULL: none */
};

struct gun {
	struct device *device; /* NULL: this port has no turn */
	struct list turns;     /* those to come; the first is under way when it was scanned */
	size_t beep;           /* the number of the sound that answers it */
	int64_t scanned_us;    /* 0: not yet */
	int64_t due_us;        /* not sooner than this */
};

struct round {
	struct harness_devices *devices;
	struct gun guns[HARNESS_PORTS];
	int64_t wait_us;
	int64_t pause_us;
	int64_t hand_us;  /* 0: no pause for the hands */
	int64_t heard_us; /* the newest answer, or the start */
	unsigned seed;
	FILE *out;
	size_t count; /* answered */
};

/* --- the file ------------------------------------------------------------- */

static void turn_free(struct turn *turn)
{
	list_remove(&turn->node);
	free(turn->text);
	free(turn->aim);
	free(turn);
}

static struct turn *turn_get(const struct gun *gun)
{
	return LIST_ITEM(gun->turns.next, struct turn, node);
}

/* NAME TEXT [AIM] */
static bool line_take(struct round *round, char *line, struct err *err)
{
	char *rest = NULL;
	const char *name = strtok_r(line, " \n", &rest);
	const char *text = strtok_r(NULL, " \n", &rest);
	const char *aim = strtok_r(NULL, " \n", &rest);
	struct device *device = name ? harness_device_find(round->devices, name) : NULL;

	if (!text || !device || !device->scanner)
		return err_set(err, ERR_INVALID, "'%s' reads nothing", name ? name : "");
	struct gun *gun = &round->guns[device->port - 1];
	struct turn *turn = xcalloc(1, sizeof(*turn));

	gun->device = device;
	turn->text = xstrdup(text);
	turn->aim = aim ? xstrdup(aim) : NULL;
	list_add_tail(&gun->turns, &turn->node);
	return true;
}

static bool turns_read(struct round *round, const char *path, struct err *err)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool is_read = true;

	if (!file)
		return err_set_errno(err, "%s", path);
	while (is_read && getline(&line, &size, file) >= 0)
		is_read = line_take(round, line, err);
	free(line);
	fclose(file);
	return is_read;
}

/* --- scanning ------------------------------------------------------------- */

/* Between one half and one and a half of the pause, so that the scanners do not fall into step. */
static int64_t pause_us(struct round *round)
{
	if (round->pause_us == 0)
		return 0;
	return round->pause_us / 2 + rand_r(&round->seed) % round->pause_us;
}

static bool gun_scan(struct round *round, struct gun *gun, struct err *err)
{
	const struct turn *turn = turn_get(gun);
	char *const words[] = { NULL, NULL, turn->text, turn->aim };
	AUTO_BUF answer = { 0 };

	umock_begin(round->devices->umock);
	gun->beep = model_hid_pos_beep_count(gun->device->scanner);
	umock_end(round->devices->umock);
	gun->scanned_us = umock_now_us();
	return harness_scanner_scan(round->devices, gun->device, words, &answer, err);
}

/* The bus is held. */
static void gun_hear(struct round *round, struct gun *gun)
{
	const struct model_hid_pos_beep *beep = model_hid_pos_beep(gun->device->scanner, gun->beep);

	if (!beep)
		return;
	fprintf(round->out, "%s %s %lld %lld %s\n", gun->device->name, turn_get(gun)->text,
		(long long)model_hid_pos_fetched_us(gun->device->scanner), (long long)beep->at_us,
		harness_sound_word(beep->sound));
	turn_free(turn_get(gun));
	gun->due_us = gun->scanned_us + pause_us(round);
	gun->scanned_us = 0;
	round->heard_us = beep->at_us;
	round->count++;
}

static void guns_hear(struct round *round)
{
	umock_begin(round->devices->umock);
	for (size_t i = 0; i < HARNESS_PORTS; i++) {
		if (round->guns[i].scanned_us > 0)
			gun_hear(round, &round->guns[i]);
	}
	umock_end(round->devices->umock);
}

/* Whether every hand has its next tube. */
static bool hands_are_ready(const struct round *round)
{
	if (round->hand_us == 0)
		return true;
	for (size_t i = 0; i < HARNESS_PORTS; i++) {
		if (round->guns[i].scanned_us > 0)
			return false;
	}
	return umock_now_us() - round->heard_us >= round->hand_us;
}

static bool gun_step(struct round *round, struct gun *gun, bool may_scan, struct err *err)
{
	int64_t now_us = umock_now_us();

	if (gun->scanned_us == 0)
		return !may_scan || now_us < gun->due_us || gun_scan(round, gun, err);
	if (now_us - gun->scanned_us < round->wait_us)
		return true;
	return err_set(err, ERR_TIMEOUT, "no beep of '%s' for '%s'", gun->device->name,
		turn_get(gun)->text);
}

static bool guns_step(struct round *round, bool *is_over, struct err *err)
{
	bool may_scan = hands_are_ready(round);

	*is_over = true;
	for (size_t i = 0; i < HARNESS_PORTS; i++) {
		if (list_is_empty(&round->guns[i].turns))
			continue;
		*is_over = false;
		if (!gun_step(round, &round->guns[i], may_scan, err))
			return false;
	}
	return true;
}

static bool round_run(struct round *round, const char *path, struct err *err)
{
	bool is_over = false;
	bool is_well = true;

	round->out = fopen(path, "we");
	if (!round->out)
		return err_set_errno(err, "%s", path);
	round->heard_us = umock_now_us();
	for (size_t i = 0; i < HARNESS_PORTS; i++)
		round->guns[i].due_us = umock_now_us() + pause_us(round);
	while (is_well && !is_over) {
		usleep(LOOK_US);
		guns_hear(round);
		is_well = guns_step(round, &is_over, err);
	}
	if (fclose(round->out) != 0 && is_well)
		return err_set_errno(err, "%s", path);
	return is_well;
}

/* scan_all FILE OUT MS [PAUSE_MS [HAND_MS]] */
bool harness_scan_all(struct harness_devices *devices, struct device *device, char *const *words,
	struct buf *answer, struct err *err)
{
	struct round round = { .devices = devices };
	uint64_t wait_ms;
	uint64_t pause_ms = 0;
	uint64_t hand_ms = 0;

	(void)device;
	if (!harness_number(words[3], WAIT_MS_MAX, &wait_ms, err) ||
		(words[4] && !harness_number(words[4], WAIT_MS_MAX, &pause_ms, err)) ||
		(words[4] && words[5] && !harness_number(words[5], WAIT_MS_MAX, &hand_ms, err)))
		return false;
	round.wait_us = (int64_t)wait_ms * 1000;
	round.pause_us = (int64_t)pause_ms * 1000;
	round.hand_us = (int64_t)hand_ms * 1000;
	for (size_t i = 0; i < HARNESS_PORTS; i++)
		list_init(&round.guns[i].turns);
	bool is_done = turns_read(&round, words[1], err) && round_run(&round, words[2], err);

	for (size_t i = 0; i < HARNESS_PORTS; i++) {
		while (!list_is_empty(&round.guns[i].turns))
			turn_free(turn_get(&round.guns[i]));
	}
	buf_addf(answer, " %zu", round.count);
	return is_done;
}
