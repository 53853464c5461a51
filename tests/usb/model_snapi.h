/*
 * A Zebra scanner in SNAPI mode (05e0:1900): HID reports of its maker's own. It sends one packet of
 * a scan at a time, the next when that was acknowledged, and the same again when it is told to.
 *
 * Source: tests/data/scanners/snapi-facts.txt. Its report descriptor is made up here, of vendor
 * page 0xFF45: nobody has published a real one.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_SNAPI_H
#define SPECIMEND_TESTS_USB_MODEL_SNAPI_H

#include "tests/usb/model.h"

#define MODEL_SNAPI_IN 0x81
#define MODEL_SNAPI_OUT 0x02

struct model_snapi {
	struct model model;    /* for bus_plug, model_free */
	unsigned acknowledged; /* packets */
	unsigned beeps;
	uint8_t beep;         /* the last one */
	struct buf waiting;   /* inside: packets that were not sent yet */
	bool is_waiting;      /* inside: for an acknowledgement */
	uint8_t last[32];     /* the packet that was sent last */
	const char *texts[3]; /* inside */
};

struct model_snapi *model_snapi_new(const char *serial); /* borrowed */

/* A scan, in packets of up to 26 bytes. False when the host does not fetch them. */
MUST_CHECK bool model_snapi_scan(struct model_snapi *snapi, uint16_t code_type, const char *text);

/* Sends the last packet again, as if its acknowledgement had not come. */
MUST_CHECK bool model_snapi_repeat(struct model_snapi *snapi);

#endif
