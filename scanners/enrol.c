/* Every way to read it, and which of them gives the text. */
#include "scanners/enrol.h"

#include <assert.h>
#include <stdio.h>

#include "daemon/base/str.h"
#include "scanners/keyboard.h"
#include "scanners/serial.h"
#include "scanners/wedge.h"

static const struct enrol_words reading_words[ENROL_READINGS] = {
#define WORDS(name, word, says, hint) [name] = { (word), (says), (hint) },
	ENROL_READING_TABLE(WORDS)
};

static const struct enrol_words advice_words[ENROL_ADVICES] = { ENROL_ADVICE_TABLE(WORDS)
#undef WORDS
};

const struct enrol_words *enrol_reading_words(enum enrol_reading reading)
{
	return &reading_words[reading];
}

const struct enrol_words *enrol_advice_words(enum enrol_advice advice)
{
	return &advice_words[advice];
}

/* ---- what was heard ---- */

void enrol_hear(struct enrol_heard *heard, struct bytes piece, int64_t at_ms)
{
	if (piece.len == 0)
		return;
	if (heard->count == ENROL_PIECES_MAX || piece.len > ENROL_BYTES_MAX - heard->bytes.len) {
		heard->is_too_much = true;
		return;
	}
	buf_add(&heard->bytes, piece);
	heard->pieces[heard->count].at_ms = at_ms;
	heard->pieces[heard->count++].len = (uint32_t)piece.len;
}

void enrol_heard_reset(struct enrol_heard *heard)
{
	buf_reset(&heard->bytes);
	heard->count = 0;
	heard->is_too_much = false;
}

void enrol_heard_done(struct enrol_heard *heard)
{
	buf_done(&heard->bytes);
	*heard = (struct enrol_heard) { 0 };
}

/* ---- one way to read it ---- */

struct trial {
	const struct scanner_driver *driver;
	struct scan_collector collector;
	struct buf text; /* of the first scan */
	char aim[SCAN_AIM_LEN + 1];
	enum scan_end end;
	unsigned scans;
	bool is_open;   /* a scan has begun */
	bool is_broken; /* something made no sense, or two scans differ */
};

static void scan_note(struct trial *trial, const struct scan *scan)
{
	if (trial->scans++ > 0) {
		trial->is_broken |= !bytes_equal(buf_bytes(&trial->text), scan->raw);
		return;
	}
	buf_add(&trial->text, scan->raw);
	memcpy(trial->aim, scan->aim, sizeof(trial->aim));
	trial->end = scan->end;
}

static void reading_note(struct trial *trial, enum scan_reading reading, const struct scan *scan)
{
	trial->is_open = reading == SCAN_READING_MORE;
	buf_reset(&trial->collector.answer); /* it is told nothing */
	if (reading == SCAN_READING_DONE)
		scan_note(trial, scan);
	if (reading != SCAN_READING_BAD)
		return;
	trial->is_broken = true;
	scan_collector_reset(&trial->collector);
}

static void trial_silence(struct trial *trial)
{
	struct scan scan = { 0 };
	enum scan_reading reading = SCAN_READING_BAD;

	if (!trial->is_open)
		return;
	if (trial->driver->idle)
		reading = trial->driver->idle(&trial->collector, &scan);
	reading_note(trial, reading, &scan);
}

static void trial_say(struct trial *trial, struct bytes piece)
{
	while (piece.len > 0) {
		struct scan scan = { 0 };
		enum scan_reading reading = trial->driver->decode(&trial->collector, &piece, &scan);

		reading_note(trial, reading, &scan);
	}
}

/* False when this is no device of that kind. */
static bool trial_run(
	struct trial *trial, const struct enrol_heard *heard, struct bytes description)
{
	const uint8_t *at = heard->bytes.data;
	struct err err = { 0 };

	if (trial->driver->begin && !trial->driver->begin(&trial->collector, description, &err))
		return false;
	for (size_t i = 0; i < heard->count; i++) {
		if (i > 0 && heard->pieces[i].at_ms - heard->pieces[i - 1].at_ms >=
				     trial->driver->timeout_ms)
			trial_silence(trial);
		trial_say(trial, bytes_of(at, heard->pieces[i].len));
		at += heard->pieces[i].len;
	}
	trial_silence(trial);
	return true;
}

static void trial_done(struct trial *trial)
{
	scan_collector_done(&trial->collector);
	buf_done(&trial->text);
}

/* ---- what it read, against what was shown ---- */

static bool is_control(uint8_t c)
{
	return c < 0x20;
}

/* The code's bytes without its control characters; what stands before the first is before_len. */
struct plain_code {
	uint8_t text[ENROL_CODE_MAX];
	size_t len;
	size_t before_len;
};

static struct plain_code code_plain(struct bytes code)
{
	struct plain_code plain = { 0 };

	for (size_t i = 0; i < code.len; i++) {
		if (!is_control(code.data[i]))
			plain.text[plain.len++] = code.data[i];
		else if (plain.before_len == 0)
			plain.before_len = plain.len;
	}
	return plain;
}

static bool has_at(struct bytes in, size_t at, struct bytes part)
{
	return part.len <= in.len && at <= in.len - part.len &&
	       (part.len == 0 || memcmp(in.data + at, part.data, part.len) == 0);
}

static bool has_part(struct bytes in, struct bytes part)
{
	for (size_t at = 0; part.len > 0 && at + part.len <= in.len; at++) {
		if (has_at(in, at, part))
			return true;
	}
	return false;
}

static unsigned letter_lower(uint8_t c)
{
	return char_is_upper(c) ? c + 0x20u : c;
}

static bool is_same_but_case(struct bytes a, struct bytes b)
{
	for (size_t i = 0; a.len == b.len && i < a.len; i++) {
		if (letter_lower(a.data[i]) != letter_lower(b.data[i]))
			return false;
	}
	return a.len == b.len;
}

/* Both ends are there, and other characters where the code has GS. */
static bool is_replaced(struct bytes text, const struct plain_code *plain)
{
	size_t behind_len = plain->len - plain->before_len;

	return plain->before_len > 0 && text.len > plain->len &&
	       has_at(text, 0, bytes_of(plain->text, plain->before_len)) &&
	       has_at(text, text.len - behind_len,
		       bytes_of(plain->text + plain->before_len, behind_len));
}

static size_t character_count(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.data[i] & 0xC0) != 0x80; /* the first byte of one, in UTF-8 */
	return count;
}

#define PART_MIN 4u

static enum enrol_reading text_compare(
	struct bytes text, struct bytes code, bool is_keyboard, bool *out_no_controls)
{
	const struct plain_code plain = code_plain(code);
	struct bytes plain_bytes = bytes_of(plain.text, plain.len);
	size_t count = character_count(text);

	*out_no_controls = plain.len < code.len && bytes_equal(text, plain_bytes);
	if (bytes_equal(text, code) || *out_no_controls)
		return ENROL_FOUND;
	if (is_same_but_case(text, code) || is_same_but_case(text, plain_bytes))
		return ENROL_CASE;
	if (has_part(text, code) || has_part(text, plain_bytes))
		return ENROL_ADDED;
	if (is_replaced(text, &plain))
		return ENROL_CONTROLS;
	if (text.len >= PART_MIN && has_part(code, text))
		return ENROL_PART;
	if (is_keyboard && (count == code.len || count == plain.len))
		return ENROL_LAYOUT;
	return ENROL_OTHER;
}

/* As a person can read it: control characters by name, what does not fit left out. */
static void seen_write(struct bytes text, char out[ENROL_SEEN_MAX + 1])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		char shown[8];

		if (char_is_printable(c))
			(void)snprintf(shown, sizeof(shown), "%c", c); /* these fit */
		else if (c == 0x1d)
			(void)snprintf(shown, sizeof(shown), "<GS>");
		else
			(void)snprintf(shown, sizeof(shown), "<%02X>", c);
		size_t more = strlen(shown);

		if (len + more > ENROL_SEEN_MAX)
			break;
		memcpy(out + len, shown, more);
		len += more;
	}
	out[len] = '\0';
}

static bool is_keyboard_driver(const struct scanner_driver *driver)
{
	return driver == &scanner_driver_wedge;
}

static void trial_judge(const struct trial *trial, struct bytes code, struct enrol_found *out)
{
	bool is_keyboard = is_keyboard_driver(trial->driver);
	bool no_controls = false;

	*out = (struct enrol_found) {
		.reading = ENROL_GARBLED,
		.driver = trial->driver,
		.settings = trial->collector.settings,
		.end = trial->end,
		.scans = trial->scans,
	};
	if (trial->scans == 0 || trial->is_broken)
		return;
	memcpy(out->aim, trial->aim, sizeof(out->aim));
	out->reading = text_compare(buf_bytes(&trial->text), code, is_keyboard, &no_controls);
	seen_write(buf_bytes(&trial->text), out->seen);
	out->advice = (unsigned)is_keyboard << ENROL_KEYBOARD |
		      (unsigned)(trial->aim[0] == '\0') << ENROL_NO_AIM |
		      (unsigned)(trial->end == SCAN_END_IDLE) << ENROL_BY_SILENCE |
		      (unsigned)no_controls << ENROL_NO_CONTROLS;
}

/* ---- all ways ---- */

struct match {
	const struct enrol_heard *heard;
	struct bytes description;
	struct bytes code;
	bool has_kind; /* a driver took the description */
	struct enrol_found best;
};

static bool loses_controls(const struct enrol_found *found)
{
	return (found->advice & 1U << ENROL_NO_CONTROLS) != 0;
}

/* More of the text, or a surer end. */
static bool is_better(const struct enrol_found *found, const struct enrol_found *best)
{
	if (found->reading != best->reading)
		return found->reading > best->reading;
	if (found->reading != ENROL_FOUND)
		return false; /* the first counts */
	if (loses_controls(found) != loses_controls(best))
		return loses_controls(best);
	return found->end < best->end;
}

/* True when it gives the text. */
static bool way_try(struct match *match, const struct scanner_driver *driver,
	const struct scanner_settings *settings)
{
	struct trial trial = { .driver = driver, .collector = { .settings = *settings } };
	struct enrol_found found = { 0 };
	bool is_kind = trial_run(&trial, match->heard, match->description);

	if (is_kind) {
		match->has_kind = true;
		trial_judge(&trial, match->code, &found);
		if (is_better(&found, &match->best))
			match->best = found;
	}
	trial_done(&trial);
	return is_kind && found.reading == ENROL_FOUND;
}

/*
 * With the terminators that such a device may have, the longest first: what is behind is nobody's
 * to a shorter one. True when one gives the text.
 */
static bool terminators_try(struct match *match, const struct scanner_driver *driver,
	const struct scanner_settings *settings)
{
	static const enum scan_terminator line[] = { SCAN_TERMINATOR_CR_LF, SCAN_TERMINATOR_CR,
		SCAN_TERMINATOR_LF, SCAN_TERMINATOR_TAB, SCAN_TERMINATOR_ETX,
		SCAN_TERMINATOR_NONE };
	static const enum scan_terminator keyboard[] = { SCAN_TERMINATOR_CR, SCAN_TERMINATOR_LF,
		SCAN_TERMINATOR_TAB, SCAN_TERMINATOR_NONE };
	bool is_line = driver == &scanner_driver_serial || driver == &scanner_driver_simple_com;
	const enum scan_terminator *tries = is_line ? line : keyboard;
	size_t count = is_line ? ARRAY_LEN(line) : ARRAY_LEN(keyboard);

	if (!is_line && !is_keyboard_driver(driver))
		count = 1; /* it declares its scans: not looked at */
	for (size_t i = 0; i < count; i++) {
		struct scanner_settings now = *settings;

		now.terminator = tries[i];
		for (int has_aim = 0; has_aim <= 1; has_aim++) {
			now.has_aim = has_aim;
			if (way_try(match, driver, &now))
				return true;
		}
	}
	return false;
}

/* Several countries that give the text are none, unless all do: then it does not type by country
 * (Alt and numbers). */
static void keyboards_try(struct match *match, const struct scanner_driver *driver)
{
	struct scanner_settings settings = { 0 };
	unsigned found = 0;
	unsigned all = 0;

	for (; (settings.keyboard = keyboard_layout_at(all)) != NULL; all++)
		found += terminators_try(match, driver, &settings);
	if (found > 1 && found < all && match->best.driver == driver)
		match->best.reading = ENROL_AMBIGUOUS;
}

static void driver_try(struct match *match, const struct scanner_driver *driver)
{
	const struct scanner_settings settings = { 0 };

	if (is_keyboard_driver(driver))
		keyboards_try(match, driver);
	else
		(void)terminators_try(match, driver, &settings); /* the best is kept */
}

void enrol_match(const struct enrol_heard *heard, struct bytes description,
	const struct scanner_driver *const *drivers, size_t driver_count, const char *code,
	struct enrol_found *out)
{
	struct match match = {
		.heard = heard,
		.description = description,
		.code = bytes_of_str(code),
	};

	assert(match.code.len <= ENROL_CODE_MAX && driver_count <= ENROL_DRIVERS_MAX);
	for (size_t i = 0; i < driver_count; i++)
		driver_try(&match, drivers[i]);
	if (!match.has_kind)
		match.best.reading = ENROL_NO_KIND;
	else if (heard->count == 0)
		match.best.reading = ENROL_NOTHING;
	else if (heard->is_too_much)
		match.best.reading = ENROL_GARBLED;
	*out = match.best;
}
