/* HID POS, up to the decoder. */
#include "tests/storms/flood.h"

#include <stdio.h>

static void on_here(void *arg, bool here)
{
	(void)arg;
	flood.here += here ? 1 : 0;
	flood.wrong += !here;
}

static void on_scan(void *arg, const struct scan *scan, const struct scanner_evidence *evidence)
{
	struct flooder *flooder = arg;
	char code[STORM_CODE_LEN + 1];

	storm_code((unsigned)(flooder - flood.flooders), flooder->taken, code);
	if (bytes_equal(scan->raw, bytes_of_str(code)) && evidence->report_count == 1)
		flooder->taken++;
	else
		flood.wrong++;
}

static void on_broken(void *arg, const char *why)
{
	(void)arg;
	fprintf(stderr, "broken: %s\n", why);
	flood.wrong++;
}

static bool all_here(void)
{
	return flood.here == flood.scanners;
}

static unsigned long taken(void)
{
	unsigned long sum = 0;

	for (unsigned i = 0; i < flood.scanners; i++)
		sum += flood.flooders[i].taken;
	return sum;
}

static bool all_taken(void)
{
	unsigned long scans = 0;

	for (unsigned i = 0; i < flood.scanners; i++)
		scans += flood.flooders[i].scans;
	return flood.wrong > 0 || taken() + flood_usb_counts().lost >= scans;
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void on_trouble(void *arg, const struct err *err)
{
	(void)arg;
	storm_fail("%s", err->message);
}

bool flood_decoder(void)
{
	static const struct scanner_events events = { on_here, on_scan, on_broken };
	static const struct usb_events usb_events = { on_changed, on_trouble };
	struct err err = { 0 };

	flood_begin();
	struct usb *usb = usb_new(flood.loop, &usb_events, NULL);

	for (unsigned i = 0; i < flood.scanners; i++) {
		char identity[64];
		struct scanner_setup setup = {
			.loop = flood.loop,
			.identity = identity,
			.transport = &transport_usb_scanner,
			.usb = usb,
			.driver = scanner_driver_find(flood.kind->protocol),
			.events = &events,
			.arg = &flood.flooders[i],
		};

		flood_identity(i, identity, sizeof(identity));
		flood.flooders[i].scanner = scanner_new(&setup, &err);
		if (!flood.flooders[i].scanner)
			storm_fail("%s", err.message);
	}
	flood_run(all_here, flood_tick, all_taken);
	bool ok = flood_tell(taken(), "decoded");

	for (unsigned i = 0; i < flood.scanners; i++)
		scanner_free(flood.flooders[i].scanner);
	usb_free(usb);
	flood_end();
	return ok;
}
