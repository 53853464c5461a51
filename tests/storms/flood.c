/*
 * 64 scanners, each with a report every millisecond, through the real bench over a libusb of the
 * test's own (flood_usb.h).
 *
 *   flood keyboards   26 reports a scan; a core in another process writes what it is told to a file
 *                     and syncs it before it acknowledges. What is in the file is what was scanned
 *   flood hid_pos     a report a scan, up to the decoder
 *   flood --config FILE   in the place of specimend-bench below the real service (service.sh): as
 *                     keyboards, each never more than SERVICE_AHEAD scans ahead of the database;
 * then writes to the file SPECIMEND_STORM_TOLD how many they were and how long it took
 *
 * SPECIMEND_STORM_SECONDS (10), SPECIMEND_STORM_SCANNERS (64).
 */
#include "tests/storms/flood.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_keyboard.h"

#define REST_MS 60000 /* until what was scanned is where it belongs; then it hangs */

struct flood flood;

static struct model *keyboard_new(const char *serial)
{
	(void)serial;
	return &model_scanning_keyboard_new()->model;
}

static struct model *hid_pos_new(const char *serial)
{
	return model_hid_pos_model(model_hid_pos_new(HID_POS_HONEYWELL, serial));
}

static void keyboard_type(struct model *typist, const char *code)
{
	if (!model_keyboard_type((struct model_keyboard *)(void *)typist, code))
		storm_fail("a keyboard does not type");
}

static void hid_pos_type(struct model *typist, const char *code)
{
	struct err err = { 0 };

	if (!model_hid_pos_scan(
		    (struct model_hid_pos *)(void *)typist, bytes_of_str(code), "]C0", &err))
		storm_fail("%s", err.message);
}

static const struct flood_kind kinds[] = {
	{ "keyboards", "keyboard", MODEL_KEYBOARD_REPORT_LEN, keyboard_new, keyboard_type,
		MODEL_KEYBOARD_IN, "usb:0581:020c@1-", false },
	{ "hid_pos", "hid_pos", 64, hid_pos_new, hid_pos_type, 0x82, "usb:0c2e:0967:", true },
};

/* --- the scanners -------------------------------------------------------------- */

void flood_identity(unsigned number, char *out, size_t room)
{
	if (flood.kind->has_serial)
		(void)snprintf(
			out, room, "%s%s", flood.kind->identity, flood.flooders[number].serial);
	else
		(void)snprintf(out, room, "%s%u", flood.kind->identity, number + 1);
}

/* One for all: they only differ by what they send. */
static struct model *typist;

static void scan_begin(struct flooder *flooder, unsigned number)
{
	char code[STORM_CODE_LEN + 1];

	storm_code(number, flooder->scans++, code);
	flood.kind->type(typist, code);
	buf_reset(&flooder->reports);
	flooder->at = 0;
	for (struct model_piece *piece = model_in_peek(typist, flood.kind->endpoint); piece;
		piece = model_in_peek(typist, flood.kind->endpoint)) {
		buf_add(&flooder->reports, buf_bytes(&piece->bytes));
		model_in_remove(typist, flood.kind->endpoint, piece);
	}
}

void flood_report_send(struct flooder *flooder, unsigned number)
{
	if (flooder->at == flooder->reports.len)
		scan_begin(flooder, number);
	flood_usb_report(flooder->device,
		bytes_of(flooder->reports.data + flooder->at, flood.kind->report_len));
	flooder->at += flood.kind->report_len;
}

void flood_tick(void *arg)
{
	unsigned long due = (unsigned long)((storm_now_us() - flood.begun_us) / 1000);

	(void)arg;
	for (; flood.ticks < due && flood.ticks < flood.reports; flood.ticks++) {
		for (unsigned i = 0; i < flood.scanners; i++)
			flood_report_send(&flood.flooders[i], i);
	}
}

void flood_begin(void)
{
	struct err err = { 0 };

	typist = flood.kind->model_new("");
	flood.umock = umock_new(&(struct umock_options) { .ports = flood.scanners }, &err);
	if (!flood.umock)
		storm_fail("%s", err.message);
	flood.loop = loop_new(clock_mono_ms, &err);
	if (!flood.loop)
		storm_fail("%s", err.message);
	for (unsigned i = 0; i < flood.scanners; i++) {
		struct flooder *flooder = &flood.flooders[i];

		flooder->model = flood.kind->model_new(flooder->serial);
		if (!umock_plug(flood.umock, i + 1, flooder->model, &err))
			storm_fail("%s", err.message);
		flooder->device =
			flood_usb_add(flooder->model, bus_address(umock_begin(flood.umock), i + 1));
		umock_end(flood.umock);
	}
}

void flood_end(void)
{
	loop_free(flood.loop);
	umock_free(flood.umock);
	for (unsigned i = 0; i < flood.scanners; i++) {
		model_free(flood.flooders[i].model);
		buf_done(&flood.flooders[i].reports);
	}
	model_free(typist);
	flood_usb_end();
}

void flood_run(bool (*is_here)(void), loop_fn on_tick, bool (*is_over)(void))
{
	storm_step_until(flood.loop, is_here, REST_MS);
	int64_t end_ms = clock_mono_ms() + USB_STALE_MAX_MS;

	while (clock_mono_ms() < end_ms)
		loop_step(flood.loop, 10);
	flood.begun_us = storm_now_us();
	struct loop_handle *timer = loop_add_timer(flood.loop, 1, 1, on_tick, NULL);

	while (flood.ticks < flood.reports)
		loop_step(flood.loop, 10);
	storm_step_until(flood.loop, is_over, REST_MS);
	loop_remove(timer);
}

bool flood_tell(unsigned long whole, const char *where)
{
	struct flood_counts counts = flood_usb_counts();
	double seconds = (double)(storm_now_us() - flood.begun_us) / 1e6;
	unsigned long wanted = 0;

	for (unsigned i = 0; i < flood.scanners; i++)
		wanted += flood.flooders[i].scans;
	printf("%s: %u scanners, %lu reports (%.0f/s), %lu scans, %lu %s (%.0f/s) in %.2f s; %lu "
	       "lost in "
	       "scanners, at most %u reports waited in one; %lu wrong; processor %.2f s\n",
		flood.kind->name, flood.scanners, counts.reports, (double)counts.reports / seconds,
		wanted, whole, where, (double)whole / seconds, seconds, counts.lost, counts.deepest,
		flood.wrong, storm_processor_s(RUSAGE_SELF));
	return wanted > 0 && whole == wanted && counts.lost == 0 && flood.wrong == 0;
}

int main(int argc, char **argv)
{
	unsigned long seconds = storm_number("SPECIMEND_STORM_SECONDS", 10, 3600);

	bool is_bench = argc == 3 && str_equal(argv[1], "--config");

	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(kinds); i++) {
		if (str_equal(argv[1], kinds[i].name))
			flood.kind = &kinds[i];
	}
	flood.kind = is_bench ? &kinds[0] : flood.kind;
	if (!flood.kind)
		storm_fail("usage: flood keyboards | flood hid_pos | flood --config FILE");
	log_set_level((enum log_level)0);
	flood.scanners = (unsigned)storm_number("SPECIMEND_STORM_SCANNERS", 64, FLOOD_DEVICES_MAX);
	/* whole scans */
	flood.reports = seconds * 1000;
	if (!flood.kind->has_serial)
		flood.reports -= flood.reports % (2 * (STORM_CODE_LEN + 1));
	for (unsigned i = 0; i < flood.scanners; i++)
		(void)snprintf(
			flood.flooders[i].serial, sizeof(flood.flooders[i].serial), "F%02u", i + 1);
	if (is_bench)
		return flood_service(argv[2]);
	storm_dir_make(flood.dir, sizeof(flood.dir));
	(void)snprintf(flood.journal, sizeof(flood.journal), "%s/journal", flood.dir);
	(void)snprintf(flood.socket, sizeof(flood.socket), "%s/core.sock", flood.dir);
	bool ok = flood.kind->has_serial ? flood_decoder() : flood_disk();

	(void)rmdir(flood.dir);
	return storm_end(ok);
}
