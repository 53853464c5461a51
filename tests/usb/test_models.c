/* tests/usb/model_*: what the devices do, judged by the service's own drivers and by captures. */
#include <errno.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"
#include "printers/lang/driver.h"
#include "scanners/hid_pos.h"
#include "tests/check.h"
#include "tests/scanners/samples.h"
#include "tests/usb/bus.h"
#include "tests/usb/model_hid_pos.h"
#include "tests/usb/model_other.h"
#include "tests/usb/model_printer.h"

/* --- a host of a few lines ------------------------------------------------- */

static struct bus *bus;

struct flight {
	struct bus_urb urb;
	bool is_done;
	uint8_t bytes[64 * 1024];
};

static void on_done(struct bus_urb *urb)
{
	LIST_ITEM(urb, struct flight, urb)->is_done = true;
}

static struct flight *flight_new(uint8_t endpoint, struct bytes bytes, size_t len)
{
	struct flight *flight = xcalloc(1, sizeof(*flight));

	flight->urb = (struct bus_urb) { .endpoint = endpoint, .len = len, .done = on_done };
	flight->urb.data = flight->bytes;
	if (bytes.len > 0)
		memcpy(flight->bytes, bytes.data, bytes.len);
	return flight;
}

/* How many bytes went; the rest is given up. */
static size_t write_some(uint8_t endpoint, struct bytes bytes)
{
	struct flight *flight = flight_new(endpoint, bytes, bytes.len);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	if (!flight->is_done)
		check(bus_unlink(bus, &flight->urb, -ECONNRESET));
	size_t actual = flight->urb.actual;

	free(flight);
	return actual;
}

/* What waits for the host, nothing when there is nothing. */
static void read_some(uint8_t endpoint, struct buf *out)
{
	struct flight *flight = flight_new(endpoint, bytes_of(NULL, 0), 4096);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	if (!flight->is_done)
		check(bus_unlink(bus, &flight->urb, -ECONNRESET));
	buf_reset(out);
	buf_add_mem(out, flight->bytes, flight->urb.actual);
	free(flight);
}

/* A control request; its status, its answer in out. */
static int request(const struct usb_setup *setup, struct bytes data, struct buf *out)
{
	struct flight *flight = flight_new(0, data, setup->length);

	flight->urb.setup = *setup;
	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(flight->is_done);
	int status = flight->urb.status;

	buf_reset(out);
	buf_add_mem(out, flight->bytes, flight->urb.actual);
	free(flight);
	return status;
}

/* --- the printer ---------------------------------------------------------- */

static struct model_printer *printer;

static void begin_printer(void)
{
	bus = bus_new(1, NULL, NULL);
	printer = model_printer_new("99J204501234");
	bus_plug(bus, 1, model_printer_model(printer));
	check_int(bus_set_interface(bus, 1, 0, 1), 0);
}

static void end_printer(void)
{
	bus_free(bus);
	model_free(model_printer_model(printer));
}

static enum printer_reading ask(enum printer_query query, struct printer_status *status)
{
	struct bytes question = printer_driver_zpl.query[query];
	AUTO_BUF answer = { 0 };

	check_int(write_some(MODEL_PRINTER_OUT, question), question.len);
	read_some(MODEL_PRINTER_IN, &answer);
	return printer_driver_zpl.read(query, buf_bytes(&answer), status);
}

static void label_make(struct buf *out)
{
	AUTO_BITMAP label = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 406, 203, &err), &err);
	bitmap_fill(&label, (struct bitmap_rect) { 10, 20, 30, 40 }, true);
	check_ok(printer_driver_zpl.encode(&label, out, &err), &err);
}

static unsigned labels_take(void)
{
	struct model_printer_label label;
	unsigned count = 0;

	for (; model_printer_take_label(printer, &label); count++) {
		check_int(bitmap_count_black(&label.bitmap, bitmap_whole(&label.bitmap)), 1200);
		bitmap_done(&label.bitmap);
	}
	return count;
}

static void test_a_label_needs_its_time_and_is_counted(void)
{
	struct printer_status status = { 0 };
	struct model_printer_label label;
	AUTO_BUF bytes = { 0 };

	begin_printer();
	bus_step(bus, 1000000);
	label_make(&bytes);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	check_int(bus_due_us(bus), 1000000 + MODEL_PRINTER_LABEL_MS * 1000);
	bus_step(bus, 1000000 + MODEL_PRINTER_LABEL_MS * 1000 - 1);
	check_int(labels_take(), 0);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check_int(status.labels_remaining, 1);
	bus_step(bus, 1000000 + MODEL_PRINTER_LABEL_MS * 1000);
	check_int(ask(PRINTER_QUERY_COUNTER, &status), PRINTER_READING_DONE);
	check_int(status.counter, ZPL_PRINTER_COUNTER + 1);
	check(model_printer_take_label(printer, &label));
	check_int(label.number, ZPL_PRINTER_COUNTER + 1);
	check_int(label.out_us, 1000000 + MODEL_PRINTER_LABEL_MS * 1000);
	bitmap_done(&label.bitmap);
	check_int(bus_due_us(bus), MODEL_NEVER);
	end_printer();
}

static void test_every_mode_has_its_answers_and_its_port_status(void)
{
	static const struct {
		const char *mode;
		enum printer_reading host;
		enum printer_reading faults;
		unsigned state;
		uint8_t port_status;
	} rows[] = {
		{ "ok", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_OK, 0x18 },
		{ "out_of_labels", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_MEDIA_OUT,
			0x30 },
		{ "head_open", PRINTER_READING_MORE, PRINTER_READING_DONE, PRINTER_HEAD_OPEN,
			0x10 },
		{ "silent", PRINTER_READING_MORE, PRINTER_READING_MORE, PRINTER_SILENT, 0x18 },
	};
	static const struct usb_setup port_status = { 0xa1, 1, 0, 0, 1 };

	begin_printer();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct printer_status status = { 0 };
		enum zpl_printer_mode mode;
		AUTO_BUF answer = { 0 };

		check_row(rows[i].mode);
		check(zpl_printer_mode_parse(rows[i].mode, &mode));
		model_printer_set(printer, mode, ZPL_PRINTER_ENDLESS);
		check_int(ask(PRINTER_QUERY_HOST, &status), rows[i].host);
		check_int(ask(PRINTER_QUERY_FAULTS, &status), rows[i].faults);
		check_int(printer_status_state(&printer_driver_zpl, &status), rows[i].state);
		check_int(request(&port_status, bytes_of(NULL, 0), &answer), 0);
		check_bytes(buf_bytes(&answer), bytes_of(&rows[i].port_status, 1));
	}
	check_row(NULL);
	end_printer();
}

static void test_a_full_printer_holds_up_its_cable(void)
{
	AUTO_BUF bytes = { 0 };

	begin_printer();
	label_make(&bytes);
	model_printer_set(printer, ZPL_PRINTER_HEAD_OPEN, ZPL_PRINTER_ENDLESS);
	for (unsigned i = 0; i < ZPL_PRINTER_WAITING_MAX; i++)
		check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), 0);
	struct flight *flight = flight_new(MODEL_PRINTER_OUT, buf_bytes(&bytes), bytes.len);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(!flight->is_done);
	model_printer_set(printer, ZPL_PRINTER_OK, ZPL_PRINTER_ENDLESS);
	check(!flight->is_done);
	bus_step(bus, bus_due_us(bus));
	check(flight->is_done);
	while (bus_due_us(bus) != MODEL_NEVER)
		bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), ZPL_PRINTER_WAITING_MAX + 1);
	free(flight);
	end_printer();
}

static void test_the_roll_ends_and_a_new_one_prints_what_waits(void)
{
	AUTO_BUF bytes = { 0 };

	begin_printer();
	model_printer_set(printer, ZPL_PRINTER_OK, 1);
	label_make(&bytes);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	while (bus_due_us(bus) != MODEL_NEVER)
		bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), 1);
	model_printer_set_label_ms(printer, 5);
	model_printer_set(printer, ZPL_PRINTER_OK, ZPL_PRINTER_ENDLESS);
	check_int(bus_due_us(bus), bus_now_us(bus) + 5000);
	bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), 1);
	end_printer();
}

static void test_room_is_taken_to_the_byte(void)
{
	AUTO_BUF bytes = { 0 };
	size_t total;

	begin_printer();
	label_make(&bytes);
	model_printer_set_room(printer, 100);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), 100);
	check_bytes(model_printer_trace(printer, &total), bytes_of(bytes.data, 100));
	check_int(total, 100);
	model_printer_set_room(printer, SIZE_MAX);
	check_int(write_some(MODEL_PRINTER_OUT, bytes_of(bytes.data + 100, bytes.len - 100)),
		bytes.len - 100);
	bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), 1);
	end_printer();
}

static void test_a_cut_label_waits_for_its_end_over_a_replug(void)
{
	struct printer_status status = { 0 };
	AUTO_BUF bytes = { 0 };

	begin_printer();
	label_make(&bytes);
	check_int(write_some(MODEL_PRINTER_OUT, bytes_of(bytes.data, 50)), 50);
	bus_unplug(bus, 1);
	bus_plug(bus, 1, model_printer_model(printer));
	check_int(bus_set_interface(bus, 1, 0, 1), 0);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check(status.partial_format);
	model_printer_power_cycle(printer);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check(!status.partial_format);
	end_printer();
}

static void test_the_printer_prints_on_without_its_cable(void)
{
	struct printer_status status = { 0 };
	AUTO_BUF bytes = { 0 };

	begin_printer();
	label_make(&bytes);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	bus_unplug(bus, 1);
	bus_plug(bus, 1, model_printer_model(printer));
	check_int(bus_set_interface(bus, 1, 0, 1), 0);
	bus_step(bus, MODEL_PRINTER_LABEL_MS * 1000);
	check_int(ask(PRINTER_QUERY_COUNTER, &status), PRINTER_READING_DONE);
	check_int(status.counter, ZPL_PRINTER_COUNTER + 1);
	check_int(labels_take(), 1);
	end_printer();
}

static void test_the_device_id_may_differ_or_be_missing(void)
{
	static const struct usb_setup device_id = { 0xa1, 0, 0, 1, 1000 };
	AUTO_BUF answer = { 0 };

	begin_printer();
	model_printer_set_device_id(printer, "MFG:X;MDL:Y;");
	check_int(request(&device_id, bytes_of(NULL, 0), &answer), 0);
	check_bytes(buf_bytes(&answer), bytes_of("\0\016MFG:X;MDL:Y;", 14));
	model_printer_set_device_id(printer, NULL);
	check_int(request(&device_id, bytes_of(NULL, 0), &answer), -EPIPE);
	end_printer();
}

static void test_soft_reset_forgets_what_waits(void)
{
	static const struct usb_setup resets[] = { { 0x21, 2, 0, 0, 0 }, { 0x23, 2, 0, 0, 0 } };
	AUTO_BUF bytes = { 0 };
	AUTO_BUF answer = { 0 };

	begin_printer();
	label_make(&bytes);
	for (unsigned i = 0; i < ARRAY_LEN(resets); i++) {
		check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
		check_int(request(&resets[i], bytes_of(NULL, 0), &answer), 0);
		check_int(model_printer_soft_resets(printer), i + 1);
		check_int(bus_due_us(bus), MODEL_NEVER);
	}
	check_int(model_printer_counter(printer), ZPL_PRINTER_COUNTER);
	end_printer();
}

/* --- scanners ------------------------------------------------------------- */

static struct model_hid_pos *scanner;

static const struct {
	const char *word;
	bool has_aim;
	bool has_endpoint;
} layouts[MODEL_HID_POS_LAYOUTS] = {
	[HID_POS_HONEYWELL] = { "honeywell", true, true },
	[HID_POS_GUIDE] = { "guide", true, false },
	[HID_POS_SHIFTED] = { "shifted", true, true },
	[HID_POS_NEWLAND] = { "newland", false, true },
};

static void begin_scanner(enum model_hid_pos_layout layout)
{
	bus = bus_new(1, NULL, NULL);
	scanner = model_hid_pos_new(layout, "S1");
	bus_plug(bus, 1, model_hid_pos_model(scanner));
}

static void end_scanner(void)
{
	bus_free(bus);
	model_free(model_hid_pos_model(scanner));
}

/* The service's driver has learned from the device's own descriptor. */
static struct scan_collector collector_new(void)
{
	static const struct usb_setup descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	struct scan_collector collector = { 0 };
	AUTO_BUF answer = { 0 };
	struct err err = { 0 };

	check_int(request(&descriptor, bytes_of(NULL, 0), &answer), 0);
	check_ok(scanner_driver_hid_pos.begin(&collector, buf_bytes(&answer), &err), &err);
	return collector;
}

static void scan(struct bytes text, const char *aim)
{
	struct err err = { 0 };

	check_ok(model_hid_pos_scan(scanner, text, aim, &err), &err);
}

static struct bytes report_next(struct flight *flight)
{
	flight->is_done = false;
	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(flight->is_done);
	return bytes_of(flight->bytes, flight->urb.actual);
}

static void test_the_services_driver_reads_every_layout(void)
{
	static const size_t lens[] = { 1, 55, 56, 57, 112, 500 };
	char text[512];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 7 == 3 ? 0x1d : 'A' + i % 26);
	for (size_t i = 0; i < MODEL_HID_POS_LAYOUTS; i++) {
		enum model_hid_pos_layout layout;

		check_row(layouts[i].word);
		check(model_hid_pos_layout_parse(layouts[i].word, &layout));
		check_int(layout, i);
		begin_scanner(layout);
		struct flight *flight =
			flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);
		struct scan_collector collector = collector_new();

		for (size_t k = 0; k < ARRAY_LEN(lens); k++) {
			enum scan_reading reading = SCAN_READING_MORE;
			struct scan found = { 0 };

			scan(bytes_of(text, lens[k]), "]d2");
			while (reading == SCAN_READING_MORE)
				reading = scanner_driver_hid_pos.decode(
					&collector, report_next(flight), &found);
			check_int(reading, SCAN_READING_DONE);
			check_bytes(found.raw, bytes_of(text, lens[k]));
			check_str(found.aim, layouts[i].has_aim ? "]d2" : "");
		}
		scan_collector_done(&collector);
		free(flight);
		end_scanner();
	}
	check_row(NULL);
}

static void test_the_services_beeps_are_heard_in_every_layout(void)
{
	static const struct {
		enum scan_verdict verdict;
		enum model_hid_pos_sound sound[MODEL_HID_POS_LAYOUTS]; /* newland has none */
	} rows[] = {
		{ SCAN_STORED, { HID_POS_SOUND_GOOD, HID_POS_SOUND_GOOD, HID_POS_SOUND_GOOD } },
		{ SCAN_STOP, { HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR } },
		{ SCAN_QUESTION,
			{ HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR, HID_POS_SOUND_UNKNOWN } },
	};

	for (size_t i = 0; i < MODEL_HID_POS_LAYOUTS; i++) {
		check_row(layouts[i].word);
		begin_scanner((enum model_hid_pos_layout)i);
		check_int(model_hid_pos_out(scanner) != 0, layouts[i].has_endpoint);
		struct scan_collector collector = collector_new();

		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			AUTO_BUF report = { 0 };
			AUTO_BUF answer = { 0 };
			bool can = scanner_driver_hid_pos.feedback(
				&collector, rows[k].verdict, &report);

			check_int(can, i != HID_POS_NEWLAND);
			if (!can)
				continue;
			struct usb_setup set_report = { 0x21, 9, (uint16_t)(0x200 | report.data[0]),
				0, (uint16_t)report.len };

			bus_step(bus, 1000 * (int64_t)(k + 1));
			if (layouts[i].has_endpoint)
				check_int(
					write_some(model_hid_pos_out(scanner), buf_bytes(&report)),
					report.len);
			else
				check_int(request(&set_report, buf_bytes(&report), &answer), 0);
			const struct model_hid_pos_beep *beep = model_hid_pos_beep(scanner, k);

			check_int(model_hid_pos_beep_count(scanner), k + 1);
			if (!check(beep != NULL))
				continue;
			check_int(beep->sound, rows[k].sound[i]);
			check_int(beep->at_us, 1000 * (int64_t)(k + 1));
			check_bytes(bytes_of(beep->report, beep->report_len), buf_bytes(&report));
		}
		scan_collector_done(&collector);
		end_scanner();
	}
	check_row(NULL);
}

/* What a real Voyager 1602g sent, but for its maker's symbology byte (61), which the model leaves
 * out. */
static void test_the_models_reports_are_those_of_a_real_scanner(void)
{
	struct samples real;
	AUTO_BUF text = { 0 };

	samples_read(&real, "reports-honeywell-voyager1602g-hidpos.txt");
	check_int(real.count, 7);
	for (size_t i = 0; i < 6; i++) {
		struct bytes report = samples_get(&real, i);

		buf_add_mem(&text, report.data + 5, report.data[1]);
	}
	begin_scanner(HID_POS_HONEYWELL);
	scan(buf_bytes(&text), "]X0");
	struct flight *flight = flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);

	for (size_t i = 0; i < 6; i++) {
		struct bytes report = samples_get(&real, i);
		uint8_t expected[64];

		memcpy(expected, report.data, sizeof(expected));
		expected[61] = 0;
		check_bytes(report_next(flight), bytes_of(expected, 64));
	}
	free(flight);
	end_scanner();
	samples_done(&real);
}

static void test_the_descriptors_are_those_that_were_captured(void)
{
	static const struct usb_setup report_descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	static const struct usb_setup device = { 0x80, 6, 0x0100, 0, 64 };
	struct samples real, dev;
	AUTO_BUF answer = { 0 };

	samples_read(&real, "rd-hidpos-8c02-honeywell-style-127.txt");
	samples_read(&dev, "dev-honeywell-n5600-0c2e-0967-hidpos.txt");
	begin_scanner(HID_POS_HONEYWELL);
	check_int(request(&report_descriptor, bytes_of(NULL, 0), &answer), 0);
	check_bytes(buf_bytes(&answer), buf_bytes(&real.all));
	check_int(request(&device, bytes_of(NULL, 0), &answer), 0);
	answer.data[14] = 1; /* ours numbers its texts 1 2 3, the real one 1 2 8 */
	answer.data[15] = 2;
	answer.data[16] = 8;
	check_bytes(buf_bytes(&answer), samples_get(&dev, 0));
	end_scanner();
	samples_done(&real);
	samples_done(&dev);
}

static void test_a_scan_is_fetched_when_its_last_report_is(void)
{
	struct err err = { 0 };
	uint8_t text[57];

	begin_scanner(HID_POS_HONEYWELL);
	struct flight *flight = flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);

	memset(text, '7', sizeof(text));
	check_int(model_hid_pos_fetched_us(scanner), 0);
	scan(bytes_of(text, sizeof(text)), "]C0");
	bus_step(bus, 5000);
	(void)report_next(flight);
	check_int(model_hid_pos_fetched_us(scanner), 0);
	bus_step(bus, 6000);
	(void)report_next(flight);
	check_int(model_hid_pos_fetched_us(scanner), 6000);
	check(!model_hid_pos_scan(scanner, bytes_of_str("1"), "C0", &err));
	check_err(&err, ERR_INVALID, "no AIM identifier");
	check(!model_hid_pos_scan(scanner, bytes_of_str(""), "]C0", &err));
	check_err(&err, ERR_INVALID, "bytes");
	free(flight);
	end_scanner();
}

static void test_an_unplugged_scanner_loses_what_was_not_fetched(void)
{
	AUTO_BUF report = { 0 };

	begin_scanner(HID_POS_GUIDE);
	scan(bytes_of_str("700001"), "]C0");
	bus_unplug(bus, 1);
	bus_plug(bus, 1, model_hid_pos_model(scanner));
	read_some(model_hid_pos_in(scanner), &report);
	check_int(report.len, 0);
	end_scanner();
}

static void test_a_scanner_that_is_not_read_refuses_at_last(void)
{
	uint8_t text[MODEL_HID_POS_SCAN_MAX];
	struct err err = { 0 };
	unsigned scans = 0;

	begin_scanner(HID_POS_HONEYWELL);
	memset(text, 'x', sizeof(text));
	while (model_hid_pos_scan(scanner, bytes_of(text, sizeof(text)), "]C0", &err))
		scans++;
	check_err(&err, ERR_BUSY, "does not fetch");
	check_int(scans, MODEL_IN_MAX / 64 / ((MODEL_HID_POS_SCAN_MAX + 55) / 56));
	end_scanner();
}

/* --- the others ----------------------------------------------------------- */

static void test_a_keyboard_is_no_scanner_and_answers_nothing_of_its_own(void)
{
	static const struct usb_setup get_descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	static const struct usb_setup get_report = { 0xa1, 1, 0x0100, 0, 8 };
	struct model *keyboard = model_keyboard_new();
	struct scan_collector collector = { 0 };
	AUTO_BUF answer = { 0 };
	struct err err = { 0 };

	bus = bus_new(1, NULL, NULL);
	bus_plug(bus, 1, keyboard);
	check_int(request(&get_descriptor, bytes_of(NULL, 0), &answer), 0);
	check_int(answer.len, 65);
	check(!scanner_driver_hid_pos.begin(&collector, buf_bytes(&answer), &err));
	check(!bus_private_touched(bus)); /* reading descriptors harms nobody */
	check_int(request(&get_report, bytes_of(NULL, 0), &answer), -EPIPE);
	check(bus_private_touched(bus));
	scan_collector_done(&collector);
	bus_free(bus);
	model_free(keyboard);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_needs_its_time_and_is_counted),
		CHECK_TEST(test_every_mode_has_its_answers_and_its_port_status),
		CHECK_TEST(test_a_full_printer_holds_up_its_cable),
		CHECK_TEST(test_the_roll_ends_and_a_new_one_prints_what_waits),
		CHECK_TEST(test_room_is_taken_to_the_byte),
		CHECK_TEST(test_a_cut_label_waits_for_its_end_over_a_replug),
		CHECK_TEST(test_the_printer_prints_on_without_its_cable),
		CHECK_TEST(test_the_device_id_may_differ_or_be_missing),
		CHECK_TEST(test_soft_reset_forgets_what_waits),
		CHECK_TEST(test_the_services_driver_reads_every_layout),
		CHECK_TEST(test_the_services_beeps_are_heard_in_every_layout),
		CHECK_TEST(test_the_models_reports_are_those_of_a_real_scanner),
		CHECK_TEST(test_the_descriptors_are_those_that_were_captured),
		CHECK_TEST(test_a_scan_is_fetched_when_its_last_report_is),
		CHECK_TEST(test_an_unplugged_scanner_loses_what_was_not_fetched),
		CHECK_TEST(test_a_scanner_that_is_not_read_refuses_at_last),
		CHECK_TEST(test_a_keyboard_is_no_scanner_and_answers_nothing_of_its_own),
	};
	return check_run("usb/models", tests, ARRAY_LEN(tests));
}
