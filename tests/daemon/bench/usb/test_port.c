/* daemon/bench/usb/port: writing, reading and stale bytes of one port, on a real libusb. */

#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include "tests/daemon/bench/usb/printer_rig.h"

/* --- what was there before */

static void test_stale_bytes_are_no_answer(void)
{
	static const char stale[] = "\002030,1,0,0203,000,0,0,0,000,0,0,0\003\r\n"
				    "\002000,0,1,0,0,2,4,0,00000000,1,000\003\r\n"
				    "\0020000,0\003\r\n";

	begin();
	(void)umock_begin(table.umock);
	check(model_in(model_printer_model(it.model), MODEL_PRINTER_IN, bytes_of_str(stale)));
	umock_end(table.umock);
	table_jump(PRINTER_POLL_MS);
	table_run(60);
	check_str(buf_str(&table.told), "");
	print();
	table_wait("sent 1000; printed 1001; ");
	end();
}

static void on_why(void *arg, const struct err *why)
{
	(void)arg;
	buf_addf(&table.told, "%s; ", why->message);
}

static void on_description(void *arg, struct bytes description)
{
	(void)arg;
	buf_addf(
		&table.told, "here '%.*s'; ", (int)description.len, (const char *)description.data);
}

static struct transport_port *cancelled; /* as soon as it takes something */

static void on_len(void *arg, size_t len)
{
	(void)arg;
	buf_addf(&table.told, "%zu taken; ", len);
	if (cancelled)
		transport_usb_printer.write_cancel(cancelled);
}

static void on_cut(void *arg, const struct err *why)
{
	(void)arg;
	buf_addf(&table.told, "cut%s%s; ", why ? ": " : "", why ? why->message : "");
}

static void on_all(void *arg)
{
	(void)arg;
	buf_add_str(&table.told, "all; ");
}

static void on_bytes(void *arg, struct bytes bytes)
{
	(void)arg;
	buf_addf(&table.told, "%zu bytes; ", bytes.len);
}

static struct transport_port *port_open(const char *identity)
{
	static const struct transport_events events = {
		.here = on_description,
		.gone = on_why,
		.written = on_len,
		.written_all = on_all,
		.cut = on_cut,
		.received = on_bytes,
		.lost = on_why,
	};
	struct transport_setup setup = {
		.loop = table.loop, .identity = identity, .events = &events, .usb = table.usb
	};
	struct err err = { 0 };
	struct transport_port *port = transport_usb_printer.open(&setup, &err);

	check_ok(port != NULL, &err);
	return port;
}

/* clang-format off */
static const struct {
	const char *name;
	const char *device_id;
	enum bus_fault fault;
	const char *told;
} device_ids[] = {
	{ "as it should be", "MFG:Zebra;MDL:GK420d;", BUS_FAULT_NONE, "here 'MFG:Zebra;MDL:GK420d;'; " },
	{ "refused", NULL, BUS_FAULT_NONE, "here ''; " },
	{ "never answered", "MFG:Zebra;", BUS_FAULT_NAK, "here ''; " },
	{ "empty", "", BUS_FAULT_NONE, "here ''; " },
};
/* clang-format on */

static void test_a_printer_is_here_whatever_it_says_of_itself(void)
{
	for (size_t i = 0; i < ARRAY_LEN(device_ids); i++) {
		check_row(device_ids[i].name);
		table_begin();
		it.model = model_printer_new("99J204501234");
		model_printer_set_device_id(it.model, device_ids[i].device_id);
		plug();
		table_fault(1, 0, device_ids[i].fault, 0);
		struct transport_port *port = port_open(IDENTITY);

		table_run(30);
		if (device_ids[i].fault == BUS_FAULT_NAK)
			check_str(buf_str(&table.told), "");
		table_jump(USB_CONTROL_MS);
		table_wait(device_ids[i].told);
		transport_usb_printer.close(port);
		table_end();
		model_free(model_printer_model(it.model));
	}
}

static void test_nothing_is_read_while_no_answer_is_due(void)
{
	table_begin();
	it.model = model_printer_new("99J204501234");
	plug();
	struct transport_port *port = port_open(IDENTITY);

	table_wait("here ");
	check_int(table_record(1).transfers, 0);
	transport_usb_printer.set_reading(port, true);
	table_run(2 * USB_STALE_PRINTER_MS);
	transport_usb_printer.set_reading(port, false);
	table_run(10);
	unsigned transfers = table_record(1).transfers;

	check(transfers >= 1);
	(void)umock_begin(table.umock);
	check(model_in(model_printer_model(it.model), MODEL_PRINTER_IN, bytes_of_str("late")));
	umock_end(table.umock);
	table_run(20);
	check_str(buf_str(&table.told), "");
	check_int(table_record(1).transfers, transfers);
	transport_usb_printer.close(port);
	table_end();
	model_free(model_printer_model(it.model));
}

static struct transport_port *port_begin(void)
{
	table_begin();
	cancelled = NULL;
	it.model = model_printer_new("99J204501234");
	plug();
	struct transport_port *port = port_open(IDENTITY);

	table_wait("here ");
	return port;
}

static void port_end(struct transport_port *port)
{
	transport_usb_printer.close(port);
	table_end();
	model_free(model_printer_model(it.model));
}

static void test_a_write_that_is_cancelled_before_it_began_took_nothing(void)
{
	struct transport_port *port = port_begin();

	transport_usb_printer.set_reading(port, true);
	transport_usb_printer.write(port, bytes_of_str("~HS\r\n"));
	transport_usb_printer.write_cancel(port);
	transport_usb_printer.write_cancel(port);
	check_str(buf_str(&table.told), "");
	table_wait_all("cut; ");
	table_run(2 * USB_STALE_PRINTER_MS);
	check_str(buf_str(&table.told), "cut; ");
	check_int(trace_total(), 0);
	transport_usb_printer.write(port, bytes_of_str("~HS\r\n"));
	table_wait("all; ");
	transport_usb_printer.write_cancel(port);
	port_end(port);
}

static void test_a_write_may_be_cancelled_when_it_tells_of_a_piece(void)
{
	static const char zeros[3 * USB_PIECE_MAX];
	struct transport_port *port = port_begin();

	cancelled = port;
	transport_usb_printer.write(port, bytes_of(zeros, sizeof(zeros)));
	table_wait_all("4096 taken; cut; ");
	table_run(20);
	check_int(trace_total(), USB_PIECE_MAX);
	cancelled = NULL;
	transport_usb_printer.write(port, bytes_of(zeros, sizeof(zeros)));
	table_wait("4096 taken; 4096 taken; all; ");
	port_end(port);
}

static void test_a_write_goes_out_when_reading_ends_before_it_began(void)
{
	struct transport_port *port = port_begin();

	transport_usb_printer.set_reading(port, true);
	transport_usb_printer.write(port, bytes_of_str("~HS\r\n"));
	transport_usb_printer.set_reading(port, false);
	table_wait_all("all; ");
	port_end(port);
}

static const struct model_kind *spied;
static struct usb_setup asked;

static enum model_answer spy_control(
	struct model *model, const struct usb_setup *setup, struct bytes out, struct buf *in)
{
	asked = *setup;
	return spied->control(model, setup, out, in);
}

/* Printer Class 1.1, 4.2.1: the alternate setting is named in the low byte of wIndex. */
static void test_the_device_id_is_asked_of_the_setting_in_use(void)
{
	struct model_kind spy;

	table_begin();
	cancelled = NULL;
	it.model = model_printer_new("99J204501234");
	spied = model_printer_model(it.model)->kind;
	spy = *spied;
	spy.control = spy_control;
	model_printer_model(it.model)->kind = &spy;
	plug();
	struct transport_port *port = port_open(IDENTITY);

	table_wait("here ");
	check_int(asked.request_type, 0xa1);
	check_int(asked.request, 0);
	check_int(asked.value, 0);
	check_int(asked.index, 0x0001);
	port_end(port);
}

static void test_a_printer_that_leaves_while_it_is_asked_who_it_is(void)
{
	table_begin();
	it.model = model_printer_new("99J204501234");
	plug();
	table_fault(1, 0, BUS_FAULT_UNPLUG, 0);
	struct transport_port *port = port_open(IDENTITY);

	table_wait("was unplugged; ");
	plug();
	table_wait("here ");
	port_end(port);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_stale_bytes_are_no_answer),
		CHECK_TEST(test_a_printer_is_here_whatever_it_says_of_itself),
		CHECK_TEST(test_nothing_is_read_while_no_answer_is_due),
		CHECK_TEST(test_a_write_that_is_cancelled_before_it_began_took_nothing),
		CHECK_TEST(test_a_write_may_be_cancelled_when_it_tells_of_a_piece),
		CHECK_TEST(test_a_write_goes_out_when_reading_ends_before_it_began),
		CHECK_TEST(test_the_device_id_is_asked_of_the_setting_in_use),
		CHECK_TEST(test_a_printer_that_leaves_while_it_is_asked_who_it_is),
	};
	return check_run("daemon/bench/usb/port", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
