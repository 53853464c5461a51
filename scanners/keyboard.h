/*
 * What a keyboard's key means in a country's layout: the scanner types as if a person in that
 * country did, and is set to the country itself, so its layout is the scanner's and not the host's.
 *
 * A layout is three strings, one character for each place of enum keyboard_place: plain, with
 * Shift, with AltGr. A blank: nothing there. A combining character (U+0300 to U+036F): a dead key.
 *
 * Source: USB HID Usage Tables, "Keyboard/Keypad Page (0x07)"; the layouts that Windows ships
 * (kbdus, kbduk, kbdgr, kbdfr, kbdbe, kbdsp, kbdcz, kbd106), which scanners imitate; compared with
 * xkeyboard-config 2.35, which differs in third levels and in AltGr+4 of Spain. Assumed until seen
 * on hardware: that a scanner sends a dead key and then the space bar for the character itself.
 */
#ifndef SPECIMEND_SCANNERS_KEYBOARD_H
#define SPECIMEND_SCANNERS_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <uchar.h>

#include "daemon/base/bytes.h"

/* Usages of page 0x07. */
enum keyboard_usage {
	KEY_ROLL_OVER = 0x01, /* 0x01 to 0x03: more keys than it can tell */
	KEY_A = 0x04,
	KEY_Z = 0x1D,
	KEY_1 = 0x1E,
	KEY_0 = 0x27,
	KEY_ENTER = 0x28,
	KEY_TAB = 0x2B,
	KEY_SPACE = 0x2C,
	KEY_CAPS_LOCK = 0x39,
	KEY_DOWN = 0x51,
	KEY_NUM_LOCK = 0x53,
	KEY_PAD_ENTER = 0x58,
	KEY_PAD_1 = 0x59,
	KEY_PAD_0 = 0x62,
	KEY_LEFT_CTRL = 0xE0, /* the first of eight; the last is right GUI */
	KEY_RIGHT_GUI = 0xE7,
};

/* Bits, as in the first byte of a boot keyboard's report. */
enum keyboard_modifier {
	KEYBOARD_LEFT_CTRL = 0x01,
	KEYBOARD_LEFT_SHIFT = 0x02,
	KEYBOARD_LEFT_ALT = 0x04,
	KEYBOARD_LEFT_GUI = 0x08,
	KEYBOARD_RIGHT_CTRL = 0x10,
	KEYBOARD_RIGHT_SHIFT = 0x20,
	KEYBOARD_RIGHT_ALT = 0x40, /* AltGr */
	KEYBOARD_RIGHT_GUI = 0x80,
	KEYBOARD_CTRL = KEYBOARD_LEFT_CTRL | KEYBOARD_RIGHT_CTRL,
	KEYBOARD_SHIFT = KEYBOARD_LEFT_SHIFT | KEYBOARD_RIGHT_SHIFT,
	KEYBOARD_GUI = KEYBOARD_LEFT_GUI | KEYBOARD_RIGHT_GUI,
};

struct keyboard_layout {
	const char *name; /* of the country: "us", "uk", "de", "fr", "be", "es", "cz", "jp" */
	const char32_t *plain;
	const char32_t *shift;
	const char32_t *altgr;
};

/* NULL when there is none of that name; a NULL name is "us". */
const struct keyboard_layout *keyboard_layout_find(const char *name);

/* All of them, in order; NULL past the last. */
const struct keyboard_layout *keyboard_layout_at(unsigned index);

/*
 * The character of a key, 0 when it has none there. With Ctrl it is a control character: Ctrl+] is
 * GS. A dead key gives its combining character. Caps Lock changes the case of letters only.
 *
 * modifiers  enum keyboard_modifier, or-ed; AltGr is right Alt, or left Ctrl and left Alt together
 */
char32_t keyboard_character(
	const struct keyboard_layout *layout, uint8_t usage, unsigned modifiers, bool caps_lock);

/*
 * The other way round: what a person in that country presses for a character, for who types there
 * (daemon/bench/pass_keyboard.h). No key of the keypad and no dead key: those depend on the host.
 *
 * out_modifiers  0, left Shift or right Alt (AltGr)
 *
 * False when no one key gives it; both are untouched then.
 */
MUST_CHECK bool keyboard_key(const struct keyboard_layout *layout, char32_t character,
	uint8_t *out_usage, unsigned *out_modifiers);

bool keyboard_is_dead(char32_t character);

/* What a dead key and a character make together: "ä", for the space bar the mark itself; 0: they do
 * not go together. */
char32_t keyboard_compose(char32_t dead, char32_t character);

/* The mark itself, as Windows types it before a character that it does not go with. */
char32_t keyboard_dead_alone(char32_t dead);

#endif
