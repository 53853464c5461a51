/* scanners/keyboard: what keys mean in each country (SC-13). */
#include "scanners/keyboard.h"

#include <stdio.h>

#include "daemon/base/bytes.h"
#include "daemon/base/str.h"
#include "tests/check.h"

/* The character, or the mark itself of a dead key, as a scanner types it: with a blank after it. */
static char32_t alone(const struct keyboard_layout *layout, uint8_t usage, unsigned modifiers)
{
	char32_t c = keyboard_character(layout, usage, modifiers, false);

	return keyboard_is_dead(c) ? keyboard_compose(c, U' ') : c;
}

/* Whether any key with or without Shift or AltGr types it. */
static bool can_type(const struct keyboard_layout *layout, char32_t c)
{
	static const unsigned levels[] = { 0, KEYBOARD_LEFT_SHIFT, KEYBOARD_RIGHT_ALT };

	for (unsigned usage = KEY_A; usage <= 0x89; usage++) {
		if (usage >= 0x54 && usage <= 0x63)
			continue; /* the keypad has no country */
		for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
			if (alone(layout, (uint8_t)usage, levels[i]) == c)
				return true;
		}
	}
	return false;
}

static void test_every_country_types_all_of_ascii(void)
{
	unsigned countries = 0;

	for (const struct keyboard_layout *layout; (layout = keyboard_layout_at(countries));
		countries++) {
		check_row(layout->name);
		for (char32_t c = 0x20; c < 0x7F; c++)
			check_int(can_type(layout, c) ? c : 0, c);
		check(keyboard_layout_find(layout->name) == layout);
	}
	check_int(countries, 8);
	check(keyboard_layout_find("xx") == NULL);
	check_str(keyboard_layout_find(NULL)->name, "us");
}

/* As printed on the keys that are sold there. */
static void test_keys_are_where_they_are_in_the_country(void)
{
	enum {
		PLAIN = 0,
		SHIFT = KEYBOARD_RIGHT_SHIFT,
		ALTGR = KEYBOARD_RIGHT_ALT
	};
	static const struct {
		const char *country;
		uint8_t usage;
		unsigned modifiers;
		char32_t c;
	} rows[] = {
		{ "us", 0x1F, SHIFT, U'@' },
		{ "us", 0x34, SHIFT, U'"' },
		{ "uk", 0x1F, SHIFT, U'"' },
		{ "uk", 0x34, SHIFT, U'@' },
		{ "uk", 0x32, PLAIN, U'#' },
		{ "uk", 0x32, SHIFT, U'~' },
		{ "uk", 0x64, SHIFT, U'|' },
		{ "de", 0x1C, PLAIN, U'z' },
		{ "de", 0x1D, SHIFT, U'Y' },
		{ "de", 0x24, SHIFT, U'/' },
		{ "de", 0x14, ALTGR, U'@' },
		{ "de", 0x26, ALTGR, U']' },
		{ "de", 0x38, SHIFT, U'_' },
		{ "de", 0x38, PLAIN, U'-' },
		{ "fr", 0x14, PLAIN, U'a' },
		{ "fr", 0x1E, PLAIN, U'&' },
		{ "fr", 0x1E, SHIFT, U'1' },
		{ "fr", 0x10, PLAIN, U',' },
		{ "fr", 0x33, PLAIN, U'm' },
		{ "fr", 0x23, PLAIN, U'-' },
		{ "be", 0x23, PLAIN, U'§' },
		{ "be", 0x2E, PLAIN, U'-' },
		{ "be", 0x1F, ALTGR, U'@' },
		{ "es", 0x24, SHIFT, U'/' },
		{ "es", 0x1F, ALTGR, U'@' },
		{ "es", 0x2D, SHIFT, U'?' },
		{ "cz", 0x1E, PLAIN, U'+' },
		{ "cz", 0x1E, SHIFT, U'1' },
		{ "cz", 0x19, ALTGR, U'@' },
		{ "cz", 0x2F, SHIFT, U'/' },
		{ "jp", 0x2F, PLAIN, U'@' },
		{ "jp", 0x1F, SHIFT, U'"' },
		{ "jp", 0x87, SHIFT, U'_' },
		{ "jp", 0x34, PLAIN, U':' },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char row[48];

		(void)snprintf(row, sizeof(row), "%s %02x %02x", rows[i].country, rows[i].usage,
			rows[i].modifiers);
		check_row(row);
		check_int(keyboard_character(keyboard_layout_find(rows[i].country), rows[i].usage,
				  rows[i].modifiers, false),
			rows[i].c);
	}
}

static void test_control_characters_are_by_the_key_of_the_country(void)
{
	const struct keyboard_layout *us = keyboard_layout_find("us");
	const struct keyboard_layout *de = keyboard_layout_find("de");

	check_int(keyboard_character(us, 0x30, KEYBOARD_LEFT_CTRL, false), 0x1D);  /* GS */
	check_int(keyboard_character(us, 0x23, KEYBOARD_RIGHT_CTRL, false), 0x1E); /* RS, Ctrl+^ */
	check_int(keyboard_character(us, 0x10, KEYBOARD_LEFT_CTRL, false), '\r');
	check_int(keyboard_character(de, 0x30, KEYBOARD_LEFT_CTRL, false), 0x1D);
	check_int(keyboard_character(de, 0x1C, KEYBOARD_LEFT_CTRL, false), 0x1A); /* Ctrl+Z */
	check_int(keyboard_character(us, 0x36, KEYBOARD_LEFT_CTRL, false), 0);    /* Ctrl+, */
	check_int(keyboard_character(de, 0x14, KEYBOARD_LEFT_CTRL | KEYBOARD_LEFT_ALT, false),
		U'@'); /* as AltGr */
}

static void test_caps_lock_changes_letters_only(void)
{
	const struct keyboard_layout *fr = keyboard_layout_find("fr");

	check_int(keyboard_character(fr, 0x14, 0, true), U'A');
	check_int(keyboard_character(fr, 0x14, KEYBOARD_LEFT_SHIFT, true), U'a');
	check_int(keyboard_character(fr, 0x1E, 0, true), U'&');
	check_int(keyboard_character(fr, 0x10, 0, true), U',');
}

static void test_the_keypad_is_the_same_everywhere(void)
{
	static const char32_t pad[] = U"/*-+";

	for (unsigned i = 0; keyboard_layout_at(i); i++) {
		const struct keyboard_layout *layout = keyboard_layout_at(i);

		for (unsigned k = 0; k < 4; k++)
			check_int(
				keyboard_character(layout, (uint8_t)(0x54 + k), 0, false), pad[k]);
		for (unsigned k = 0; k < 9; k++)
			check_int(keyboard_character(layout, (uint8_t)(KEY_PAD_1 + k), 0, false),
				U'1' + k);
		check_int(keyboard_character(layout, KEY_PAD_0, 0, false), U'0');
		check_int(keyboard_character(layout, 0x63, 0, false), U'.');
		check_int(keyboard_character(layout, 0x3A, 0, false), 0); /* F1 */
		check_int(keyboard_character(layout, 0xFF, 0, false), 0);
	}
}

static void test_a_dead_key_waits_for_its_letter(void)
{
	check(keyboard_is_dead(0x0301) && !keyboard_is_dead(U'´') && !keyboard_is_dead(0x0370));
	check_int(keyboard_compose(0x0301, U'e'), U'é');
	check_int(keyboard_compose(0x0302, U' '), U'^');
	check_int(keyboard_compose(0x030C, U'C'), U'Č');
	check_int(keyboard_compose(0x0301, U'1'), 0);
	check_int(keyboard_compose(0x0370, U'e'), 0);
	check_int(keyboard_dead_alone(0x0303), U'~');
	check_int(keyboard_dead_alone(U'a'), 0);
}

static void test_what_is_typed_back_is_what_the_country_reads(void)
{
	for (unsigned i = 0; keyboard_layout_at(i); i++) {
		const struct keyboard_layout *layout = keyboard_layout_at(i);

		check_row(layout->name);
		for (char32_t c = 0x20; c < 0x7F; c++) {
			uint8_t usage = 0xEE;
			unsigned modifiers = 0xEE;

			if (keyboard_key(layout, c, &usage, &modifiers))
				check_int(keyboard_character(layout, usage, modifiers, false), c);
			else
				check_int(usage + modifiers, 0xEE + 0xEE);
		}
		for (char32_t c = U'0'; c <= U'9'; c++) {
			uint8_t usage;
			unsigned modifiers;

			check(keyboard_key(layout, c, &usage, &modifiers));
			check(usage >= KEY_1 && usage <= KEY_0); /* not the keypad's: Num Lock */
		}
	}
}

static void test_keys_that_are_pressed_for_a_character(void)
{
	static const struct {
		const char *country;
		char32_t character;
		int usage; /* -1: none */
		unsigned modifiers;
	} rows[] = {
		{ "us", U'1', 0x1E, 0 },
		{ "us", U'A', 0x04, KEYBOARD_LEFT_SHIFT },
		{ "us", U' ', KEY_SPACE, 0 },
		{ "fr", U'1', 0x1E, KEYBOARD_LEFT_SHIFT },
		{ "fr", U'A', 0x14, KEYBOARD_LEFT_SHIFT },
		{ "cz", U'1', 0x1E, KEYBOARD_LEFT_SHIFT },
		{ "de", U'Z', 0x1C, KEYBOARD_LEFT_SHIFT },
		{ "de", U'@', 0x14, KEYBOARD_RIGHT_ALT },
		{ "de", U'^', -1, 0 }, /* a dead key there */
		{ "us", U'ä', -1, 0 },
		{ "us", U'\x1d', -1, 0 },
		{ "de", 0x0301, -1, 0 },
		{ "us", 0, -1, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct keyboard_layout *layout = keyboard_layout_find(rows[i].country);
		uint8_t usage = 0;
		unsigned modifiers = 0;
		bool is_there = keyboard_key(layout, rows[i].character, &usage, &modifiers);

		check_row(rows[i].country);
		check_int(is_there ? usage : -1, rows[i].usage);
		check_int(modifiers, rows[i].modifiers);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_country_types_all_of_ascii),
		CHECK_TEST(test_keys_are_where_they_are_in_the_country),
		CHECK_TEST(test_control_characters_are_by_the_key_of_the_country),
		CHECK_TEST(test_caps_lock_changes_letters_only),
		CHECK_TEST(test_the_keypad_is_the_same_everywhere),
		CHECK_TEST(test_a_dead_key_waits_for_its_letter),
		CHECK_TEST(test_what_is_typed_back_is_what_the_country_reads),
		CHECK_TEST(test_keys_that_are_pressed_for_a_character),
	};
	return check_run("scanners/keyboard", tests, ARRAY_LEN(tests));
}
