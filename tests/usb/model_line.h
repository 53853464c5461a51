/*
 * A scanner on a serial line over USB (CDC-ACM), as Zebra's "USB CDC Host" (05e0:1701): its two
 * interfaces are not neighbours, so that only the union descriptor pairs them; it says nothing
 * until DTR and RTS are raised. Or one that speaks SSI on it: then it sends one packet at a time,
 * the next when that was acknowledged.
 *
 * Source: USB CDC 1.2, 5.2.3; PSTN 1.2, 6.3 (SET_LINE_CODING, SET_CONTROL_LINE_STATE);
 * tests/data/scanners/ssi-vectors.txt.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_LINE_H
#define SPECIMEND_TESTS_USB_MODEL_LINE_H

#include "tests/usb/model.h"

#define MODEL_LINE_IN 0x83
#define MODEL_LINE_OUT 0x02
#define MODEL_LINE_CONTROL 0 /* its interfaces */
#define MODEL_LINE_DATA 2

struct model_line {
	struct model model; /* for bus_plug, model_free */
	bool is_ssi;
	bool refuses_requests; /* stalls what is asked of the line */
	uint32_t rate;         /* 0: was not set */
	uint8_t format[3];     /* stop bits, parity, data bits */
	uint16_t lines;        /* bit 0 DTR, bit 1 RTS */
	struct buf heard;      /* all that the host wrote */
	unsigned acknowledged; /* packets of SSI */
	unsigned beeps;        /* of SSI */
	uint8_t beep;          /* the last one */
	struct buf
		waiting; /* inside: packets of SSI, each with its length in front, not sent yet */
	bool is_waiting; /* inside: for an acknowledgement */
	const char *texts[3]; /* inside */
};

struct model_line *model_line_new(const char *serial); /* borrowed */

/* Bytes as they are. False while nobody listens (DTR, RTS), or the host does not fetch them. */
MUST_CHECK bool model_line_say(struct model_line *line, struct bytes bytes);

/* A scan in one packet of SSI: F3 with that code type. As above. */
MUST_CHECK bool model_line_ssi_scan(struct model_line *line, uint8_t code_type, const char *text);

#endif
