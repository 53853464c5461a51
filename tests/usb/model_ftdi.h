/*
 * A scanner behind FTDI's converter (FT232R, 0403:6001): the cable is the USB device, and what the
 * scanner says comes through it only when the converter's line is set as the scanner's own (9600
 * baud, 8N1 at first); else each character is read wrong, and the state in front of the packet says
 * so. It says nothing until DTR and RTS are raised. Packets have two bytes of state and up to 62 of
 * the line.
 *
 * Source: Linux, drivers/usb/serial/ftdi_sio.h (requests, descriptors, packets).
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_FTDI_H
#define SPECIMEND_TESTS_USB_MODEL_FTDI_H

#include "tests/usb/model.h"

#define MODEL_FTDI_IN 0x81
#define MODEL_FTDI_OUT 0x02

/* Bits of the second byte of state. */
enum model_ftdi_state {
	MODEL_FTDI_OVERRUN = 0x02,
	MODEL_FTDI_PARITY = 0x04,
	MODEL_FTDI_FRAMING = 0x08,
	MODEL_FTDI_BREAK = 0x10,
};

struct model_ftdi {
	struct model model;   /* for bus_plug, model_free */
	uint16_t own_divisor; /* of the scanner's line */
	uint16_t own_data;    /* its bits and parity */
	uint8_t refuses;      /* the request that is stalled; 0: none */
	uint16_t divisor;     /* as the host set it; likewise the rest */
	uint16_t data;
	uint16_t flow;
	uint16_t latency_ms;
	uint16_t event;
	uint16_t lines; /* bit 0 DTR, bit 1 RTS */
	unsigned resets;
	struct buf heard;     /* by the scanner */
	const char *texts[3]; /* inside */
};

struct model_ftdi *model_ftdi_new(const char *serial); /* borrowed */

/* The scanner says that. False while nobody listens (DTR, RTS), or the host does not fetch it. */
MUST_CHECK bool model_ftdi_say(struct model_ftdi *ftdi, struct bytes bytes);

/* One packet with that in its state, and data behind; likewise. No data: the state alone. */
MUST_CHECK bool model_ftdi_packet(struct model_ftdi *ftdi, uint8_t state, struct bytes data);

#endif
