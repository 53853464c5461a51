/*
 * Bar code scanners of USB HID POS (usage page 0x8C, usage 0x02) in the layouts that makers have:
 * a scan is input reports, with the AIM identifier where the layout has one, continued where it is
 * long; a beep is an output report, kept with its time.
 *
 * Only the Honeywell-style report descriptor and its reports are captures (tests/data/scanners/
 * rd-hidpos-8c02-honeywell-style-127.txt, reports-honeywell-voyager1602g-hidpos.txt); the device's
 * descriptors around it are those of an N5600 engine (dev-honeywell-n5600-0c2e-0967-hidpos.txt).
 * The other report descriptors are made up here after the makers' printed layouts (layouts-hidpos.
 * txt): nobody has published a real one. Positions stand in a table of their own, apart from what
 * the service reads out of the descriptors, so that the two check each other.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_HID_POS_H
#define SPECIMEND_TESTS_USB_MODEL_HID_POS_H

#include "daemon/base/err.h"
#include "tests/usb/model.h"

#define MODEL_HID_POS_BEEPS_MAX 4096u /* kept; more are counted only */
#define MODEL_HID_POS_SCAN_MAX 4096u  /* bytes */

enum model_hid_pos_layout {
	/* 0c2e:0967. Beeps by an interrupt OUT endpoint: bits 0x01 0x02 0x04 error 0x08 good. */
	HID_POS_HONEYWELL,
	/* 0536:0907, after Hand Held Products' guide: no OUT endpoint (SET_REPORT), bits 0x20 error
	 * 0x40 good. */
	HID_POS_GUIDE,
	/* 05e0:1200, Zebra or Datalogic: the AIM identifier one byte later, another report id,
	 * and a bit 0x04 for "not on file". */
	HID_POS_SHIFTED,
	/* 1eab:0010, Newland: no AIM identifier, and no beep that the standard knows. */
	HID_POS_NEWLAND,
};
#define MODEL_HID_POS_LAYOUTS 4

/* What a beep is by the standard's usages. */
enum model_hid_pos_sound {
	HID_POS_SOUND_NONE,
	HID_POS_SOUND_GOOD,
	HID_POS_SOUND_ERROR,
	HID_POS_SOUND_UNKNOWN, /* not on file */
};

struct model_hid_pos_beep {
	int64_t at_us; /* the bus's time when the report had come */
	uint8_t report[64];
	size_t report_len;
	bool by_request; /* SET_REPORT; else the OUT endpoint */
	enum model_hid_pos_sound sound;
};

struct model_hid_pos;

/* serial: borrowed, NULL: none, as cheap ones. */
struct model_hid_pos *model_hid_pos_new(enum model_hid_pos_layout layout, const char *serial);
struct model *model_hid_pos_model(struct model_hid_pos *scanner); /* for bus_plug, model_free */

/* "honeywell", "guide", "shifted", "newland". */
MUST_CHECK bool model_hid_pos_layout_parse(const char *word, enum model_hid_pos_layout *out);

/*
 * A person scans: the reports wait for the host. aim: "]C0" or "" (dropped where the layout has
 * none). Fails with ERR_INVALID for no bytes, too many, or a wrong aim; with ERR_BUSY when the host
 * does not fetch them.
 */
MUST_CHECK bool model_hid_pos_scan(
	struct model_hid_pos *scanner, struct bytes text, const char *aim, struct err *err);

/* One report as it is, malformed or not. False: the host does not fetch them. */
MUST_CHECK bool model_hid_pos_report(struct model_hid_pos *scanner, struct bytes report);

/* When the host had fetched the last report of all scans so far; 0: some wait, or there was none.
 */
int64_t model_hid_pos_fetched_us(const struct model_hid_pos *scanner);

/* Beeps since it was made: how many, and one of them; NULL: not kept. */
size_t model_hid_pos_beep_count(const struct model_hid_pos *scanner);
const struct model_hid_pos_beep *model_hid_pos_beep(
	const struct model_hid_pos *scanner, size_t number);

uint8_t model_hid_pos_in(const struct model_hid_pos *scanner);  /* its endpoint for reports */
uint8_t model_hid_pos_out(const struct model_hid_pos *scanner); /* 0: it has none */

#endif
