/* scanners/wedge: scanners that play a keyboard, with their odd reports (SC-04, SC-06, SC-13). */
#include "scanners/wedge.h"

#include "scanners/keyboard.h"
#include "tests/check.h"
#include "tests/scanners/reading.h"
#include "tests/scanners/samples.h"

#define GD4400 "rd-keyboard-datalogic-gd4400-65.txt"

enum {
	NO = 0,
	SHIFT = 0x02,
	ALT = 0x04,
	CTRL = 0x01,
	ALTGR = 0x40,
	GUI = 0x08
};

/* Six keys of a boot keyboard (HID 1.11, appendix B.1), with a report number before it or none. */
static const char boot[] = "05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
			   "95 01 75 08 81 03 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0";
static const char boot_numbered[] =
	"05 01 09 06 a1 01 85 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
	"95 01 75 08 81 03 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0";
/* Microscan's MS-4 (manual 3-28; its report 1: "Microscan HID Report Format", 1 + 1 + 62 bytes): no
 * descriptor of it is public, this one is made after them. */
static const char microscan[] =
	"06 00 ff 09 01 a1 01 85 01 15 00 26 ff 00 75 08 95 01 09 02 81 02 95 3e 09 03 81 02"
	"95 01 09 02 91 02 95 3e 09 03 91 02 c0"
	"05 01 09 06 a1 01 85 02 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
	"95 01 75 08 81 03 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0";
/* A bit for each key up to 0x67. */
static const char bits[] = "05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
			   "19 00 29 67 95 68 81 02 c0";
/* Both in one report: six keys, and a bit for each. */
static const char both[] = "05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
			   "95 06 75 08 25 65 19 00 29 65 81 00"
			   "19 00 29 67 25 01 75 01 95 68 81 02 c0";

static struct {
	struct scan_collector collector;
	struct scan scan; /* its raw is a copy: letting go of the last key is the next report */
	uint8_t raw[SCAN_MAX];
	enum scan_reading reading;
} it;

static void begin_as(const char *descriptor, const char *country, enum scan_terminator terminator)
{
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.collector.settings.keyboard = keyboard_layout_find(country);
	it.collector.settings.terminator = terminator;
	hex_add(&bytes, descriptor);
	check_ok(scanner_driver_wedge.begin(&it.collector, buf_bytes(&bytes), &err), &err);
}

static void begin(void)
{
	begin_as(boot, "us", SCAN_TERMINATOR_CR);
}

static void end(void)
{
	scan_collector_done(&it.collector);
}

static void report(const char *bytes, size_t len)
{
	it.scan = (struct scan) { 0 };
	it.reading =
		read_report(&scanner_driver_wedge, &it.collector, bytes_of(bytes, len), &it.scan);
	if (it.scan.raw.len == 0)
		return;
	memcpy(it.raw, it.scan.raw.data, it.scan.raw.len);
	it.scan.raw.data = it.raw;
}

static void keys(unsigned modifiers, uint8_t a, uint8_t b)
{
	char bytes[8] = { (char)modifiers, 0, (char)a, (char)b };

	report(bytes, sizeof(bytes));
}

/* Presses a key and lets it go. The reading is that of the press, unless only letting go ends it.
 */
static void key(unsigned modifiers, uint8_t usage)
{
	keys(modifiers, usage, 0);
	struct scan scan = it.scan;
	enum scan_reading reading = it.reading;

	keys(0, 0, 0);
	if (reading == SCAN_READING_DONE || reading == SCAN_READING_BAD) {
		it.scan = scan;
		it.reading = reading;
	}
}

static void check_scan(const char *raw)
{
	check_int(it.reading, SCAN_READING_DONE);
	check_bytes(it.scan.raw, bytes_of_str(raw));
	check_str(it.scan.aim, "");
	check_int(it.scan.end, SCAN_END_TERMINATOR);
}

static void test_keys_make_a_scan(void)
{
	begin();
	key(SHIFT, 0x16);
	check_int(it.reading, SCAN_READING_MORE);
	key(NO, 0x1F);
	key(NO, 0x1F); /* twice the same, with a release between */
	key(NO, 0x27);
	key(NO, KEY_ENTER);
	check_scan("S220");
	keys(0, 0, 0);
	check_int(it.reading, SCAN_READING_NONE);
	key(NO, 0x04);
	key(NO, KEY_PAD_ENTER);
	check_scan("a");
	end();
}

/* felis/USB_Host_Shield_2.0#732: Opticon M10 */
static void test_a_key_may_be_in_any_slot(void)
{
	begin();
	report("\0\0\0\0\x04\0\0\0", 8);
	report("\0\0\0\0\0\0\0\0", 8);
	report("\0\0\0\0\0\0\0\x05", 8);
	report("\0\0\0\0\0\0\0\0", 8);
	key(NO, KEY_ENTER);
	check_scan("ab");
	end();
}

/* felis#669, #550: the GD4400's array goes up to 0xFF, and its Shift is a key among the others */
static void test_modifiers_among_the_keys(void)
{
	struct samples samples;
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	samples_read(&samples, GD4400);
	check_ok(scanner_driver_wedge.begin(&it.collector, buf_bytes(&samples.all), &err), &err);
	samples_done(&samples);
	report("\0\0\xE1\0\0\0\0\0", 8);
	report("\0\0\xE1\x04\0\0\0\0", 8);
	report("\0\0\0\0\0\0\0\0", 8);
	report("\0\0\x04\0\0\0\0\0", 8);
	report("\0\0\0\0\0\0\0\0", 8);
	report("\0\0\x28\0\0\0\0\0", 8);
	check_scan("Aa");
	end();
}

/* julzhk/usb_barcode_scanner#8 */
static void test_reports_of_shift_alone_change_nothing(void)
{
	begin();
	keys(SHIFT, 0, 0);
	keys(SHIFT, 0x04, 0);
	keys(SHIFT, 0, 0);
	keys(NO, 0, 0);
	keys(NO, 0x05, 0);
	keys(SHIFT, 0x05, 0); /* still the same key */
	keys(SHIFT, 0, 0);
	keys(SHIFT, 0x06, 0);
	keys(0, 0, 0);
	key(NO, KEY_ENTER);
	check_scan("AbC");
	end();
}

/* felis#582: Tera 0581:020c */
static void test_reports_with_a_number(void)
{
	begin_as(boot_numbered, "us", SCAN_TERMINATOR_CR);
	report("\1\0\0\x04\0\0\0\0\0", 9);
	report("\1\0\0\0\0\0\0\0\0", 9);
	report("\2\0\0\x05\0\0\0\0\0", 9); /* another report: not of the keyboard */
	check_int(it.reading, SCAN_READING_MORE);
	report("\1\0\0\x28\0\0\0\0\0", 9);
	check_scan("a");
	report("\2\0\0\x05\0\0\0\0\0", 9);
	check_int(it.reading, SCAN_READING_NONE);
	end();
}

static void test_a_keyboard_of_bits(void)
{
	begin_as(bits, "us", SCAN_TERMINATOR_CR);
	report("\2\x10\0\0\0\0\0\0\0\0\0\0\0\0", 14); /* usage 0x04 */
	report("\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
	report("\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 14); /* 0x28 */
	check_scan("A");
	end();
}

/* "31", of which the bits say "13": nothing of it is a code, up to its end. */
static void test_two_keys_at_once_of_bits_are_in_no_order(void)
{
	static const char two[14] = { 0, 0, 0, 0, 0, 0x40, 0x01 }; /* 1E and 20 */
	static const char enter[14] = { 0, 0, 0, 0, 0, 0, 0x01 << (KEY_ENTER - 0x28) };
	static const char none[14] = { 0 };

	begin_as(bits, "us", SCAN_TERMINATOR_CR);
	report(two, sizeof(two));
	check_int(it.reading, SCAN_READING_BAD);
	report(none, sizeof(none));
	report(enter, sizeof(enter));
	check_int(it.reading, SCAN_READING_BAD);
	end();
}

static void test_a_key_that_is_said_twice_is_one(void)
{
	static const char one[20] = { 0, 0x1E, [7 + 3] = 0x40 }; /* 1E, and its bit */
	static const char enter[20] = { 0, KEY_ENTER, [7 + 5] = 0x01 << (KEY_ENTER - 0x28) };
	static const char none[20] = { 0 };

	begin_as(both, "us", SCAN_TERMINATOR_CR);
	report(one, sizeof(one));
	report(none, sizeof(none));
	report(one, sizeof(one));
	report(none, sizeof(none));
	report(enter, sizeof(enter));
	check_scan("11");
	end();
}

/* Whatever was in it is missing. */
static void test_a_report_that_is_too_long_is_a_part_lost(void)
{
	static const char much[WEDGE_REPORT_MAX + 1] = { 0, 0, 0x1E };

	begin();
	key(NO, 0x1F);
	report(much, sizeof(much));
	check_int(it.reading, SCAN_READING_BAD);
	key(NO, 0x1F);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD);
	key(NO, 0x1F);
	key(NO, KEY_ENTER);
	check_scan("2");
	end();
}

/* espressif/esp-usb#26: the report is repeated until the key is let go */
static void test_a_report_that_is_repeated_types_nothing_more(void)
{
	begin();
	for (int i = 0; i < 50; i++)
		keys(NO, 0x04, 0);
	keys(0, 0, 0);
	for (int i = 0; i < 3; i++)
		keys(NO, KEY_ENTER, 0);
	check_int(it.reading, SCAN_READING_NONE);
	check_int(it.collector.collected.len, 0);
	end();
}

static void test_the_next_key_may_come_before_the_last_is_up(void)
{
	begin();
	keys(NO, 0x04, 0);
	keys(NO, 0x04, 0x05);
	keys(NO, 0x05, 0);
	keys(NO, 0x05, KEY_ENTER);
	check_scan("ab");
	end();
}

static void test_a_country_s_keys(void)
{
	begin_as(boot, "de", SCAN_TERMINATOR_CR);
	key(NO, 0x1C);
	key(ALTGR, 0x14);
	key(NO, 0x35); /* ^ waits */
	key(NO, KEY_SPACE);
	key(NO, 0x2E); /* ´ waits */
	key(NO, 0x08);
	key(NO, 0x2E);
	key(NO, 0x1E); /* does not go with it: both */
	key(NO, KEY_ENTER);
	check_scan("z@^é´1");
	end();
}

static void test_numbers_typed_with_alt(void)
{
	begin();
	keys(ALT, 0, 0);
	for (const char *digit = "029"; *digit; digit++) {
		keys(ALT, *digit == '0' ? KEY_PAD_0 : (uint8_t)(KEY_PAD_1 + *digit - '1'), 0);
		keys(ALT, 0, 0);
	}
	keys(0, 0, 0); /* GS */
	key(NO, 0x04);
	keys(ALT, 0, 0);
	keys(ALT, KEY_PAD_1 + 5, 0);
	keys(ALT, KEY_PAD_1 + 4, 0);
	keys(0, 0x05, 0); /* let go as the next comes */
	keys(0, 0, 0);
	key(NO, KEY_ENTER);
	check_scan("\x1D"
		   "aAb");
	end();
}

static void test_control_characters(void)
{
	begin();
	key(CTRL, 0x30);
	key(NO, 0x04);
	key(CTRL, 0x10); /* Ctrl+M is Enter */
	check_scan("\x1D"
		   "a");
	end();
}

/* What has no character is never left out: without it the code would be another one. */
static void test_what_is_not_known_drops_the_scan(void)
{
	static const struct {
		const char *name;
		unsigned modifiers;
		uint8_t usage;
	} rows[] = {
		{ "F8", NO, 0x41 },
		{ "backspace", NO, 0x2A },
		{ "GUI chord", GUI, 0x15 },
		{ "Alt chord", ALT, 0x3D },
		{ "Alt letter", ALT, 0x04 },
		{ "Ctrl,", CTRL, 0x36 },
		{ "AltGr nothing", ALTGR, 0x04 },
		{ "too many keys", NO, 0x01 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		begin();
		key(NO, 0x04);
		key(rows[i].modifiers, rows[i].usage);
		key(NO, 0x05);
		key(NO, KEY_ENTER);
		check_int(it.reading, SCAN_READING_BAD);
		key(NO, 0x06);
		key(NO, KEY_ENTER);
		check_scan("c");
		end();
	}
}

static void test_numbers_with_alt_that_nobody_knows(void)
{
	static const char *const rows[] = { "0129", "200", "0300", "12345", "000000" };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i]);
		begin();
		keys(ALT, 0, 0);
		for (const char *digit = rows[i]; *digit; digit++) {
			keys(ALT, *digit == '0' ? KEY_PAD_0 : (uint8_t)(KEY_PAD_1 + *digit - '1'),
				0);
			keys(ALT, 0, 0);
		}
		keys(0, 0, 0);
		key(NO, KEY_ENTER);
		check_int(it.reading, SCAN_READING_BAD);
		end();
	}
}

static void test_caps_lock_is_kept(void)
{
	begin();
	key(NO, KEY_CAPS_LOCK);
	key(NO, 0x04);
	key(SHIFT, 0x05);
	key(NO, 0x1E);
	key(NO, KEY_CAPS_LOCK);
	key(NO, 0x06);
	key(NO, KEY_ENTER);
	check_scan("Ab1c");
	end();
}

/* A scanner that types capitals by Caps Lock sets it for each scan, and back. */
static void test_caps_lock_does_not_outlive_a_scan_with_a_part_lost(void)
{
	begin();
	key(NO, KEY_CAPS_LOCK);
	key(NO, 0x04);
	scan_collector_cut(&it.collector); /* and with it the key that sets it back */
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD);
	key(NO, KEY_CAPS_LOCK);
	key(NO, 0x04);
	key(NO, KEY_CAPS_LOCK);
	key(NO, KEY_ENTER);
	check_scan("A");
	end();
}

static void test_each_terminator(void)
{
	static const struct {
		enum scan_terminator terminator;
		uint8_t key;
		unsigned modifiers;
		uint8_t other;
		const char *raw;
	} rows[] = {
		{ SCAN_TERMINATOR_CR, KEY_ENTER, NO, KEY_TAB, "a\tb" },
		{ SCAN_TERMINATOR_CR_LF, KEY_ENTER, NO, KEY_TAB, "a\tb" },
		{ SCAN_TERMINATOR_TAB, KEY_TAB, NO, KEY_ENTER, "a\rb" },
		{ SCAN_TERMINATOR_LF, KEY_DOWN, NO, KEY_TAB, "a\tb" },
		{ SCAN_TERMINATOR_LF, 0x0D, CTRL, KEY_TAB, "a\tb" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].raw);
		begin_as(boot, "us", rows[i].terminator);
		key(NO, 0x04);
		key(NO, rows[i].other);
		key(NO, 0x05);
		key(rows[i].modifiers, rows[i].key);
		check_scan(rows[i].raw);
		key(NO, KEY_DOWN); /* LF after CR, or one too many: nobody's */
		check_int(it.reading, SCAN_READING_NONE);
		key(NO, 0x04);
		key(rows[i].modifiers, rows[i].key);
		check_scan("a");
		end();
	}
}

static void test_silence_ends_a_scan_only_where_it_is_set_up_so(void)
{
	begin();
	key(NO, 0x04);
	check_int(scanner_driver_wedge.idle(&it.collector, &it.scan), SCAN_READING_BAD);
	scan_collector_reset(&it.collector); /* as its owner does */
	key(NO, 0x05);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD); /* it may be the rest of that one */
	key(NO, 0x06);
	key(NO, KEY_ENTER);
	check_scan("c");
	end();

	begin_as(boot, "us", SCAN_TERMINATOR_NONE);
	key(NO, 0x04);
	key(NO, 0x05);
	check_int(scanner_driver_wedge.idle(&it.collector, &it.scan), SCAN_READING_DONE);
	check_bytes(it.scan.raw, bytes_of_str("ab"));
	check_int(it.scan.end, SCAN_END_IDLE);
	end();
}

static void test_a_scan_with_a_part_lost_is_dropped_to_its_end(void)
{
	begin();
	key(NO, 0x04);
	scan_collector_cut(&it.collector);
	key(NO, 0x05);
	check_int(it.reading, SCAN_READING_MORE);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD);
	key(NO, 0x05);
	key(NO, KEY_ENTER);
	check_scan("b");
	end();
}

static void test_the_aim_identifier_is_taken_off_where_it_is_set_up(void)
{
	begin();
	it.collector.settings.has_aim = true;
	key(NO, 0x30);
	key(SHIFT, 0x06);
	key(NO, 0x27);
	key(NO, 0x04);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_DONE);
	check_str(it.scan.aim, "]C0");
	check_bytes(it.scan.raw, bytes_of_str("a"));
	key(NO, 0x04);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD); /* it has always sent one */
	end();

	begin();
	key(NO, 0x30);
	key(SHIFT, 0x06);
	key(NO, 0x27);
	key(NO, 0x04);
	key(NO, KEY_ENTER);
	check_scan("]C0a"); /* data that look like one */
	end();
}

static void test_a_scan_that_is_too_long_is_dropped(void)
{
	begin();
	for (unsigned i = 0; i < SCAN_MAX + 10; i++)
		key(NO, 0x04);
	check(it.collector.collected.len <= SCAN_MAX);
	key(NO, KEY_ENTER);
	check_int(it.reading, SCAN_READING_BAD);
	end();
}

static void test_what_is_no_keyboard_is_refused(void)
{
	static const char *const rows[] = {
		"", "05", /* nothing, and cut */
		"05 01 09 02 a1 01 05 09 19 01 29 03 15 00 25 01 95 03 75 01 81 02 c0", /* a mouse
											 */
		"05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02 c0", /* modifiers
											 */
		"06 00 ff 09 01 a1 01 15 00 26 ff 00 75 08 95 08 09 02 81 02 c0", /* its maker's own
										   */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scan_collector collector = { 0 };
		struct scan scan = { 0 };
		AUTO_BUF bytes = { 0 };
		struct err err = { 0 };

		check_row(rows[i]);
		hex_add(&bytes, rows[i]);
		check(!scanner_driver_wedge.begin(&collector, buf_bytes(&bytes), &err));
		check(err.code != ERR_NONE);
		check_int(read_report(&scanner_driver_wedge, &collector,
				  bytes_of("\0\0\x04\0\0\0\0\0", 8), &scan),
			SCAN_READING_BAD);
		scan_collector_done(&collector);
	}
}

static void test_it_cannot_be_told_anything(void)
{
	AUTO_BUF out = { 0 };

	begin();
	for (int i = 0; i < SCAN_VERDICTS; i++)
		check(!scanner_driver_wedge.feedback(&it.collector, (enum scan_verdict)i, &out));
	check_int(out.len, 0);
	end();
}

/* What it says there is an answer to a command, or a scan if it was set up so: it plays a keyboard.
 */
static void test_a_keyboard_with_reports_of_its_makers_beside(void)
{
	begin_as(microscan, "us", SCAN_TERMINATOR_CR);
	report("\2\0\0\x1e\0\0\0\0\0", 9); /* 1 */
	report("\2\0\0\0\0\0\0\0\0", 9);
	report("\1\2\0\x1f\0\0\0\0\0", 9);
	report("\2\0\0\x1f\0\0\0\0\0", 9); /* 2 */
	report("\2\0\0\0\0\0\0\0\0", 9);
	report("\2\0\0\x28\0\0\0\0\0", 9); /* Enter */
	check_int(it.reading, SCAN_READING_DONE);
	check_bytes(it.scan.raw, bytes_of_str("12"));
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_keys_make_a_scan),
		CHECK_TEST(test_a_key_may_be_in_any_slot),
		CHECK_TEST(test_modifiers_among_the_keys),
		CHECK_TEST(test_reports_of_shift_alone_change_nothing),
		CHECK_TEST(test_reports_with_a_number),
		CHECK_TEST(test_a_keyboard_of_bits),
		CHECK_TEST(test_two_keys_at_once_of_bits_are_in_no_order),
		CHECK_TEST(test_a_key_that_is_said_twice_is_one),
		CHECK_TEST(test_a_report_that_is_too_long_is_a_part_lost),
		CHECK_TEST(test_a_report_that_is_repeated_types_nothing_more),
		CHECK_TEST(test_the_next_key_may_come_before_the_last_is_up),
		CHECK_TEST(test_a_country_s_keys),
		CHECK_TEST(test_numbers_typed_with_alt),
		CHECK_TEST(test_control_characters),
		CHECK_TEST(test_what_is_not_known_drops_the_scan),
		CHECK_TEST(test_numbers_with_alt_that_nobody_knows),
		CHECK_TEST(test_caps_lock_is_kept),
		CHECK_TEST(test_caps_lock_does_not_outlive_a_scan_with_a_part_lost),
		CHECK_TEST(test_each_terminator),
		CHECK_TEST(test_silence_ends_a_scan_only_where_it_is_set_up_so),
		CHECK_TEST(test_a_scan_with_a_part_lost_is_dropped_to_its_end),
		CHECK_TEST(test_the_aim_identifier_is_taken_off_where_it_is_set_up),
		CHECK_TEST(test_a_scan_that_is_too_long_is_dropped),
		CHECK_TEST(test_what_is_no_keyboard_is_refused),
		CHECK_TEST(test_it_cannot_be_told_anything),
		CHECK_TEST(test_a_keyboard_with_reports_of_its_makers_beside),
	};
	return check_run("scanners/wedge", tests, ARRAY_LEN(tests));
}
