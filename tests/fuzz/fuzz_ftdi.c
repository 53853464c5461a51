/*
 * daemon/bench/usb/ftdi: packets of a converter (a byte of length each), and behind them text on a
 * line. What is given out of a packet lies within it, in front of it is a state that says that
 * nothing was lost, and what was lost is the beginning of no scan.
 *
 * Sources: daemon/base scanners
 */
#include "daemon/bench/usb/ftdi.c"

#include "daemon/base/cursor.h"
#include "scanners/serial.h"
#include "tests/fuzz/fuzz.h"

#define LINE_FAULTS 0x1e

static void text_take(struct scan_collector *collector, struct bytes text)
{
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

	FUZZ_CHECK(!wrong || (text.len == 0 && packet.len > FTDI_STATE_LEN));
	FUZZ_CHECK(text.len == 0 ||
		   (text.data == own + FTDI_STATE_LEN && text.len == packet.len - FTDI_STATE_LEN));
	if (packet.len > FTDI_STATE_LEN)
		FUZZ_CHECK(!wrong == ((own[1] & LINE_FAULTS) == 0));
	if (wrong)
		scan_collector_cut(collector);
	text_take(collector, text);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(bytes_of(data, size));
	struct scan_collector collector = { 0 };
	struct err err = { 0 };

	FUZZ_CHECK(scanner_driver_serial.begin(&collector, (struct bytes) { 0 }, &err));
	while (in.left.len > 0) {
		uint8_t len = cursor_u8(&in);

		packet_take(&collector, cursor_take(&in, len));
	}
	scan_collector_done(&collector);
	return 0;
}
