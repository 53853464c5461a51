/* tests/usb/model_printer: what it does, judged by the service's own driver. */
#include "tests/usb/model_printer.h"

#include "printers/lang/driver.h"
#include "tests/check.h"
#include "tests/usb/host_rig.h"

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
	check_int(status.counter, FAKE_PRINTER_COUNTER + 1);
	check(model_printer_take_label(printer, &label));
	check_int(label.number, FAKE_PRINTER_COUNTER + 1);
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
		enum fake_printer_mode mode;
		AUTO_BUF answer = { 0 };

		check_row(rows[i].mode);
		check(fake_printer_mode_parse(rows[i].mode, &mode));
		model_printer_set(printer, mode, FAKE_PRINTER_ENDLESS);
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
	model_printer_set(printer, FAKE_PRINTER_HEAD_OPEN, FAKE_PRINTER_ENDLESS);
	for (unsigned i = 0; i < FAKE_PRINTER_WAITING_MAX; i++)
		check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), 0);
	struct flight *flight = flight_new(MODEL_PRINTER_OUT, buf_bytes(&bytes), bytes.len);

	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(!flight->is_done);
	model_printer_set(printer, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
	check(!flight->is_done);
	bus_step(bus, bus_due_us(bus));
	check(flight->is_done);
	while (bus_due_us(bus) != MODEL_NEVER)
		bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), FAKE_PRINTER_WAITING_MAX + 1);
	free(flight);
	end_printer();
}

static void test_the_roll_ends_and_a_new_one_prints_what_waits(void)
{
	AUTO_BUF bytes = { 0 };

	begin_printer();
	model_printer_set(printer, FAKE_PRINTER_OK, 1);
	label_make(&bytes);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	check_int(write_some(MODEL_PRINTER_OUT, buf_bytes(&bytes)), bytes.len);
	while (bus_due_us(bus) != MODEL_NEVER)
		bus_step(bus, bus_due_us(bus));
	check_int(labels_take(), 1);
	model_printer_set_label_ms(printer, 5);
	model_printer_set(printer, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
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
	check_int(status.counter, FAKE_PRINTER_COUNTER + 1);
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
	check_int(model_printer_counter(printer), FAKE_PRINTER_COUNTER);
	end_printer();
}

static void test_lies_are_counted_and_not_the_same(void)
{
	struct bytes question = printer_driver_zpl.query[PRINTER_QUERY_COUNTER];
	AUTO_BUF truth = { 0 };
	AUTO_BUF said = { 0 };

	begin_printer();
	check_int(write_some(MODEL_PRINTER_OUT, question), question.len);
	read_some(MODEL_PRINTER_IN, &truth);
	for (int lie = MODEL_PRINTER_LIE_NOISE; lie < MODEL_PRINTER_LIES; lie++) {
		model_printer_lie(printer, (enum model_printer_lie)lie, 1, 7);
		check_int(write_some(MODEL_PRINTER_OUT, question), question.len);
		read_some(MODEL_PRINTER_IN, &said);
		check(!bytes_equal(buf_bytes(&said), buf_bytes(&truth)));
		check_int(write_some(MODEL_PRINTER_OUT, question), question.len);
		read_some(MODEL_PRINTER_IN, &said);
		check_bytes(buf_bytes(&said), buf_bytes(&truth));
	}
	end_printer();
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
		CHECK_TEST(test_lies_are_counted_and_not_the_same),
	};

	return check_run("usb/model_printer", tests, ARRAY_LEN(tests));
}
