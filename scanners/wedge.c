/* Keys that go down and up, to characters. */
#include "scanners/wedge.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/hid_report.h"
#include "scanners/keyboard.h"

#define USAGE_KEYBOARD HID_USAGE(0x01, 0x06)
#define USAGE_KEYPAD HID_USAGE(0x01, 0x07)
#define PAGE_KEYS 0x07
#define FIELDS_MAX 8
#define KEYS 256u
#define KEYS_DOWN_MAX 32u /* of one report that are looked at */

/* Some keys of a report: bits that begin with usage `first`, or an array of usages. */
struct keys_field {
	struct hid_field field;
	uint32_t first;
	uint32_t last;
};

/* The keys that are down, in the order of the report. */
struct keys_down {
	uint8_t keys[KEYS_DOWN_MAX];
	bool is_bit[KEYS_DOWN_MAX]; /* where bits say it, their order is not that of typing */
	size_t count;
	unsigned modifiers;
	bool has_more; /* than there is room for */
};

/* What the collector's layout is. */
struct layout {
	struct keys_field fields[FIELDS_MAX];
	size_t field_count;
	bool has_ids;
	uint8_t report_id;
	const struct keyboard_layout *country;
	struct keys_down before;
	bool caps_lock;
	char32_t dead; /* the dead key that waits for what comes; 0: none */
	bool is_alt;   /* digits are taken for a number */
	char digits[5];
	bool is_unknown; /* a key of this scan has no meaning */
};

/* ---- from the descriptor ---- */

/* Input of page 7 in a keyboard's collection, with its usages in one range. */
static bool field_is_keys(
	const struct hid_report *report, const struct hid_field *field, struct keys_field *out)
{
	uint32_t application = hid_field_application(report, field);
	uint32_t values = field->is_array ? (uint32_t)(field->logical_max - field->logical_min) + 1
					  : field->count;

	if (field->kind != HID_INPUT || field->is_constant ||
		(application != USAGE_KEYBOARD && application != USAGE_KEYPAD))
		return false;
	if (field->count == 0 || field->count > KEYS || field->logical_min < 0 || values == 0 ||
		values > KEYS)
		return false;
	out->field = *field;
	out->first = hid_field_usage(report, field, 0);
	out->last = hid_field_usage(report, field, values - 1);
	return out->first >> 16 == PAGE_KEYS && out->last - out->first == values - 1 &&
	       (field->is_array ? field->size_bits <= 16 : field->size_bits == 1);
}

static bool layout_fill(const struct hid_report *report, struct layout *out, struct err *err)
{
	out->has_ids = report->has_ids;
	for (uint32_t i = 0; i < report->field_count && out->field_count < FIELDS_MAX; i++) {
		struct keys_field found;

		if (!field_is_keys(report, &report->fields[i], &found))
			continue;
		if (out->field_count > 0 && found.field.report_id != out->report_id)
			continue; /* another keyboard of the same device, or its other form */
		out->report_id = found.field.report_id;
		out->fields[out->field_count++] = found;
	}
	for (size_t i = 0; i < out->field_count; i++) {
		if (out->fields[i].first <= HID_USAGE(PAGE_KEYS, KEY_A) &&
			out->fields[i].last >= HID_USAGE(PAGE_KEYS, KEY_ENTER))
			return true;
	}
	return err_set(err, ERR_INVALID, "this is no keyboard");
}

static bool wedge_begin(struct scan_collector *collector, struct bytes description, struct err *err)
{
	const struct keyboard_layout *country = collector->settings.keyboard;
	struct layout layout = { .country = country ? country : keyboard_layout_find(NULL) };

	scan_collector_begin(collector, 0);

	struct hid_report *report = hid_report_new(description, err);

	if (report && layout_fill(report, &layout, err)) {
		collector->layout = xmalloc(sizeof(layout));
		memcpy(collector->layout, &layout, sizeof(layout));
	}
	hid_report_free(report);
	return collector->layout != NULL;
}

/* ---- a report ---- */

static bool keys_have(const struct keys_down *down, uint8_t key)
{
	return down->count > 0 && memchr(down->keys, key, down->count) != NULL;
}

/* Once, though more fields of the report say it. */
static void key_add(struct keys_down *down, uint32_t usage, bool is_bit)
{
	usage &= 0xFFFF;
	if (usage >= KEY_LEFT_CTRL && usage <= KEY_RIGHT_GUI) {
		down->modifiers |= 1U << (usage - KEY_LEFT_CTRL);
	} else if (usage > 0 && usage < KEY_LEFT_CTRL && !keys_have(down, (uint8_t)usage)) {
		down->has_more |= down->count == KEYS_DOWN_MAX;
		if (down->has_more)
			return;
		down->is_bit[down->count] = is_bit;
		down->keys[down->count++] = (uint8_t)usage;
	}
}

static void field_read(const struct keys_field *keys, struct bytes report, struct keys_down *down)
{
	for (uint32_t i = 0; i < keys->field.count; i++) {
		uint32_t value = 0;

		if (!hid_field_get(&keys->field, i, report, &value))
			return; /* a short report: the rest is up */
		if (!keys->field.is_array && value != 0)
			key_add(down, keys->first + i, true);
		else if (keys->field.is_array && value >= (uint32_t)keys->field.logical_min &&
			 value <= (uint64_t)keys->field.logical_max)
			key_add(down, keys->first + value - (uint32_t)keys->field.logical_min,
				false);
	}
}

/* ---- what is typed ---- */

static void utf8_add(char32_t c, struct buf *out)
{
	if (c < 0x80) {
		buf_add_byte(out, (uint8_t)c);
	} else if (c < 0x800) {
		buf_add_byte(out, (uint8_t)(0xC0 | c >> 6));
		buf_add_byte(out, (uint8_t)(0x80 | (c & 0x3F)));
	} else {
		buf_add_byte(out, (uint8_t)(0xE0 | c >> 12));
		buf_add_byte(out, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
		buf_add_byte(out, (uint8_t)(0x80 | (c & 0x3F)));
	}
}

static void character_add(struct scan_collector *collector, char32_t c)
{
	struct layout *layout = collector->layout;

	collector->reports = 1; /* a scan has begun */
	if (c == 0 || collector->collected.len + 3 > SCAN_MAX)
		layout->is_unknown = true;
	else
		utf8_add(c, &collector->collected);
}

/* A character of the layout, which may wait for the next, or be waited for. */
static void typed(struct scan_collector *collector, char32_t c)
{
	struct layout *layout = collector->layout;
	char32_t dead = layout->dead;

	layout->dead = 0;
	if (dead) {
		char32_t both = keyboard_is_dead(c) ? 0 : keyboard_compose(dead, c);

		character_add(collector, both ? both : keyboard_dead_alone(dead));
		if (both)
			return;
	}
	if (keyboard_is_dead(c)) {
		layout->dead = c;
		collector->reports = 1;
		return;
	}
	character_add(collector, c);
}

/* Alt was let go: the number that was typed. */
static void alt_end(struct scan_collector *collector)
{
	struct layout *layout = collector->layout;
	unsigned number = (unsigned)strtoul(layout->digits, NULL, 10);
	bool is_latin = layout->digits[0] == '0' && number >= 0xA0 && number <= 0xFF;

	layout->is_alt = false;
	if (layout->digits[0] == '\0')
		return;
	layout->digits[0] = '\0';
	typed(collector, number < 0x80 || is_latin ? number : 0);
}

static void alt_digit(struct scan_collector *collector, uint8_t key)
{
	struct layout *layout = collector->layout;
	size_t len = strlen(layout->digits);

	collector->reports = 1;
	if (len + 1 == sizeof(layout->digits)) {
		layout->is_unknown = true;
		return;
	}
	layout->digits[len] = key == KEY_PAD_0 ? '0' : (char)('1' + key - KEY_PAD_1);
	layout->digits[len + 1] = '\0';
}

/* The terminator that this key is, SCAN_TERMINATOR_NONE when it is none. */
static enum scan_terminator key_terminator(uint8_t key, char32_t c)
{
	if (key == KEY_ENTER || key == KEY_PAD_ENTER || c == U'\r')
		return SCAN_TERMINATOR_CR;
	if (key == KEY_TAB || c == U'\t')
		return SCAN_TERMINATOR_TAB;
	if (key == KEY_DOWN || c == U'\n')
		return SCAN_TERMINATOR_LF;
	return SCAN_TERMINATOR_NONE;
}

static enum scan_reading scan_end(
	struct scan_collector *collector, enum scan_end end, struct scan *out)
{
	struct layout *layout = collector->layout;

	/* the key may be among what was lost: a scanner sets it for each scan, and back */
	layout->caps_lock &= !collector->is_cut;
	collector->is_cut |= layout->is_unknown || layout->dead;
	layout->is_unknown = false;
	layout->dead = 0;
	return scan_collector_end(collector, end, out);
}

/* LF after CR, of a scanner that sends both; or by itself before anything: nobody's. */
static bool is_stray(const struct scan_collector *collector, enum scan_terminator end)
{
	return end == SCAN_TERMINATOR_LF && collector->reports == 0 && !collector->is_cut;
}

/* A terminator, if it is the one of this scanner, ends the scan; another is a character of it. */
static enum scan_reading terminated(
	struct scan_collector *collector, enum scan_terminator end, struct scan *out)
{
	static const char32_t characters[] = {
		[SCAN_TERMINATOR_CR] = U'\r',
		[SCAN_TERMINATOR_LF] = U'\n',
		[SCAN_TERMINATOR_TAB] = U'\t',
	};
	enum scan_terminator own = collector->settings.terminator;

	if (own == end || (own == SCAN_TERMINATOR_CR_LF && end == SCAN_TERMINATOR_CR))
		return scan_end(collector, SCAN_END_TERMINATOR, out);
	if (!is_stray(collector, end))
		typed(collector, characters[end]);
	return SCAN_READING_MORE;
}

/* What does something on a desktop instead of typing. */
static bool is_chord(unsigned modifiers)
{
	return (modifiers & KEYBOARD_GUI) != 0 ||
	       ((modifiers & KEYBOARD_LEFT_ALT) != 0 && (modifiers & KEYBOARD_CTRL) == 0);
}

static enum scan_reading key_typed(
	struct scan_collector *collector, uint8_t key, unsigned modifiers, struct scan *out)
{
	struct layout *layout = collector->layout;
	char32_t c = keyboard_character(layout->country, key, modifiers, layout->caps_lock);
	enum scan_terminator end = key_terminator(key, c);

	if (key == KEY_CAPS_LOCK) {
		layout->caps_lock = !layout->caps_lock;
	} else if (key == KEY_NUM_LOCK) {
		return SCAN_READING_MORE; /* digits of the keypad are digits */
	} else if (layout->is_alt && key >= KEY_PAD_1 && key <= KEY_PAD_0) {
		alt_digit(collector, key);
	} else if (end != SCAN_TERMINATOR_NONE) {
		return terminated(collector, end, out);
	} else {
		typed(collector, is_chord(modifiers) ? 0 : c);
	}
	return SCAN_READING_MORE;
}

/* Several keys went down at once, and nobody knows which came first, or which they all are. */
static bool is_out_of_order(const struct keys_down *before, const struct keys_down *now)
{
	size_t bits = 0;

	for (size_t i = 0; i < now->count; i++)
		bits += now->is_bit[i] && !keys_have(before, now->keys[i]);
	return bits > 1 || now->has_more;
}

/* What is new in this report since the one before. */
static enum scan_reading report_typed(
	struct scan_collector *collector, const struct keys_down *now, struct scan *out)
{
	struct layout *layout = collector->layout;
	const struct keys_down before = layout->before;
	bool is_alt = now->modifiers == KEYBOARD_LEFT_ALT || now->modifiers == KEYBOARD_RIGHT_ALT;
	enum scan_reading reading = SCAN_READING_MORE;

	layout->before = *now;
	if (layout->is_alt && !is_alt)
		alt_end(collector);
	layout->is_alt = is_alt;
	if (is_out_of_order(&before, now)) {
		scan_collector_cut(collector);
		return SCAN_READING_BAD;
	}
	for (size_t i = 0; i < now->count; i++) {
		if (keys_have(&before, now->keys[i]))
			continue;
		if (reading != SCAN_READING_MORE)
			collector->is_cut = true; /* more than one scan ends in: its rest is lost */
		else
			reading = key_typed(collector, now->keys[i], now->modifiers, out);
	}
	return reading;
}

/* Another report of the device, or an empty one: no part of a scan. */
static bool report_is_of_keys(const struct layout *layout, struct bytes report)
{
	return report.len > 0 && (!layout->has_ids || report.data[0] == layout->report_id);
}

/* False when it is too long to be one. */
static bool report_read(const struct layout *layout, struct bytes report, struct keys_down *out)
{
	if (report.len > WEDGE_REPORT_MAX)
		return false;
	for (size_t i = 0; i < layout->field_count; i++)
		field_read(&layout->fields[i], report, out);
	return true;
}

static enum scan_reading wedge_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	struct layout *layout = collector->layout;
	struct bytes report = bytes_take_all(in);
	struct keys_down now = { 0 };

	if (!layout)
		return SCAN_READING_BAD;
	if (collector->reports == 0)
		buf_reset(&collector->collected); /* the scan that was given out by the last call */
	if (!report_is_of_keys(layout, report))
		return collector->reports > 0 ? SCAN_READING_MORE : SCAN_READING_NONE;
	if (!report_read(layout, report, &now)) {
		scan_collector_cut(collector);
		return SCAN_READING_BAD;
	}
	enum scan_reading reading = report_typed(collector, &now, out);

	if (reading == SCAN_READING_MORE && collector->reports == 0)
		return SCAN_READING_NONE;
	return reading;
}

static enum scan_reading wedge_idle(struct scan_collector *collector, struct scan *out)
{
	if (collector->settings.terminator != SCAN_TERMINATOR_NONE)
		return SCAN_READING_BAD;
	return scan_end(collector, SCAN_END_IDLE, out);
}

static bool wedge_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	(void)verdict;
	(void)out;
	return false; /* a keyboard cannot be told anything */
}

const struct scanner_driver scanner_driver_wedge = {
	.name = "keyboard",
	.joins_reports = true,
	.begin = wedge_begin,
	.decode = wedge_decode,
	.idle = wedge_idle,
	.timeout_ms = WEDGE_TIMEOUT_MS,
	.feedback = wedge_feedback,
};
