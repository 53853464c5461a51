/* A bar code scanner on the fake bus (table.h). */
#ifndef SPECIMEND_TESTS_BENCH_USB_HID_RIG_H
#define SPECIMEND_TESTS_BENCH_USB_HID_RIG_H

#include <stdio.h>

#include "tests/daemon/bench/usb/table.h"

#define IDENTITY "usb:0c2e:0967:19214B0217"

static struct {
	struct model_hid_pos *model;
	struct scanner *scanner;
} it;

static inline void plug(void)
{
	table_plug(1, model_hid_pos_model(it.model));
}

/* A scanner that nobody plugged in yet. */
static inline void begin_unplugged(enum model_hid_pos_layout layout)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_hid_pos_new(layout, "19214B0217");
}

/* A scanner that is plugged in and listened to. */
static inline void begin_with(enum model_hid_pos_layout layout, const char *identity)
{
	begin_unplugged(layout);
	plug();
	it.scanner = table_scanner(identity);
	table_wait("here; ");
	table_run(2 * USB_STALE_SCANNER_MS);
}

static inline void begin(void)
{
	begin_with(HID_POS_HONEYWELL, IDENTITY);
}

static inline void end(void)
{
	scanner_free(it.scanner);
	table_end();
	model_free(model_hid_pos_model(it.model));
}

static inline void scan(const char *text)
{
	struct err err = { 0 };

	(void)umock_begin(table.umock);
	check_ok(model_hid_pos_scan(it.model, bytes_of_str(text), "]C0", &err), &err);
	umock_end(table.umock);
}

/* Each kind of fault that was counted, "stall 1, left 2". */
static inline const char *faults(void)
{
	static char text[200];
	const uint32_t *count = scanner_port(it.scanner)->faults;
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < TRANSPORT_FAULTS; i++) {
		if (count[i] > 0)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %u",
				len > 0 ? ", " : "", transport_fault_word((enum transport_fault)i),
				(unsigned)count[i]);
	}
	return text;
}

/* Whether the list says that it is plugged in, open and in use. */
static inline bool is_viewed_here(void)
{
	struct usb_view view = { .is_here = false };

	if (usb_view_count(table.usb) > 0)
		usb_view(table.usb, 0, &view);
	return view.is_here;
}

static inline size_t beeps(void)
{
	(void)umock_begin(table.umock);
	size_t count = model_hid_pos_beep_count(it.model);

	umock_end(table.umock);
	return count;
}

static inline bool is_beeped(void)
{
	return beeps() > 0;
}

#endif
