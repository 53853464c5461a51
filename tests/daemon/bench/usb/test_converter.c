/*
 * daemon/bench/usb/line: scanners behind FTDI's converter, on a real libusb: the line is set as the
 * scanner's, the state in front of each packet is taken off, and what it says was lost makes no
 * scan.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>

#include "daemon/base/str.h"
#include "daemon/bench/deadline.h"
#include "daemon/bench/enrolment.h"
#include "scanners/serial.h"
#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_ftdi.h"

#define IDENTITY "usb:0403:6001:A50285BI"

static struct {
	struct model_ftdi *model;
	struct scanner *scanner;
} it;

static void plug(void)
{
	table_plug(1, &it.model->model);
}

static void begin_unassigned(void)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_ftdi_new("A50285BI");
	plug();
}

static void begin_as(const char *protocol, const struct scanner_settings *settings)
{
	begin_unassigned();
	it.scanner = table_scanner_listening(protocol, settings, IDENTITY);
}

static void begin(void)
{
	begin_as("serial", NULL);
}

static void end(void)
{
	scanner_free(it.scanner);
	table_end();
	model_free(&it.model->model);
}

static void say(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_ftdi_say(it.model, bytes_of_str(text)));
	umock_end(table.umock);
}

static void packet(uint8_t state, const char *data)
{
	(void)umock_begin(table.umock);
	check(model_ftdi_packet(it.model, state, bytes_of_str(data)));
	umock_end(table.umock);
}

static size_t heard_len(void)
{
	(void)umock_begin(table.umock);
	size_t len = it.model->heard.len;

	umock_end(table.umock);
	return len;
}

static bool has_heard(void)
{
	return heard_len() > 0;
}

static bool has_heard_acknowledgement_and_sound(void)
{
	return heard_len() >= 2;
}

static bool is_raised(void)
{
	(void)umock_begin(table.umock);
	bool is = it.model->lines == 3;

	umock_end(table.umock);
	return is;
}

/* Such a cable may be anything's: it is on the list, and that is all. */
static void test_a_converter_that_nobody_assigned_is_listed_and_never_touched(void)
{
	begin_unassigned();
	it.model->model.is_private = true;
	table_wait_list(IDENTITY " scanner 1-1; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table_record(1).opened, 0);
	check_int(table_record(1).requests, 0);
	check_str(table_driver(1), "ftdi_sio");
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	end();
}

static void test_the_line_is_set_as_is_usual(void)
{
	begin();
	check_str(table_driver(1), "usbfs");
	check_int(table_record(1).claims, 1);
	check_int(table_record(1).transfers, USB_REPORTS_QUEUED);
	(void)umock_begin(table.umock);
	check_int(it.model->resets, 1);
	check_int(it.model->divisor, 0x4138); /* 9600 */
	check_int(it.model->data, 0x008);     /* 8N1 */
	check_int(it.model->flow, 0);
	check_int(it.model->latency_ms, 16);
	check_int(it.model->event, 0x100 | '\r');
	check_int(it.model->lines, 3);
	umock_end(table.umock);
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL); /* it does not come back */
	end();
}

static void test_the_line_is_set_as_its_settings_say(void)
{
	static const struct {
		struct scanner_settings settings;
		uint16_t divisor, data, event;
	} rows[] = {
		{ { .baud = 115200, .format = LINE_FORMAT_7E1, .terminator = SCAN_TERMINATOR_ETX },
			0x001a, 0x207, 0x103 },
		{ { .baud = 19200, .format = LINE_FORMAT_8O1, .terminator = SCAN_TERMINATOR_CR_LF },
			0x809c, 0x108, 0x10a },
		{ { .terminator = SCAN_TERMINATOR_NONE }, 0x4138, 0x008, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin_as("serial", &rows[i].settings);
		(void)umock_begin(table.umock);
		check_int(it.model->divisor, rows[i].divisor);
		check_int(it.model->data, rows[i].data);
		check_int(it.model->event, rows[i].event);
		umock_end(table.umock);
		end();
	}
}

static void test_text_comes_whole_without_the_state_in_front_of_it(void)
{
	char large[200];
	AUTO_BUF told = { 0 };

	memset(large, '7', sizeof(large) - 2);
	large[sizeof(large) - 2] = '\r';
	large[sizeof(large) - 1] = '\0';
	begin();
	packet(0, "");
	say("9000001");
	packet(0, "");
	say("00034\r900000100131\r");
	say(large); /* four packets, three of them full */
	packet(0, "");
	buf_addf(&told, "scan 900000100034 ; scan 900000100131 ; scan %.*s ; ",
		(int)sizeof(large) - 2, large);
	table_wait_all(buf_str(&told));
	end();
}

/* A line that says nothing sends its state all the time; what waited from before is over then too.
 */
static void test_a_silent_line_is_no_stale_one(void)
{
	begin_unassigned();
	it.scanner = table_scanner_talking("serial", NULL, IDENTITY);
	table_wait("here; ");
	for (int i = 0; i < 10; i++) {
		packet(0, "");
		table_run(USB_STALE_TEXT_MS / 4);
	}
	say("900000100034\r");
	table_wait("scan 900000100034 ; ");
	end();
}

/* clang-format off */
static const struct {
	uint8_t state;
	const char *told;
} faults[] = {
	{ MODEL_FTDI_OVERRUN, "lost what came too fast (overrun); " },
	{ MODEL_FTDI_PARITY, "read a character wrong (parity): is its line set as the scanner's?; " },
	{ MODEL_FTDI_FRAMING, "read a character wrong (framing): is its line as fast as the scanner's?; " },
	{ MODEL_FTDI_BREAK, "says that its line was cut or switched off (break); " },
};
/* clang-format on */

static void test_what_the_line_lost_makes_no_scan_of_the_rest(void)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		check_row(faults[i].told);
		begin();
		say("9000001");
		packet(faults[i].state, "000");
		table_wait(faults[i].told);
		say("34\r900000100131\r");
		table_wait("broken: a report makes no sense; scan 900000100131 ; ");
		check_int(scanner_port(it.scanner)->faults[TRANSPORT_GARBLED], 1);
		end();
	}
	check_row(NULL);
}

/* The end came in the packet that is spoilt: the next scan is a whole one. */
static void test_what_the_line_lost_with_its_end_costs_no_other_scan(void)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		check_row(faults[i].told);
		begin();
		say("9000001");
		packet(faults[i].state, "00034\r");
		table_wait(faults[i].told);
		table_jump(SERIAL_TIMEOUT_MS);
		table_settle();
		table_jump(DEADLINE_PUT_OFF_MS); /* where this machine was late for it */
		table_settle();
		say("900000100131\r");
		table_wait("scan 900000100131 ; ");
		check_int(scanner_port(it.scanner)->faults[TRANSPORT_GARBLED], 1);
		end();
	}
	check_row(NULL);
}

/* A character that was read wrong looks like the end: what follows at once is the rest. */
static void test_what_only_looks_like_an_end_makes_no_scan_of_the_rest(void)
{
	begin();
	say("9000001");
	packet(MODEL_FTDI_PARITY, "000\r");
	table_wait(faults[1].told);
	say("4\r");
	table_wait("broken: a report makes no sense; ");
	say("900000100131\r");
	table_wait_all("scan 900000100131 ; ");
	end();
}

static void test_a_line_at_another_speed_says_so_and_reads_nothing(void)
{
	begin_unassigned();
	it.model->own_divisor = 0x001a;
	it.scanner = table_scanner_listening("serial", NULL, IDENTITY);
	say("900000100034\r");
	table_wait_all(
		"broken: USB device '" IDENTITY
		"' read a character wrong (framing): is its line as fast as the scanner's?; ");
	end();
}

static void test_the_verdict_goes_out_as_it_is(void)
{
	const struct scanner_settings settings = { .maker = SCANNER_MAKER_DATALOGIC,
		.has_ack = true };
	struct err err = { 0 };

	begin_as("serial", &settings);
	say("900000100034\r");
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_wait_for(has_heard_acknowledgement_and_sound);
	(void)umock_begin(table.umock);
	check_bytes(buf_bytes(&it.model->heard), bytes_of_str("\x06"
							      "B"));
	umock_end(table.umock);
	end();
}

static void test_a_cable_that_refuses_to_be_set_is_not_used(void)
{
	static const uint8_t requests[] = { 1, 3, 4 };

	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		begin_unassigned();
		it.model->refuses = requests[i];
		it.scanner = table_scanner_talking("serial", NULL, IDENTITY);
		table_wait("gone; ");
		check_contains(table_list(), "does not let its serial line be set");
		end();
	}
}

static void test_packets_of_other_kinds_come_through_it_too(void)
{
	static const uint8_t ssi[] = { 0x11, 0xf3, 0x00, 0x00, 0x03, '9', '0', '0', '0', '0', '0',
		'1', '0', '0', '0', '3', '4', 0xfc, 0xa8 };

	begin_as("ssi", NULL);
	(void)umock_begin(table.umock);
	check(model_ftdi_say(it.model, bytes_of(ssi, sizeof(ssi))));
	umock_end(table.umock);
	table_wait("scan 900000100034 ]C0; ");
	table_wait_for(has_heard); /* its acknowledgement */
	end();
}

static void test_a_cable_pulled_in_mid_scan_tells_nothing_of_it(void)
{
	begin();
	say("9000001");
	table_run(20);
	table_unplug(1);
	table_wait_all("gone; ");
	buf_reset(&table.told);
	plug();
	table_wait("here; ");
	table_run(2 * USB_STALE_TEXT_MS);
	say("900000100131\r");
	table_wait_all("scan 900000100131 ; ");
	end();
}

static void on_read(void *arg, const struct enrol_found *found, const struct enrol_heard *heard)
{
	(void)arg;
	(void)heard;
	buf_addf(&table.told, "%s %s %s; ", enrol_reading_words(found->reading)->word,
		found->driver ? found->driver->name : "",
		scan_terminator_word(found->settings.terminator));
}

/* The line is set as usual; nothing is said to the scanner. */
static void test_a_scanner_behind_it_is_enrolled_by_its_code(void)
{
	static const char code[] = "E100000000015123456" ENROL_PROBE;
	static const struct enrolment_events events = { .read = on_read };
	struct err err = { 0 };
	AUTO_BUF text = { 0 };

	begin_unassigned();
	table_wait_list(IDENTITY " scanner 1-1; ");
	struct enrolment *enrolment = enrolment_new(
		&(struct enrolment_setup) {
			.loop = table.loop,
			.identity = IDENTITY,
			.code = code,
			.protocols = "serial ssi dechdr opc",
			.left_ms = ENROLMENT_MS,
			.transport = &transport_usb_scanner,
			.usb = table.usb,
			.events = &events,
		},
		&err);
	if (!check_ok(enrolment != NULL, &err))
		return;
	table_wait_for(is_raised);
	table_run(USB_STALE_MAX_MS); /* and listened to */
	buf_addf(&text, "%s\r", code);
	say(buf_str(&text));
	table_wait("found serial cr; ");
	check(!has_heard());
	enrolment_free(enrolment);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_converter_that_nobody_assigned_is_listed_and_never_touched),
		CHECK_TEST(test_the_line_is_set_as_is_usual),
		CHECK_TEST(test_the_line_is_set_as_its_settings_say),
		CHECK_TEST(test_text_comes_whole_without_the_state_in_front_of_it),
		CHECK_TEST(test_a_silent_line_is_no_stale_one),
		CHECK_TEST(test_what_the_line_lost_makes_no_scan_of_the_rest),
		CHECK_TEST(test_what_the_line_lost_with_its_end_costs_no_other_scan),
		CHECK_TEST(test_what_only_looks_like_an_end_makes_no_scan_of_the_rest),
		CHECK_TEST(test_a_line_at_another_speed_says_so_and_reads_nothing),
		CHECK_TEST(test_the_verdict_goes_out_as_it_is),
		CHECK_TEST(test_a_cable_that_refuses_to_be_set_is_not_used),
		CHECK_TEST(test_packets_of_other_kinds_come_through_it_too),
		CHECK_TEST(test_a_cable_pulled_in_mid_scan_tells_nothing_of_it),
		CHECK_TEST(test_a_scanner_behind_it_is_enrolled_by_its_code),
	};

	return check_run("daemon/bench/usb/converter", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
