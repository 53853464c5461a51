/*
 * scanners/enrol: what a device sent while a code of ours was scanned, to its settings, for every
 * kind and layout; and what is told of one that does not read it as it is.
 */
#include "scanners/enrol.h"

#include <stdio.h>

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "scanners/dechdr.h"
#include "scanners/hid_pos.h"
#include "scanners/keyboard.h"
#include "scanners/maker.h"
#include "scanners/opc.h"
#include "scanners/plain.h"
#include "scanners/serial.h"
#include "scanners/snapi.h"
#include "scanners/ssi.h"
#include "scanners/wedge.h"
#include "tests/check.h"
#include "tests/scanners/samples.h"

#define ID "E101000000188"
#define CODE ID ENROL_PROBE
#define WITHOUT_GS ID "Qz\"=M"
#define POS "rd-hidpos-8c02-honeywell-style-127.txt"
#define GD4400 "rd-keyboard-datalogic-gd4400-65.txt"

/* Six keys of a boot keyboard (HID 1.11, appendix B.1). */
static const char boot[] = "05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02"
			   "95 01 75 08 81 03 95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0";

/* What each kind of descriptor allows. */
static const struct scanner_driver *const keyboards[] = { &scanner_driver_wedge };
static const struct scanner_driver *const lines[] = { &scanner_driver_dechdr, &scanner_driver_opc,
	&scanner_driver_ssi, &scanner_driver_serial };
static const struct scanner_driver *const hids[] = { &scanner_driver_hid_pos,
	&scanner_driver_wedge };
static const struct scanner_driver *const counted[] = { &scanner_driver_simple_com };
static const struct scanner_driver *const snapis[] = { &scanner_driver_snapi };
static const struct scanner_driver *const plains[] = { &scanner_driver_plain };

static struct {
	struct enrol_heard heard;
	struct buf description;
	int64_t now_ms;
	bool has_modifiers_in_keys;
	struct enrol_found found;
} it;

static void begin(void)
{
	enrol_heard_done(&it.heard);
	buf_reset(&it.description);
	it.now_ms = 0;
	it.has_modifiers_in_keys = false;
	it.found = (struct enrol_found) { 0 };
}

static void begin_file(const char *file)
{
	struct samples samples;

	begin();
	samples_read(&samples, file);
	buf_add(&it.description, buf_bytes(&samples.all));
	samples_done(&samples);
}

static void begin_boot(void)
{
	begin();
	hex_add(&it.description, boot);
}

static void end(void)
{
	enrol_heard_done(&it.heard);
	buf_done(&it.description);
}

static void say_bytes(const void *data, size_t len)
{
	it.now_ms += 8;
	enrol_hear(&it.heard, bytes_of(data, len), it.now_ms);
}

static void say(const char *text)
{
	say_bytes(text, strlen(text));
}

#define MATCH(drivers) match(drivers, ARRAY_LEN(drivers), CODE)

static enum enrol_reading match(
	const struct scanner_driver *const *drivers, size_t count, const char *code)
{
	memset(&it.found, 0x5a, sizeof(it.found)); /* all of it is told */
	enrol_match(&it.heard, buf_bytes(&it.description), drivers, count, code, &it.found);
	return it.found.reading;
}

static bool has_advice(enum enrol_advice advice)
{
	return (it.found.advice & 1U << advice) != 0;
}

/* ---- a keyboard that types ---- */

static void keys(unsigned modifiers, uint8_t key)
{
	uint8_t report[8] = { (uint8_t)modifiers, 0, key };
	size_t at = 2;

	for (uint8_t i = 0; it.has_modifiers_in_keys && i < 8; i++) {
		if (modifiers & 1U << i)
			report[at++] = KEY_LEFT_CTRL + i;
	}
	if (it.has_modifiers_in_keys) {
		report[0] = 0;
		report[at] = key;
	}
	say_bytes(report, sizeof(report));
}

static void key(unsigned modifiers, uint8_t usage)
{
	keys(modifiers, usage);
	keys(0, 0);
}

/* As a scanner of that country types it: the first key that has it. */
static void type_char(const struct keyboard_layout *layout, char c)
{
	static const unsigned levels[] = { 0, KEYBOARD_LEFT_SHIFT, KEYBOARD_RIGHT_ALT,
		KEYBOARD_LEFT_CTRL };

	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		for (unsigned usage = KEY_A; usage < 0xA0; usage++) {
			if (usage > KEY_0 && usage < KEY_SPACE)
				continue; /* Enter, Tab ... */
			if (keyboard_character(layout, (uint8_t)usage, levels[i], false) !=
				(char32_t)c)
				continue;
			key(levels[i], (uint8_t)usage);
			return;
		}
	}
	check(false); /* no key has it */
}

static void type(const struct keyboard_layout *layout, const char *text)
{
	for (; *text; text++)
		type_char(layout, *text);
}

static void type_us(const char *text)
{
	type(keyboard_layout_find("us"), text);
}

static void test_each_country_is_found_by_the_text_alone(void)
{
	static const struct {
		const char *name;
		enum scan_terminator terminator;
		uint8_t key; /* 0: none */
	} ends[] = {
		{ "cr", SCAN_TERMINATOR_CR, KEY_ENTER },
		{ "cr of the pad", SCAN_TERMINATOR_CR, KEY_PAD_ENTER },
		{ "lf", SCAN_TERMINATOR_LF, KEY_DOWN },
		{ "tab", SCAN_TERMINATOR_TAB, KEY_TAB },
		{ "none", SCAN_TERMINATOR_NONE, 0 },
	};
	const struct keyboard_layout *layout;
	unsigned count = 0;

	for (unsigned i = 0; (layout = keyboard_layout_at(i)) != NULL; i++) {
		for (size_t n = 0; n < ARRAY_LEN(ends); n++) {
			char row[40];

			(void)snprintf(row, sizeof(row), "%s, %s", layout->name, ends[n].name);
			check_row(row);
			begin_boot();
			type(layout, CODE);
			if (ends[n].key)
				key(0, ends[n].key);
			check_int(MATCH(keyboards), ENROL_FOUND);
			check(it.found.driver == &scanner_driver_wedge);
			check_str(it.found.settings.keyboard->name, layout->name);
			check_int(it.found.settings.terminator, ends[n].terminator);
			check(!it.found.settings.has_aim);
			check_int(it.found.scans, 1);
			check_str(it.found.seen, ID "Qz\"=<GS>M");
			check_int(it.found.end, ends[n].key ? SCAN_END_TERMINATOR : SCAN_END_IDLE);
			check_int(has_advice(ENROL_BY_SILENCE), ends[n].key == 0);
			check(has_advice(ENROL_KEYBOARD) && has_advice(ENROL_NO_AIM));
			check(!has_advice(ENROL_NO_CONTROLS));
			count++;
		}
	}
	check_int(count, 8 * ARRAY_LEN(ends));
	end();
}

static void test_a_keyboard_that_sends_identifiers_or_no_gs(void)
{
	const struct keyboard_layout *layout;

	for (unsigned i = 0; (layout = keyboard_layout_at(i)) != NULL; i++) {
		check_row(layout->name);
		begin_boot();
		type(layout, "]C0" WITHOUT_GS);
		key(0, KEY_ENTER);
		check_int(MATCH(keyboards), ENROL_FOUND);
		check_str(it.found.settings.keyboard->name, layout->name);
		check(it.found.settings.has_aim && has_advice(ENROL_NO_CONTROLS));
		check(!has_advice(ENROL_NO_AIM));
		check_str(it.found.aim, "]C0");
		check_str(it.found.seen, WITHOUT_GS);
	}
	end();
}

/* Alt and the number of each character, on the keypad: the same in every country. */
static void test_alt_and_numbers_need_no_country(void)
{
	begin_boot();
	for (const char *at = CODE; *at; at++) {
		char number[12];

		(void)snprintf(number, sizeof(number), "%03u", (uint8_t)*at);
		keys(KEYBOARD_LEFT_ALT, 0);
		for (const char *digit = number; *digit; digit++) {
			keys(KEYBOARD_LEFT_ALT,
				*digit == '0' ? KEY_PAD_0 : (uint8_t)(KEY_PAD_1 + *digit - '1'));
			keys(KEYBOARD_LEFT_ALT, 0);
		}
		keys(0, 0);
	}
	key(0, KEY_ENTER);
	check_int(MATCH(keyboards), ENROL_FOUND);
	check_str(it.found.settings.keyboard->name, "us");
	check(!has_advice(ENROL_NO_CONTROLS));
	end();
}

static void test_a_code_without_such_characters_is_ambiguous(void)
{
	begin_boot();
	type_us("E101");
	key(0, KEY_ENTER);
	check_int(match(keyboards, ARRAY_LEN(keyboards), "E101"), ENROL_AMBIGUOUS);
	end();
}

static void test_a_keyboard_with_its_modifiers_among_the_keys(void)
{
	begin_file(GD4400);
	it.has_modifiers_in_keys = true;
	type(keyboard_layout_find("de"), CODE);
	key(0, KEY_ENTER);
	check_int(MATCH(hids), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_wedge);
	check_str(it.found.settings.keyboard->name, "de");
	end();
}

/* ---- lines ---- */

static void test_each_terminator_of_a_line_however_it_is_cut(void)
{
	static const struct {
		enum scan_terminator terminator;
		bool has_aim;
		enum scan_end end;
		const char *said;
	} rows[] = {
		{ SCAN_TERMINATOR_CR, false, SCAN_END_TERMINATOR, CODE "\r" },
		{ SCAN_TERMINATOR_LF, false, SCAN_END_TERMINATOR, CODE "\n" },
		{ SCAN_TERMINATOR_CR_LF, false, SCAN_END_TERMINATOR, CODE "\r\n" },
		{ SCAN_TERMINATOR_TAB, true, SCAN_END_TERMINATOR, "]d1" CODE "\t" },
		{ SCAN_TERMINATOR_ETX, false, SCAN_END_TERMINATOR, "\2" CODE "\3" },
		{ SCAN_TERMINATOR_ETX, true, SCAN_END_TERMINATOR, "\2]C0" CODE "\3" },
		{ SCAN_TERMINATOR_NONE, false, SCAN_END_IDLE, CODE },
		{ SCAN_TERMINATOR_NONE, true, SCAN_END_IDLE, "]C0" CODE },
		{ SCAN_TERMINATOR_CR_LF, true, SCAN_END_TERMINATOR, "]C0" CODE "\r\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].said);
		for (size_t cut = 0; cut <= strlen(rows[i].said); cut++) {
			begin();
			say_bytes(rows[i].said, cut);
			say(rows[i].said + cut);
			check_int(MATCH(lines), ENROL_FOUND);
			check(it.found.driver == &scanner_driver_serial);
			check_int(it.found.settings.terminator, rows[i].terminator);
			check_int(it.found.settings.has_aim, rows[i].has_aim);
			check_int(has_advice(ENROL_NO_AIM), !rows[i].has_aim);
			check_int(it.found.end, rows[i].end);
			check(!has_advice(ENROL_KEYBOARD));
		}
	}
	end();
}

static void test_reports_that_count_their_bytes(void)
{
	AUTO_BUF report = { 0 };

	begin();
	buf_add_byte(&report, (uint8_t)strlen(CODE "\r"));
	buf_add_str(&report, CODE "\r");
	memset(buf_grow(&report, 64 - report.len), 0, 64 - report.len);
	say_bytes(report.data, report.len);
	check_int(MATCH(counted), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_simple_com);
	check_int(it.found.settings.terminator, SCAN_TERMINATOR_CR);
	end();
}

static void test_a_line_that_declares_its_scans(void)
{
	AUTO_BUF packet = { 0 };
	uint16_t sum = 0;

	begin();
	buf_add_mem(&packet, "\x16\xFE", 2);
	buf_add_byte(&packet, (uint8_t)(strlen(CODE) + 15));
	buf_add_mem(&packet, "\0\0\0\r", 4);
	buf_addf(&packet, "MSGGET%04ujC0\x1D%s\r", (unsigned)strlen(CODE) + 1, CODE);
	say_bytes(packet.data, packet.len);
	check_int(MATCH(lines), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_dechdr);
	check_str(it.found.aim, "]C0");
	check_int(it.found.end, SCAN_END_DECLARED);
	check_int(it.found.advice, 0);

	begin();
	buf_reset(&packet);
	buf_add_byte(&packet, (uint8_t)(strlen(CODE) + 5));
	buf_add_mem(&packet, "\xF3\0\0\3", 4);
	buf_add_str(&packet, CODE);
	for (size_t i = 0; i < packet.len; i++)
		sum = (uint16_t)(sum - packet.data[i]);
	buf_add_byte(&packet, (uint8_t)(sum >> 8));
	buf_add_byte(&packet, (uint8_t)sum);
	say_bytes(packet.data, packet.len);
	packet.data[3] |= 1; /* it is not told that it was heard: it repeats */
	packet.data[packet.len - 1]--;
	say_bytes(packet.data, packet.len);
	check_int(MATCH(lines), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_ssi);
	check_int(it.found.scans, 1);

	begin();
	buf_reset(&packet);
	hex_add(&packet, "1002 82 0001 07 0001 000000");
	buf_add_str(&packet, CODE);
	hex_add(&packet, "1003 0000"); /* a check of zeros is let pass */
	say_bytes(packet.data, packet.len);
	check_int(MATCH(lines), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_opc);
	end();
}

/* ---- reports ---- */

static void say_pos(const char *aim, const char *text)
{
	char report[64] = { 2, (char)strlen(text) };

	memcpy(report + 2, aim, strlen(aim));
	memcpy(report + 5, text, strlen(text));
	say_bytes(report, sizeof(report));
}

static void test_a_point_of_sale_scanner(void)
{
	begin_file(POS);
	say_pos("]C0", CODE);
	check_int(MATCH(hids), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_hid_pos);
	check_str(it.found.aim, "]C0");
	check_int(it.found.advice, 0);
	check_int(it.found.end, SCAN_END_DECLARED);

	begin_file(POS);
	say_pos("]d1", CODE);
	it.now_ms += 900;
	say_pos("]d1", CODE); /* read twice */
	check_int(MATCH(hids), ENROL_FOUND);
	check_int(it.found.scans, 2);

	begin_file(POS);
	say_pos("]C0", "]C0" CODE); /* its identifier has a field of its own */
	check_int(MATCH(hids), ENROL_ADDED);

	begin_file(POS);
	say_pos("", CODE);
	check_int(MATCH(hids), ENROL_FOUND);
	check(has_advice(ENROL_NO_AIM) && !it.found.settings.has_aim);

	begin_file(POS);
	say_pos("]C0", CODE "\r"); /* a suffix that it does not need */
	check_int(MATCH(hids), ENROL_ADDED);
	check_str(it.found.seen, ID "Qz\"=<GS>M<0D>");
	end();
}

static void test_parts_that_wait_to_be_acknowledged(void)
{
	uint8_t report[32] = { 0x22, 1, 0, (uint8_t)strlen(CODE), 3 };

	begin();
	memcpy(report + 6, CODE, strlen(CODE));
	say_bytes(report, sizeof(report));
	check_int(MATCH(snapis), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_snapi);
	end();
}

static void test_the_virtual_scanner(void)
{
	struct scan scan = { .raw = bytes_of_str(CODE), .aim = "]C0" };
	AUTO_BUF report = { 0 };
	struct err err = { 0 };

	begin();
	check_ok(plain_encode(&scan, &report, &err), &err);
	say_bytes(report.data, report.len);
	check_int(MATCH(plains), ENROL_FOUND);
	check(it.found.driver == &scanner_driver_plain);
	end();
}

/* ---- what is not as it should be ---- */

static void test_what_a_keyboard_does_instead_is_said(void)
{
	static const struct {
		const char *typed;
		enum enrol_reading reading;
		const char *seen;
	} rows[] = {
		{ "E999", ENROL_OTHER, "E999" },
		{ "101000000156", ENROL_OTHER, "101000000156" },
		{ "e101000000188qZ\"=\x1dm", ENROL_CASE, "e101000000188qZ\"=<GS>m" },
		{ "E101000000188QZ\"=M", ENROL_CASE, "E101000000188QZ\"=M" },
		{ "S" CODE, ENROL_ADDED, "SE101000000188Qz\"=<GS>M" },
		{ CODE "xy", ENROL_ADDED, "E101000000188Qz\"=<GS>Mxy" },
		{ ID "Qz\"=<GS>M", ENROL_CONTROLS, "E101000000188Qz\"=<GS>M" },
		{ ID "Qz\"=\\x1dM", ENROL_CONTROLS, "E101000000188Qz\"=\\x1dM" },
		{ "E1010000", ENROL_PART, "E1010000" },
		{ "000188Qz\"=", ENROL_PART, "000188Qz\"=" },
		{ "R909999999099Ku'=\x1dN", ENROL_LAYOUT, "R909999999099Ku'=<GS>N" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].typed);
		begin_boot();
		type_us(rows[i].typed);
		key(0, KEY_ENTER);
		check_int(MATCH(keyboards), rows[i].reading);
		check_str(it.found.seen, rows[i].seen);
	}
	end();
}

static void test_keys_that_are_no_characters_are_garbled(void)
{
	begin_boot();
	type_us(ID "Qz\"=");
	key(0, 0x41); /* F8 */
	type_us("M");
	key(0, KEY_ENTER);
	check_int(MATCH(keyboards), ENROL_GARBLED);
	check_str(it.found.seen, "");
	end();
}

static void test_two_scans_that_differ_are_no_match(void)
{
	begin_boot();
	type_us(CODE);
	key(0, KEY_ENTER);
	type_us("E999");
	key(0, KEY_ENTER);
	check(MATCH(keyboards) != ENROL_FOUND);
	end();
}

/* A pause in a code: what one would drop, another would take for two. */
static void test_a_code_cut_by_silence_is_no_match(void)
{
	begin();
	say("E101000");
	it.now_ms += SERIAL_TIMEOUT_MS;
	say("000188Qz\"=\x1dM\r");
	check(MATCH(lines) != ENROL_FOUND);

	begin();
	say("E101000");
	it.now_ms += SERIAL_TIMEOUT_MS - 8 - 1;
	say("000188Qz\"=\x1dM\r");
	check_int(MATCH(lines), ENROL_FOUND);
	end();
}

static void test_nothing_and_no_kind(void)
{
	begin_boot();
	check_int(MATCH(keyboards), ENROL_NOTHING);
	begin();
	check_int(MATCH(lines), ENROL_NOTHING);
	begin();
	hex_add(&it.description, "05 01 09 02 a1 01 c0");
	say("whatever");
	check_int(MATCH(hids), ENROL_NO_KIND);
	check(!it.found.driver);
	check_int(match(NULL, 0, CODE), ENROL_NO_KIND);
	end();
}

static void test_what_is_kept_is_bounded(void)
{
	static uint8_t much[ENROL_BYTES_MAX];

	begin();
	memset(much, 'x', sizeof(much));
	say_bytes(much, SCAN_MAX);
	check_int(MATCH(lines), ENROL_OTHER);
	check_int(strlen(it.found.seen), ENROL_SEEN_MAX);
	say_bytes(much, sizeof(much) - SCAN_MAX);
	check(!it.heard.is_too_much);
	check_int(MATCH(lines), ENROL_GARBLED); /* longer than any scan */
	say("y");
	check(it.heard.is_too_much);
	check_int(it.heard.bytes.len, ENROL_BYTES_MAX);
	check_int(MATCH(lines), ENROL_GARBLED);

	begin();
	for (size_t i = 0; i < ENROL_PIECES_MAX; i++)
		say("x");
	check(!it.heard.is_too_much);
	say("x");
	check(it.heard.is_too_much);
	check_int(it.heard.count, ENROL_PIECES_MAX);

	enrol_heard_reset(&it.heard);
	check_int(MATCH(lines), ENROL_NOTHING);
	say(CODE "\r");
	check_int(MATCH(lines), ENROL_FOUND);
	end();
}

/* The database makes the text, and knows it again when it is scanned. */
static void test_the_database_shows_the_same_characters(void)
{
	size_t len;
	AUTO(char_free) char *sql = check_read_file("schema/clinic/enrol.sql", &len);
	AUTO_BUF makes = { 0 };
	AUTO_BUF knows = { 0 };
	const char *gs = strchr(ENROL_PROBE, 0x1d);
	int before = (int)(gs - ENROL_PROBE);

	buf_addf(&makes, "select '%.*s' || chr(29) || '%s';", before, ENROL_PROBE, gs + 1);
	buf_addf(&knows, "[0-9]{6}%.*s\\x1d?%s$'", before, ENROL_PROBE, gs + 1);
	check_contains(sql, buf_str(&makes));
	check_contains(sql, buf_str(&knows));
}

static void test_settings_are_read_again_as_they_are_told(void)
{
	for (int i = 0; i < SCAN_TERMINATORS; i++) {
		enum scan_terminator again;

		check_row(scan_terminator_word((enum scan_terminator)i));
		check(scan_terminator_parse(scan_terminator_word((enum scan_terminator)i), &again));
		check_int(again, i);
	}
	for (int i = 0; i < SCANNER_MAKERS; i++) {
		enum scanner_maker again;

		check_row(scanner_maker_word((enum scanner_maker)i));
		check(scanner_maker_parse(scanner_maker_word((enum scanner_maker)i), &again));
		check_int(again, i);
	}
	check_row(NULL);
	check_int(scanner_maker_of(0x05f9), SCANNER_MAKER_DATALOGIC);
	check_int(scanner_maker_of(0x0c2e), SCANNER_MAKER_HONEYWELL);
	check_int(scanner_maker_of(0x065a), SCANNER_MAKER_OPTICON);
	check_int(scanner_maker_of(0x1eab), SCANNER_MAKER_NEWLAND);
	check_int(scanner_maker_of(0x05e0), SCANNER_MAKER_OTHER);
}

static void test_everything_has_its_words(void)
{
	for (int i = 0; i < ENROL_READINGS; i++) {
		const struct enrol_words *words = enrol_reading_words((enum enrol_reading)i);

		check_row(words->word);
		check(strlen(words->says) > 10);
		check_int(words->hint[0] == '\0', i == ENROL_FOUND);
	}
	for (int i = 0; i < ENROL_ADVICES; i++) {
		const struct enrol_words *words = enrol_advice_words((enum enrol_advice)i);

		check_row(words->word);
		check(strlen(words->says) > 10 && strlen(words->hint) > 10);
	}
	check_str(enrol_reading_words(ENROL_FOUND)->word, "found");
	check_str(enrol_advice_words(ENROL_NO_CONTROLS)->word, "no_controls");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_each_country_is_found_by_the_text_alone),
		CHECK_TEST(test_a_keyboard_that_sends_identifiers_or_no_gs),
		CHECK_TEST(test_alt_and_numbers_need_no_country),
		CHECK_TEST(test_a_code_without_such_characters_is_ambiguous),
		CHECK_TEST(test_a_keyboard_with_its_modifiers_among_the_keys),
		CHECK_TEST(test_each_terminator_of_a_line_however_it_is_cut),
		CHECK_TEST(test_reports_that_count_their_bytes),
		CHECK_TEST(test_a_line_that_declares_its_scans),
		CHECK_TEST(test_a_point_of_sale_scanner),
		CHECK_TEST(test_parts_that_wait_to_be_acknowledged),
		CHECK_TEST(test_the_virtual_scanner),
		CHECK_TEST(test_what_a_keyboard_does_instead_is_said),
		CHECK_TEST(test_keys_that_are_no_characters_are_garbled),
		CHECK_TEST(test_two_scans_that_differ_are_no_match),
		CHECK_TEST(test_a_code_cut_by_silence_is_no_match),
		CHECK_TEST(test_nothing_and_no_kind),
		CHECK_TEST(test_what_is_kept_is_bounded),
		CHECK_TEST(test_the_database_shows_the_same_characters),
		CHECK_TEST(test_settings_are_read_again_as_they_are_told),
		CHECK_TEST(test_everything_has_its_words),
	};

	return check_run("scanners/enrol", tests, ARRAY_LEN(tests));
}
