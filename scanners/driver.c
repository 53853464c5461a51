/* Words of the verdicts, the list of drivers, and the collector. */
#include "scanners/driver.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/dechdr.h"
#include "scanners/hid_pos.h"
#include "scanners/opc.h"
#include "scanners/serial.h"
#include "scanners/snapi.h"
#include "scanners/ssi.h"
#include "scanners/wedge.h"

/* In the order of clinic.scanner_protocols(). */
static const struct scanner_driver *const drivers[] = {
	&scanner_driver_hid_pos,
	&scanner_driver_wedge,
	&scanner_driver_serial,
	&scanner_driver_simple_com,
	&scanner_driver_ssi,
	&scanner_driver_snapi,
	&scanner_driver_dechdr,
	&scanner_driver_opc,
};

const struct scanner_driver *scanner_driver_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (str_equal(drivers[i]->name, name))
			return drivers[i];
	}
	return NULL;
}

const struct scanner_driver *scanner_driver_at(size_t at)
{
	return at < ARRAY_LEN(drivers) ? drivers[at] : NULL;
}

static const char *const words[SCAN_VERDICTS] = {
#define WORD(name, word) [name] = (word),
	SCAN_VERDICT_TABLE(WORD)
#undef WORD
};

const char *scan_verdict_word(enum scan_verdict verdict)
{
	return words[verdict];
}

bool scan_verdict_parse(const char *word, enum scan_verdict *out)
{
	for (size_t i = 0; i < SCAN_VERDICTS; i++) {
		if (!str_equal(words[i], word))
			continue;
		*out = (enum scan_verdict)i;
		return true;
	}
	return false;
}

enum scan_sound scan_verdict_sound(enum scan_verdict verdict)
{
	static const enum scan_sound sounds[SCAN_VERDICTS] = {
		[SCAN_STORED] = SCAN_SOUND_GOOD,
		[SCAN_COMPLETE] = SCAN_SOUND_GOOD,
		[SCAN_REPEAT] = SCAN_SOUND_NONE,
		[SCAN_QUESTION] = SCAN_SOUND_BAD,
		[SCAN_STOP] = SCAN_SOUND_BAD,
		[SCAN_NOTE] = SCAN_SOUND_NONE,
		[SCAN_NOT_STORED] = SCAN_SOUND_BAD,
	};

	return sounds[verdict];
}

static const char *const terminators[SCAN_TERMINATORS] = {
#define WORD(name, word) [name] = (word),
	SCAN_TERMINATOR_TABLE(WORD)
#undef WORD
};

const char *scan_terminator_word(enum scan_terminator terminator)
{
	return terminators[terminator];
}

bool scan_terminator_parse(const char *word, enum scan_terminator *out)
{
	for (size_t i = 0; i < ARRAY_LEN(terminators); i++) {
		if (!str_equal(terminators[i], word))
			continue;
		*out = (enum scan_terminator)i;
		return true;
	}
	return false;
}

static const char *const end_words[SCAN_ENDS] = {
	[SCAN_END_DECLARED] = "declared",
	[SCAN_END_TERMINATOR] = "terminator",
	[SCAN_END_IDLE] = "idle",
};

const char *scan_end_word(enum scan_end end)
{
	return end_words[end];
}

void scan_collector_reset(struct scan_collector *collector)
{
	collector->is_cut = collector->is_cut || collector->reports > 0;
	buf_reset(&collector->collected);
	memset(collector->aim, 0, sizeof(collector->aim));
	collector->reports = 0;
}

void scan_collector_cut(struct scan_collector *collector)
{
	scan_collector_reset(collector);
	collector->is_cut = true;
	collector->is_settling = false;
}

static bool aim_is_at(struct bytes raw)
{
	return raw.len >= SCAN_AIM_LEN && raw.data[0] == ']' && char_is_printable(raw.data[1]) &&
	       raw.data[1] != ' ' && char_is_printable(raw.data[2]) && raw.data[2] != ' ';
}

enum scan_reading scan_collector_end(
	struct scan_collector *collector, enum scan_end end, struct scan *out)
{
	struct bytes raw = buf_bytes(&collector->collected);
	bool was_cut = collector->is_cut;

	collector->reports = 0;
	collector->is_cut = false;
	if (was_cut)
		return SCAN_READING_BAD;
	if (raw.len == 0)
		return SCAN_READING_NONE;
	if (collector->settings.has_aim) {
		if (!aim_is_at(raw) || raw.len == SCAN_AIM_LEN)
			return SCAN_READING_BAD;
		if (raw.data[1] == SCAN_AIM_NO_BAR_CODE)
			return SCAN_READING_NONE;
		memcpy(out->aim, raw.data, SCAN_AIM_LEN);
		raw = bytes_of(raw.data + SCAN_AIM_LEN, raw.len - SCAN_AIM_LEN);
	}
	if (!collector->settings.has_aim)
		memcpy(out->aim, collector->aim, sizeof(out->aim));
	out->raw = raw;
	out->end = end;
	return SCAN_READING_DONE;
}

void scan_collector_begin(struct scan_collector *collector, size_t layout_len)
{
	scan_collector_reset(collector);
	collector->is_cut = false;
	collector->is_settling = false;
	collector->is_answer_void = false;
	collector->is_answer_waiting = false;
	collector->is_answer_flying = false;
	free(collector->layout);
	collector->layout = layout_len > 0 ? xcalloc(1, layout_len) : NULL;
}

void scan_collector_done(struct scan_collector *collector)
{
	buf_done(&collector->collected);
	buf_done(&collector->answer);
	free(collector->layout);
	*collector = (struct scan_collector) { 0 };
}
