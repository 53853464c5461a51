/*
 * A scanner on a serial line over USB (CDC-ACM), as Zebra's "USB CDC Host" (05e0:1701): its two
 * interfaces are not neighbours, so that only the union descriptor pairs them; it says nothing
 * until DTR and RTS are raised. Or one that speaks SSI on it: then it sends one packet at a time,
 * the next when that was acknowledged. Or one that is set to ACK/NAK: it says a code, at NAK again,
 * three times in all, and then beeps an error and forgets it; it reads nothing while it waits.
 *
 * Source: USB CDC 1.2, 5.2.3; PSTN 1.2, 6.3 (SET_LINE_CODING, SET_CONTROL_LINE_STATE);
 * tests/data/scanners/ssi-vectors.txt; Symbol LS 9208 Product Reference Guide, 6-18 (ACK/NAK).
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
	uint16_t frames;    /* of Opticon's that were sent: each has its number */
	bool is_ssi;
	bool is_ack;           /* set to ACK/NAK */
	bool refuses_requests; /* stalls what is asked of the line */
	uint32_t rate;         /* 0: was not set */
	uint8_t format[3];     /* stop bits, parity, data bits */
	uint16_t lines;        /* bit 0 DTR, bit 1 RTS */
	struct buf heard;      /* all that the host wrote */
	unsigned acknowledged; /* packets of SSI, or codes */
	unsigned errors;       /* codes that were never acknowledged */
	unsigned attempts;     /* inside: of the code that waits */
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

/* A person scans, with ACK/NAK: the text as it is, its end too. False besides while it waits. */
MUST_CHECK bool model_line_ack_scan(struct model_line *line, const char *text);

/* A scan in one packet of SSI: F3 with that code type. As above. */
MUST_CHECK bool model_line_ssi_scan(struct model_line *line, uint8_t code_type, const char *text);

/*
 * A scan of Code 128 as Honeywell's scanners send it with a header (DECHDR1), and as Opticon's do
 * in a frame (OPC). As above.
 *
 * Source: tests/data/scanners/honeywell-opticon-serial-facts.txt.
 */
MUST_CHECK bool model_line_dechdr_scan(struct model_line *line, const char *text);
MUST_CHECK bool model_line_opc_scan(struct model_line *line, const char *text);

#endif
