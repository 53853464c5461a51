/*
 * daemon/bench/usb/line: scanners on a serial line (CDC-ACM), on a real libusb: both interfaces,
 * DTR and RTS, text up to its end, and SSI's packets with their acknowledgements.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "scanners/ack.h"
#include "scanners/serial.h"
#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_line.h"

#define IDENTITY "usb:05e0:1701:S44F1BF"

static struct {
	struct model_line *model;
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
	it.model = model_line_new("S44F1BF");
	plug();
}

static void begin_as(const char *protocol, const struct scanner_settings *settings)
{
	begin_unassigned();
	it.model->is_ssi = str_equal(protocol, "ssi");
	it.scanner = table_scanner_listening(protocol, settings, IDENTITY);
}

static void begin(void)
{
	const struct scanner_settings settings = { .maker = SCANNER_MAKER_DATALOGIC };

	begin_as("serial", &settings);
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
	check(model_line_say(it.model, bytes_of_str(text)));
	umock_end(table.umock);
}

/* What the device heard so far, as hexadecimal; valid until the next call. */
static const char *heard(void)
{
	static char text[1024];
	AUTO_BUF hex = { 0 };

	(void)umock_begin(table.umock);
	hex_encode(buf_bytes(&it.model->heard), &hex);
	umock_end(table.umock);
	snprintf(text, sizeof(text), "%s", buf_str(&hex));
	return text;
}

static bool has_heard(void)
{
	return *heard() != '\0';
}

static void test_a_line_that_nobody_assigned_is_listed_and_never_touched(void)
{
	begin_unassigned();
	it.model->model.is_private = true;
	table_wait_list(IDENTITY " scanner 1-1; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table_record(1).opened, 0);
	check_int(table_record(1).requests, 0);
	check_str(table_driver_of(1, MODEL_LINE_CONTROL), "cdc_acm");
	check_str(table_driver_of(1, MODEL_LINE_DATA), "cdc_acm");
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	end();
}

static void test_both_interfaces_are_claimed_and_the_line_is_raised(void)
{
	static const uint8_t format[] = { 0, 0, 8 };

	begin();
	check_str(table_driver_of(1, MODEL_LINE_CONTROL), "usbfs");
	check_str(table_driver_of(1, MODEL_LINE_DATA), "usbfs");
	check_int(table_record(1).claims, 2);
	check_int(table_record(1).transfers, USB_REPORTS_QUEUED);
	(void)umock_begin(table.umock);
	check_int(it.model->rate, 115200);
	check_bytes(bytes_of(it.model->format, sizeof(it.model->format)),
		bytes_of(format, sizeof(format)));
	check_int(it.model->lines, 3);
	umock_end(table.umock);
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL);
	check_str(table_driver_of(1, MODEL_LINE_DATA), NULL);
	end();
}

/* A terminal program, or ModemManager, has one of the two. */
static void test_a_line_that_another_program_holds_is_told_and_taken_later(void)
{
	static const uint8_t interfaces[] = { MODEL_LINE_CONTROL, MODEL_LINE_DATA };

	for (size_t i = 0; i < ARRAY_LEN(interfaces); i++) {
		int other;

		begin_unassigned();
		struct bus *bus = umock_begin(table.umock);

		check_int(bus_driver_disconnect(bus, 1, interfaces[i]), 0);
		check_int(bus_claim(bus, 1, interfaces[i], &other), 0);
		umock_end(table.umock);
		it.scanner = table_scanner_talking("serial", NULL, IDENTITY);
		table_wait("gone; ");
		check_contains(table_list(), "is held by another program");
		check_int(bus_release(umock_begin(table.umock), 1, interfaces[i], &other), 0);
		umock_end(table.umock);
		table_jump(USB_LOOK_MS);
		table_wait("here; ");
		check_str(table_driver_of(1, MODEL_LINE_CONTROL), "usbfs");
		check_str(table_driver_of(1, MODEL_LINE_DATA), "usbfs");
		end();
	}
}

static void test_a_device_that_refuses_what_is_asked_of_the_line_is_used_all_the_same(void)
{
	begin_unassigned();
	it.model->refuses_requests = true;
	it.scanner = table_scanner_listening("serial", NULL, IDENTITY);
	(void)umock_begin(table.umock);
	it.model->lines = 3;
	umock_end(table.umock);
	say("900000100034\r");
	table_wait("scan 900000100034 ; ");
	end();
}

static void test_text_comes_whole_however_it_is_cut(void)
{
	char large[200];
	AUTO_BUF told = { 0 };

	memset(large, '7', sizeof(large) - 2);
	large[sizeof(large) - 2] = '\r';
	large[sizeof(large) - 1] = '\0';
	begin();
	say("9000001");
	say("00034\r9000001");
	say("00131\r\n900000100228\r");
	buf_add_str(&told, "scan 900000100034 ; scan 900000100131 ; scan 900000100228 ; ");
	say(large);
	buf_addf(&told, "scan %.*s ; ", (int)sizeof(large) - 2, large);
	/* its last packet is full */
	say("900000100034900000100034900000100034900000100034900000100034123\r");
	buf_add_str(
		&told, "scan 900000100034900000100034900000100034900000100034900000100034123 ; ");
	table_wait_all(buf_str(&told));
	end();
}

static void test_the_settings_say_how_a_scan_ends_and_begins(void)
{
	const struct scanner_settings settings = {
		.terminator = SCAN_TERMINATOR_ETX,
		.has_aim = true,
	};

	begin_as("serial", &settings);
	say("\2]C0900000100034\3");
	table_wait("scan 900000100034 ]C0; ");
	end();
}

static void test_the_verdict_is_the_makers_command(void)
{
	struct err err = { 0 };

	begin();
	say("900000100034\r");
	table_wait("scan ");
	table_run(20);
	check_str(heard(), "");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_wait_for(has_heard);
	check_str(heard(), "42");
	(void)umock_begin(table.umock);
	buf_reset(&it.model->heard);
	umock_end(table.umock);
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	table_wait_for(has_heard);
	check_str(heard(), "4645");
	end();
}

static void test_a_line_pulled_in_mid_scan_tells_nothing_of_it(void)
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

static void test_half_a_scan_and_silence_are_dropped_with_all_up_to_the_next_end(void)
{
	begin();
	say("9000001");
	table_settle();
	table_jump(SERIAL_TIMEOUT_MS);
	table_wait_all("broken: the rest of a scan did not come; ");
	buf_reset(&table.told);
	say("00034\r900000100131\r");
	table_wait_all("broken: a report makes no sense; scan 900000100131 ; ");
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	enum bus_fault fault;
	const char *told;
} faults[] = {
	{ "stall", BUS_FAULT_STALL, "broken: USB device '" IDENTITY "' stalled; " },
	{ "babble", BUS_FAULT_BABBLE, "broken: USB device '" IDENTITY "' sent more than it may; " },
	{ "noise", BUS_FAULT_ERROR, "broken: USB device '" IDENTITY "' broke off what it said; " },
};
/* clang-format on */

static void test_what_is_lost_in_mid_scan_makes_no_scan_of_the_rest(void)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		check_row(faults[i].name);
		begin();
		say("9000001");
		table_run(20);
		table_fault(1, MODEL_LINE_IN, faults[i].fault, 0);
		say("000");
		table_wait(faults[i].told);
		table_jump(USB_RETRY_MS);
		table_run(20);
		say("34\r900000100131\r");
		table_wait("scan ");
		table_settle();
		check_str(buf_str(&table.told), "");
		end();
	}
	check_row(NULL);
}

static void test_a_line_that_keeps_stalling_is_left_alone(void)
{
	begin();
	for (unsigned i = 0; i < USB_FAULTS_MAX; i++) {
		table_fault(1, MODEL_LINE_IN, BUS_FAULT_STALL, 0);
		if (i + 1 < USB_FAULTS_MAX)
			table_wait("stalled; ");
		table_run(10);
	}
	table_wait("gone; ");
	check_contains(table_list(), "keeps failing: it stalls");
	end();
}

static void test_a_beep_that_is_refused_does_not_end_the_line(void)
{
	struct err err = { 0 };

	begin();
	table_fault(1, MODEL_LINE_OUT, BUS_FAULT_STALL, 0);
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_run(20);
	check_str(heard(), "");
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	table_wait_for(has_heard);
	check_str(heard(), "4645");
	say("900000100034\r");
	table_wait("scan 900000100034 ; ");
	end();
}

/* --- SSI */

static void ssi_scan(const char *text)
{
	(void)umock_begin(table.umock);
	check(model_line_ssi_scan(it.model, 0x03, text));
	umock_end(table.umock);
}

static unsigned acknowledged(void)
{
	(void)umock_begin(table.umock);
	unsigned count = it.model->acknowledged;

	umock_end(table.umock);
	return count;
}

static bool is_acknowledged_thrice(void)
{
	return acknowledged() >= 3;
}

static bool is_beeping(void)
{
	(void)umock_begin(table.umock);
	bool is = it.model->beeps > 0;

	umock_end(table.umock);
	return is;
}

static void test_packets_are_acknowledged_one_by_one(void)
{
	begin_as("ssi", NULL);
	ssi_scan("900000100034");
	ssi_scan("900000100131");
	ssi_scan("900000100228");
	table_wait_all("scan 900000100034 ]C0; scan 900000100131 ]C0; scan 900000100228 ]C0; ");
	table_wait_for(is_acknowledged_thrice);
	check_int(acknowledged(), 3);
	end();
}

/* The acknowledgement waits for the cable, and the sound for the acknowledgement. */
static void test_the_acknowledgement_goes_before_the_sound(void)
{
	struct err err = { 0 };

	begin_as("ssi", NULL);
	table_fault(1, MODEL_LINE_OUT, BUS_FAULT_NAK, 0);
	ssi_scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_run(20);
	check_str(heard(), "");
	table_fault(1, MODEL_LINE_OUT, BUS_FAULT_NONE, 0);
	table_wait_for(is_beeping);
	/* D0, then E6 with code 0 (one short high), each with its checksum */
	check_str(heard(), "04d00400ff28"
			   "05e6040000ff11");
	check_int(acknowledged(), 1);
	end();
}

static void test_a_packet_with_a_wrong_sum_is_asked_for_again(void)
{
	static const uint8_t wrong[] = { 0x07, 0xf3, 0x00, 0x00, 0x03, '1', '2', 0x00, 0x00 };

	begin_as("ssi", NULL);
	(void)umock_begin(table.umock);
	check(model_line_say(it.model, bytes_of(wrong, sizeof(wrong))));
	umock_end(table.umock);
	table_wait_for(has_heard);
	check_str(heard(), "05d1040001ff25"); /* NAK, resend */
	check_str(buf_str(&table.told), "");
	ssi_scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	end();
}

static void test_half_a_packet_is_no_scan(void)
{
	static const uint8_t half[] = { 0x11, 0xf3, 0x00, 0x00, 0x03, '9', '0' };

	begin_as("ssi", NULL);
	(void)umock_begin(table.umock);
	check(model_line_say(it.model, bytes_of(half, sizeof(half))));
	umock_end(table.umock);
	table_run(20);
	table_unplug(1);
	table_wait_all("gone; ");
	buf_reset(&table.told);
	plug();
	table_wait("here; ");
	table_run(2 * USB_STALE_TEXT_MS);
	ssi_scan("900000100131");
	table_wait_all("scan 900000100131 ]C0; ");
	end();
}

/* --- ACK/NAK */

static void ack_line_begin(void)
{
	begin_as("serial",
		&(struct scanner_settings) { .has_ack = true, .maker = SCANNER_MAKER_DATALOGIC });
	(void)umock_begin(table.umock);
	it.model->is_ack = true;
	umock_end(table.umock);
}

/* By hand: false while the scanner waits for an answer. */
static bool ack_scan(const char *text)
{
	(void)umock_begin(table.umock);
	bool is_read = model_line_ack_scan(it.model, text);

	umock_end(table.umock);
	return is_read;
}

static bool is_acknowledged_once(void)
{
	return acknowledged() >= 1;
}

static bool is_acknowledged_twice(void)
{
	return acknowledged() >= 2;
}

static bool has_erred(void)
{
	(void)umock_begin(table.umock);
	bool has = it.model->errors > 0;

	umock_end(table.umock);
	return has;
}

static void test_a_code_is_acknowledged_when_it_is_stored_and_then_the_next_is_read(void)
{
	struct err err = { 0 };

	ack_line_begin();
	check(ack_scan("900000100034\r"));
	table_wait("scan 900000100034 ; ");
	table_settle();
	check_int(acknowledged(), 0);
	check(!ack_scan("900000100131\r"));
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_wait_for(is_acknowledged_once);
	check(ack_scan("900000100034\r")); /* by hand, twice the same */
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_REPEAT, &err), &err);
	table_wait_for(is_acknowledged_twice);
	check_str(heard(), "0642"
			   "06");
	check(!has_erred());
	end();
}

static void test_a_code_that_is_not_stored_ends_in_the_scanners_own_error(void)
{
	struct err err = { 0 };

	ack_line_begin();
	check(ack_scan("900000100034\r"));
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_NOT_STORED, &err), &err);
	table_wait_for(has_erred);
	check_str(heard(), "151515");
	check_int(acknowledged(), 0);
	table_settle();
	check_str(buf_str(&table.told), ""); /* its repeats are no scans */
	for (int ms = 0; ms <= 2 * ACK_WAIT_MS;
		ms += SERIAL_TIMEOUT_MS) { /* a late one is put off once */
		table_jump(SERIAL_TIMEOUT_MS);
		table_settle();
	}
	check(ack_scan("900000100034\r"));
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_wait_for(is_acknowledged_once);
	end();
}

/* What is lost on the way is asked for; here by the test, as the bench does it. */
static void test_a_code_of_which_a_part_is_lost_is_repeated_whole(void)
{
	struct err err = { 0 };

	ack_line_begin();
	table_fault(1, MODEL_LINE_IN, BUS_FAULT_BABBLE, 0);
	check(ack_scan("900000100034\r"));
	table_wait("sent more than it may; ");
	check_ok(scanner_feedback(it.scanner, SCAN_NOT_STORED, &err), &err);
	table_wait("broken: a report makes no sense; "); /* it may be the rest */
	check_ok(scanner_feedback(it.scanner, SCAN_NOT_STORED, &err), &err);
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_wait_for(is_acknowledged_once);
	check(!has_erred());
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_line_that_nobody_assigned_is_listed_and_never_touched),
		CHECK_TEST(test_both_interfaces_are_claimed_and_the_line_is_raised),
		CHECK_TEST(test_a_line_that_another_program_holds_is_told_and_taken_later),
		CHECK_TEST(
			test_a_device_that_refuses_what_is_asked_of_the_line_is_used_all_the_same),
		CHECK_TEST(test_text_comes_whole_however_it_is_cut),
		CHECK_TEST(test_the_settings_say_how_a_scan_ends_and_begins),
		CHECK_TEST(test_the_verdict_is_the_makers_command),
		CHECK_TEST(test_a_line_pulled_in_mid_scan_tells_nothing_of_it),
		CHECK_TEST(test_half_a_scan_and_silence_are_dropped_with_all_up_to_the_next_end),
		CHECK_TEST(test_what_is_lost_in_mid_scan_makes_no_scan_of_the_rest),
		CHECK_TEST(test_a_line_that_keeps_stalling_is_left_alone),
		CHECK_TEST(test_a_beep_that_is_refused_does_not_end_the_line),
		CHECK_TEST(test_packets_are_acknowledged_one_by_one),
		CHECK_TEST(test_the_acknowledgement_goes_before_the_sound),
		CHECK_TEST(test_a_packet_with_a_wrong_sum_is_asked_for_again),
		CHECK_TEST(test_half_a_packet_is_no_scan),
		CHECK_TEST(test_a_code_is_acknowledged_when_it_is_stored_and_then_the_next_is_read),
		CHECK_TEST(test_a_code_that_is_not_stored_ends_in_the_scanners_own_error),
		CHECK_TEST(test_a_code_of_which_a_part_is_lost_is_repeated_whole),
	};

	return check_run("daemon/bench/usb/line", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
