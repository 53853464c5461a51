/* daemon/bench/virtual_printer: it behaves on its cable as a printer does. */
#include "daemon/bench/virtual_printer.h"

#include "daemon/bench/transport.h"
#include "printers/lang/driver.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

static struct {
	struct loop *loop;
	struct transport_port *port;
	struct buf received;
	size_t written;
	unsigned written_all;
	unsigned cut;
	unsigned here;
	unsigned labels;
} it;

static void on_here(void *arg, struct bytes description)
{
	(void)arg;
	check_int(description.len, 0);
	it.here++;
}

static void on_gone(void *arg, const struct err *err)
{
	(void)arg;
	(void)err;
	check(false); /* a virtual printer never leaves */
}

static void on_written(void *arg, size_t len)
{
	(void)arg;
	it.written += len;
}

static void on_lost(void *arg, const struct err *why)
{
	(void)arg;
	check_str(why->message, ""); /* never: nothing is lost in here */
}

static void on_cut(void *arg, const struct err *why)
{
	(void)arg;
	check(why == NULL);
	it.cut++;
}

static void on_written_all(void *arg)
{
	(void)arg;
	it.written_all++;
}

static void on_received(void *arg, struct bytes bytes)
{
	(void)arg;
	buf_add(&it.received, bytes);
}

static void on_label(void *arg, const struct label_bitmap *label)
{
	(void)arg;
	check_int(label->height_dots, 203);
	it.labels++;
}

static void begin(void)
{
	static const struct transport_events events = { on_here, on_gone, on_written,
		on_written_all, on_cut, on_received, on_lost };
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	struct transport_setup setup = {
		.loop = it.loop,
		.identity = "P1",
		.events = &events,
		.speaks = &printer_driver_zpl,
	};

	it.port = transport_find("virtual", "printer")->open(&setup, &err);
	check(it.port != NULL);
	check_int(it.here, 0);
	virtual_printer_set_label_fn(it.port, on_label, NULL);
	it.port->transport->set_reading(it.port, true);
	fake_loop_run(it.loop, 0);
	check_int(it.here, 1);
}

static void end(void)
{
	it.port->transport->close(it.port);
	loop_free(it.loop);
	buf_done(&it.received);
}

static void send(struct bytes bytes)
{
	it.port->transport->write(it.port, bytes);
	fake_loop_run(it.loop, 0);
}

static void label_make(struct buf *out)
{
	AUTO_BITMAP label = { 0 };
	struct err err = { 0 };

	check_ok(bitmap_init(&label, 406, 203, &err), &err);
	check_ok(printer_driver_zpl.encode(&label, out, &err), &err);
}

/* Asks one question and reads the answer with the driver. */
static enum printer_reading ask(enum printer_query query, struct printer_status *status)
{
	buf_reset(&it.received);
	send(printer_driver_zpl.query[query]);
	return printer_driver_zpl.read(query, buf_bytes(&it.received), status);
}

static void test_it_answers_every_question_as_the_driver_expects(void)
{
	struct printer_status status = { 0 };

	begin();
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check_int(ask(PRINTER_QUERY_FAULTS, &status), PRINTER_READING_DONE);
	check_int(ask(PRINTER_QUERY_COUNTER, &status), PRINTER_READING_DONE);
	check_int(printer_status_state(&printer_driver_zpl, &status), PRINTER_OK);
	check(printer_status_is_idle(&status));
	check_int(status.counter, FAKE_PRINTER_COUNTER);
	end();
}

static void test_every_mode_has_its_answers(void)
{
	static const struct {
		const char *mode;
		enum printer_reading host;
		enum printer_reading faults;
		unsigned state;
	} rows[] = {
		{ "ok", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_OK },
		{ "out_of_labels", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_MEDIA_OUT },
		{ "head_open", PRINTER_READING_MORE, PRINTER_READING_DONE, PRINTER_HEAD_OPEN },
		{ "paused", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_PAUSED },
		{ "jam", PRINTER_READING_DONE, PRINTER_READING_DONE, PRINTER_JAM },
		{ "silent", PRINTER_READING_MORE, PRINTER_READING_MORE, PRINTER_SILENT },
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum fake_printer_mode mode;
		struct printer_status status = { 0 };

		check_row(rows[i].mode);
		check(fake_printer_mode_parse(rows[i].mode, &mode));
		virtual_printer_set(it.port, mode, FAKE_PRINTER_ENDLESS);
		check_int(ask(PRINTER_QUERY_HOST, &status), rows[i].host);
		check_int(ask(PRINTER_QUERY_FAULTS, &status), rows[i].faults);
		check_int(printer_status_state(&printer_driver_zpl, &status), rows[i].state);
	}
	check_row(NULL);
	end();
}

static void test_a_label_takes_its_time_and_is_counted_when_it_is_out(void)
{
	struct printer_status status = { 0 };
	AUTO_BUF label = { 0 };

	begin();
	label_make(&label);
	send(buf_bytes(&label));
	fake_loop_run(it.loop, VIRTUAL_PRINTER_LABEL_MS - 1);
	check_int(it.labels, 0);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check_int(status.labels_remaining, 1);
	check_int(ask(PRINTER_QUERY_COUNTER, &status), PRINTER_READING_DONE);
	check_int(status.counter, FAKE_PRINTER_COUNTER);
	fake_loop_run(it.loop, 1);
	check_int(it.labels, 1);
	check_int(ask(PRINTER_QUERY_COUNTER, &status), PRINTER_READING_DONE);
	check_int(status.counter, FAKE_PRINTER_COUNTER + 1);
	end();
}

static void test_the_roll_ends_and_a_new_one_prints_what_waits(void)
{
	AUTO_BUF label = { 0 };

	begin();
	virtual_printer_set(it.port, FAKE_PRINTER_OK, 1);
	label_make(&label);
	send(buf_bytes(&label));
	send(buf_bytes(&label));
	fake_loop_run(it.loop, 10 * VIRTUAL_PRINTER_LABEL_MS);
	check_int(it.labels, 1);
	virtual_printer_set(it.port, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
	fake_loop_run(it.loop, VIRTUAL_PRINTER_LABEL_MS);
	check_int(it.labels, 2);
	virtual_printer_set(it.port, FAKE_PRINTER_OK, 0);
	send(buf_bytes(&label));
	fake_loop_run(it.loop, VIRTUAL_PRINTER_LABEL_MS);
	check_int(it.labels, 2);
	end();
}

static void test_a_full_printer_holds_up_its_cable(void)
{
	AUTO_BUF label = { 0 };

	begin();
	virtual_printer_set(it.port, FAKE_PRINTER_HEAD_OPEN, FAKE_PRINTER_ENDLESS);
	label_make(&label);
	for (unsigned i = 0; i < FAKE_PRINTER_WAITING_MAX; i++)
		send(buf_bytes(&label));
	check_int(it.written_all, FAKE_PRINTER_WAITING_MAX);
	send(buf_bytes(&label));
	fake_loop_run(it.loop, 5000);
	check_int(it.written_all, FAKE_PRINTER_WAITING_MAX);
	virtual_printer_set(it.port, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
	fake_loop_run(it.loop, (FAKE_PRINTER_WAITING_MAX + 1) * VIRTUAL_PRINTER_LABEL_MS);
	check_int(it.written_all, FAKE_PRINTER_WAITING_MAX + 1);
	check_int(it.labels, FAKE_PRINTER_WAITING_MAX + 1);
	end();
}

static void test_a_write_that_is_cut_leaves_a_partial_format(void)
{
	struct printer_status status = { 0 };
	AUTO_BUF large = { 0 };

	begin();
	buf_add_str(&large, "^XA^FO0,0^GFA,99900,99900,150,:Z64:");
	memset(buf_grow(&large, 5 * VIRTUAL_PRINTER_CHUNK), 'A', 5 * VIRTUAL_PRINTER_CHUNK);
	it.port->transport->write(it.port, buf_bytes(&large));
	while (it.written < 2 * VIRTUAL_PRINTER_CHUNK)
		loop_step(it.loop, 0);
	it.port->transport->write_cancel(it.port);
	fake_loop_run(it.loop, 0);
	check_int(it.written, 2 * VIRTUAL_PRINTER_CHUNK);
	check_int(it.written_all, 0);
	check_int(it.cut, 1);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check(status.partial_format);
	send(printer_driver_zpl.abandon);
	check_int(ask(PRINTER_QUERY_HOST, &status), PRINTER_READING_DONE);
	check(!status.partial_format);
	end();
}

static void test_nothing_is_heard_while_reading_is_off(void)
{
	begin();
	it.port->transport->set_reading(it.port, false);
	send(bytes_of_str("~HS"));
	check_int(it.received.len, 0);
	it.port->transport->set_reading(it.port, true);
	fake_loop_run(it.loop, 0);
	check_int(it.received.len, 0);
	end();
}

static void test_it_speaks_no_language_that_no_printer_speaks(void)
{
	static const struct printer_driver *const rows[] = { NULL, &printer_driver_null };
	const struct transport *transport = transport_find("virtual", "printer");
	struct loop *loop = fake_loop_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct transport_setup setup = {
			.loop = loop, .identity = "P1", .speaks = rows[i]
		};
		struct err err = { 0 };

		check(transport->open(&setup, &err) == NULL);
		check_err(&err, ERR_INVALID, "does not speak its language");
	}
	loop_free(loop);
}

static void test_transports_are_found_by_name_and_kind(void)
{
	check(transport_find("virtual", "printer") == &transport_virtual_printer);
	check(transport_find("virtual", "scanner") != NULL);
	check(transport_find("virtual", "camera") == NULL);
	check(transport_find("usb?", "printer") == NULL);
	transport_find("virtual", "printer")->close(NULL);
	transport_find("virtual", "scanner")->close(NULL);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_it_answers_every_question_as_the_driver_expects),
		CHECK_TEST(test_every_mode_has_its_answers),
		CHECK_TEST(test_a_label_takes_its_time_and_is_counted_when_it_is_out),
		CHECK_TEST(test_the_roll_ends_and_a_new_one_prints_what_waits),
		CHECK_TEST(test_a_full_printer_holds_up_its_cable),
		CHECK_TEST(test_a_write_that_is_cut_leaves_a_partial_format),
		CHECK_TEST(test_nothing_is_heard_while_reading_is_off),
		CHECK_TEST(test_it_speaks_no_language_that_no_printer_speaks),
		CHECK_TEST(test_transports_are_found_by_name_and_kind),
	};
	return check_run("daemon/bench/virtual_printer", tests, ARRAY_LEN(tests));
}
