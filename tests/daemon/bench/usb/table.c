/* The fake bus, libusb and the bench's USB in one process. */
#include "tests/daemon/bench/usb/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/bench/usb/sha256.h"
#include "tests/check.h"

struct usb_table table;

static int64_t table_clock(void)
{
	return clock_mono_ms() + table.jumped_ms;
}

static void on_changed(void *arg)
{
	(void)arg;
	table.changes++;
}

static void on_trouble(void *arg, const struct err *err)
{
	(void)arg;
	buf_addf(&table.trouble, "%s / %s; ", err->message, err->hint);
}

void table_usb_begin(void)
{
	static const struct usb_events events = { on_changed, on_trouble };

	table.usb = usb_new(table.loop, &events, NULL);
}

void table_usb_end(void)
{
	usb_free(table.usb);
	table.usb = NULL;
}

static void table_fail(const struct err *err)
{
	fprintf(stderr, "%s\n", err->message);
	exit(99);
}

void table_begin_with(const struct umock_options *options)
{
	struct err err = { 0 };

	table = (struct usb_table) { .wait_ms = TABLE_WAIT_MS };
	table.umock = umock_new(options, &err);
	if (!table.umock)
		table_fail(&err);
	table.loop = loop_new(table_clock, &err);
	if (!table.loop)
		table_fail(&err);
	table_usb_begin();
}

void table_begin(void)
{
	table_begin_with(&(struct umock_options) { .ports = TABLE_PORTS });
}

void table_end(void)
{
	usb_free(table.usb);
	loop_free(table.loop);
	umock_free(table.umock);
	buf_done(&table.told);
	buf_done(&table.trouble);
}

void table_plug(unsigned port, struct model *model)
{
	struct err err = { 0 };

	check_ok(umock_plug(table.umock, port, model, &err), &err);
}

void table_unplug(unsigned port)
{
	umock_unplug(table.umock, port);
}

void table_plug_unheard(unsigned port, struct model *model)
{
	struct err err = { 0 };

	check_ok(umock_plug_unheard(table.umock, port, model, &err), &err);
}

void table_run(int ms)
{
	int64_t end_ms = clock_mono_ms() + ms;
	int64_t begin_ms;

	do { /* a whole pass after the end: what was due before it has happened */
		begin_ms = clock_mono_ms();
		loop_step(table.loop, 1);
	} while (begin_ms < end_ms);
}

bool table_wait_for(bool (*is_so)(void))
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (!is_so() && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	return check(is_so());
}

bool table_wait(const char *part)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (!strstr(buf_str(&table.told), part) && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	bool is_told = check_contains(buf_str(&table.told), part);

	buf_reset(&table.told);
	return is_told;
}

void table_settle(void)
{
	table_run(30);
}

void table_jump(int64_t ms)
{
	table.jumped_ms += ms;
	loop_step(table.loop, 0);
}

const char *table_list(void)
{
	static char list[4096];
	size_t len = 0;

	list[0] = '\0';
	for (size_t i = 0; i < usb_view_count(table.usb); i++) {
		struct usb_view view;

		usb_view(table.usb, i, &view);
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s %s %s%s%s%s; ",
			view.identity, usb_kind_word(view.found->kind), view.found->place,
			view.is_assigned ? " assigned" : "", view.problem ? ": " : "",
			view.problem ? view.problem->message : "");
	}
	return list;
}

bool table_wait_all(const char *all)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (strcmp(buf_str(&table.told), all) != 0 && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	return check_str(buf_str(&table.told), all);
}

bool table_wait_list(const char *list)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (strcmp(table_list(), list) != 0 && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	return check_str(table_list(), list);
}

bool table_wait_trouble(const char *part)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (!strstr(buf_str(&table.trouble), part) && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	return check_contains(buf_str(&table.trouble), part);
}

/* --- devices --------------------------------------------------------------- */

static void on_here(void *arg, bool here)
{
	(void)arg;
	buf_add_str(&table.told, here ? "here; " : "gone; ");
}

static void on_printer_here(void *arg, bool here, const struct err *why)
{
	check_int(why != NULL, !here);
	on_here(arg, here);
}

static void on_state(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &table.told);
	buf_add_str(&table.told, "; ");
}

static void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	buf_addf(&table.told, "%s", printer_result_word(result->state));
	if (result->has_counter)
		buf_addf(&table.told, " %llu", (unsigned long long)result->counter);
	buf_add_str(&table.told, "; ");
	snprintf(table.evidence, sizeof(table.evidence), "%s", result->evidence);
	table.why = result->why;
}

struct printer *table_printer(const char *identity)
{
	return table_printer_speaking(&printer_driver_zpl, identity);
}

struct printer *table_printer_speaking(const struct printer_driver *driver, const char *identity)
{
	static const struct printer_events events = { on_printer_here, on_state, on_result };
	struct printer_setup setup = {
		.loop = table.loop,
		.name = "P1",
		.identity = identity,
		.transport = &transport_usb_printer,
		.usb = table.usb,
		.driver = driver,
		.events = &events,
	};
	struct err err = { 0 };
	struct printer *printer = printer_new(&setup, &err);

	check_ok(printer != NULL, &err);
	return printer;
}

static void on_scan(void *arg, const struct scan *scan, const struct scanner_evidence *evidence)
{
	(void)arg;
	check(evidence->report_count > 0);
	buf_addf(&table.told, "scan %.*s %s; ", (int)scan->raw.len, (const char *)scan->raw.data,
		scan->aim);
}

static void on_broken(void *arg, const char *why)
{
	(void)arg;
	buf_addf(&table.told, "broken: %s; ", why);
}

struct scanner *table_scanner(const char *identity)
{
	return table_scanner_talking("hid_pos", NULL, identity);
}

struct scanner *table_scanner_talking(
	const char *protocol, const struct scanner_settings *settings, const char *identity)
{
	static const struct scanner_events events = { on_here, on_scan, on_broken };
	struct scanner_setup setup = {
		.loop = table.loop,
		.identity = identity,
		.transport = &transport_usb_scanner,
		.usb = table.usb,
		.driver = scanner_driver_find(protocol),
		.settings = settings ? *settings : (struct scanner_settings) { 0 },
		.descriptors = table.enrolled,
		.events = &events,
	};
	struct err err = { 0 };
	struct scanner *scanner = scanner_new(&setup, &err);

	check_ok(scanner != NULL, &err);
	return scanner;
}

struct scanner *table_scanner_listening(
	const char *protocol, const struct scanner_settings *settings, const char *identity)
{
	struct scanner *scanner = table_scanner_talking(protocol, settings, identity);

	table_wait("here; ");
	table_run(2 * USB_STALE_TEXT_MS);
	return scanner;
}

const char *table_hash(const struct model *model)
{
	static char hash[SHA256_HEX + 1];
	AUTO_BUF raw = { 0 };

	buf_add(&raw, model->descriptors.device);
	buf_add(&raw, model->descriptors.configuration);
	sha256_hex(buf_bytes(&raw), hash);
	return hash;
}

struct bus_record table_record(unsigned port)
{
	struct bus_record record = bus_record(umock_begin(table.umock), port);

	umock_end(table.umock);
	return record;
}

void table_fault(unsigned port, uint8_t endpoint, enum bus_fault fault, size_t after)
{
	bus_set_fault(umock_begin(table.umock), port, endpoint, fault, after);
	umock_end(table.umock);
}

const char *table_driver_of(unsigned port, uint8_t interface)
{
	const char *driver = bus_driver(umock_begin(table.umock), port, interface);

	umock_end(table.umock);
	return driver;
}

const char *table_driver(unsigned port)
{
	return table_driver_of(port, 0);
}

bool table_wait_driver(unsigned port, const char *driver)
{
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (!str_equal(table_driver(port), driver) && clock_mono_ms() < end_ms)
		loop_step(table.loop, 1);
	return check_str(table_driver(port), driver);
}

void table_label(size_t len, struct buf *out)
{
	AUTO_BITMAP label = { 0 };
	struct err err = { 0 };
	uint32_t noise = 1;

	/* 50 bytes in a row; noise does not compress, and base64 makes 4 bytes of 3 */
	check_ok(bitmap_init(&label, 400, (unsigned)(len / 67 + 1), &err), &err);
	for (size_t i = 0; i < label.stride_bytes * label.height_dots; i++) {
		noise = noise * 1664525 + 1013904223;
		label.data[i] = (uint8_t)(noise >> 24);
	}
	check_ok(printer_driver_zpl.encode(&label, out, &err), &err);
}
