/*
 * daemon/bench/usb/ftdi: packets of a converter (a byte of length each), and behind them text on a
 * line; a length of 255: silence. What is taken of a packet lies within it, and of one whose state
 * says that it is spoilt no byte is in a scan; nor is the rest of what it was in, up to an end in
 * another packet, or to silence behind an end of its own.
 *
 * Sources: daemon/base scanners
 */
#include "daemon/bench/usb/ftdi.c"

#include "daemon/base/cursor.h"
#include "scanners/serial.h"
#include "tests/fuzz/fuzz.h"

#define LINE_FAULTS 0x1e
#define SILENCE 255

static bool it_ended; /* the last that was spoilt, and nothing came since */

static void text_spoil(struct scan_collector *collector, struct bytes text)
{
	scanner_driver_serial.spoil(collector, text);
	FUZZ_CHECK(collector->is_cut);
	it_ended = text.data[text.len - 1] == '\r';
	FUZZ_CHECK(collector->is_settling == it_ended);
}

static void text_take(struct scan_collector *collector, struct bytes text)
{
	it_ended = it_ended && text.len == 0;
	while (text.len > 0) {
		struct scan scan = { 0 };
		bool was_cut = collector->is_cut;
		enum scan_reading reading = scanner_driver_serial.decode(collector, &text, &scan);

		FUZZ_CHECK(reading != SCAN_READING_DONE || !was_cut);
		if (reading == SCAN_READING_BAD)
			scan_collector_reset(collector);
	}
}

/* The packet in memory of its own size. */
static void packet_take(struct scan_collector *collector, struct bytes packet)
{
	uint8_t *own = malloc(packet.len);
	struct bytes text = bytes_of(own, packet.len);

	if (packet.len > 0)
		memcpy(own, packet.data, packet.len);
	const char *wrong = ftdi_unpack(&text);

	FUZZ_CHECK(!wrong || text.len > 0);
	FUZZ_CHECK(text.len == 0 ||
		   (text.data == own + FTDI_STATE_LEN && text.len == packet.len - FTDI_STATE_LEN));
	if (packet.len > FTDI_STATE_LEN)
		FUZZ_CHECK(!wrong == ((own[1] & LINE_FAULTS) == 0));
	if (wrong)
		text_spoil(collector, text);
	else
		text_take(collector, text);
	free(own);
}

static void be_silent(struct scan_collector *collector)
{
	struct scan scan = { 0 };
	bool was_cut = collector->is_cut;

	if (collector->reports == 0 && !scanner_driver_serial.is_asking(collector))
		return; /* no timer runs */
	FUZZ_CHECK(scanner_driver_serial.idle(collector, &scan) != SCAN_READING_DONE);
	FUZZ_CHECK(!scanner_driver_serial.is_asking(collector));
	FUZZ_CHECK(!was_cut || collector->is_cut || it_ended);
	scan_collector_reset(collector);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	it_ended = false;
	FUZZ_CHECK(scanner_driver_serial.begin(&collector, (struct bytes) { 0 }, &err));
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);

		if (len == SILENCE)
			be_silent(&collector);
		else
			packet_take(&collector, cursor_take(&in, len));
	}
	scan_collector_done(&collector);
	return 0;
}
