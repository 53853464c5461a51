/*
 * A scanner that plays a keyboard, as cheap ones do (Tera, 0581:020c): a boot keyboard without a
 * serial number, whose descriptors no one can tell from a person's. It types with the keys of a US
 * keyboard, or a German one, a report for each key that goes down and one for its release, and
 * Enter at the end, or Tab, or nothing. GS is Ctrl and the key that is "]" in the US, wherever it
 * is set to.
 *
 * Source: the boot keyboard of HID 1.11, appendix B; tests/data/scanners/dev-keyboard-partials.txt.
 * Keys stand in a table of their own, apart from scanners/keyboard.c, so that the two check each
 * other.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_KEYBOARD_H
#define SPECIMEND_TESTS_USB_MODEL_KEYBOARD_H

#include "tests/usb/model.h"

#define MODEL_KEYBOARD_IN 0x81
#define MODEL_KEYBOARD_REPORT_LEN 8u

enum model_keyboard_end {
	MODEL_KEYBOARD_ENTER,
	MODEL_KEYBOARD_TAB,
	MODEL_KEYBOARD_NOTHING
};

struct model_keyboard {
	struct model model; /* for bus_plug, model_free */
	bool is_german;     /* set to that country, by whoever made it */
	enum model_keyboard_end end;
	unsigned lights;      /* output reports: somebody lights its LEDs */
	unsigned protocols;   /* SET_PROTOCOL */
	uint16_t protocol;    /* the last one */
	const char *texts[2]; /* inside */
};

struct model_keyboard *model_scanning_keyboard_new(void);

/* The report descriptor of a boot keyboard. */
struct bytes model_keyboard_reports(void);

/*
 * Types the text (digits, letters, GS and - " = ] and the blank, other than that nothing) and what
 * is at the end. False when the host does not fetch it.
 */
MUST_CHECK bool model_keyboard_type(struct model_keyboard *keyboard, const char *text);

/* The same without an end. */
MUST_CHECK bool model_keyboard_type_part(struct model_keyboard *keyboard, const char *text);

#endif
