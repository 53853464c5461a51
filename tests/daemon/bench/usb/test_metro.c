/*
 * daemon/bench/usb/metro and line: Metrologic's own serial mode, on a real libusb: opened where it
 * has to be, read by interrupt IN, and never told anything else.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>

#include "daemon/base/str.h"
#include "daemon/bench/usb/metro.h"
#include "scanners/serial.h"
#include "tests/daemon/bench/usb/table.h"
#include "tests/usb/model_metro.h"

#define ONE_WAY "usb:0c2e:0700@1-1"
#define TWO_WAY "usb:0c2e:0720@1-1"

static struct {
	struct model_metro *model;
	struct scanner *scanner;
} it;

static void begin_unassigned(bool is_two_way)
{
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_metro_new(is_two_way);
	table_plug(1, &it.model->model);
}

static void begin(bool is_two_way)
{
	const struct scanner_settings settings = { .terminator = SCAN_TERMINATOR_CR_LF,
		.maker = SCANNER_MAKER_HONEYWELL };

	begin_unassigned(is_two_way);
	it.scanner = table_scanner_listening("serial", &settings, is_two_way ? TWO_WAY : ONE_WAY);
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
	check(model_metro_say(it.model, bytes_of_str(text)));
	umock_end(table.umock);
}

static void check_heard(const char *bytes)
{
	(void)umock_begin(table.umock);
	check_bytes(buf_bytes(&it.model->heard), bytes_of_str(bytes));
	umock_end(table.umock);
}

static void test_which_models_there_are(void)
{
	check(metro_is(0x0c2e, 0x0700) && metro_is_shut(0x0700));
	check(metro_is(0x0c2e, 0x0720) && !metro_is_shut(0x0720));
	check(metro_is(0x0c2e, 0x0730) && !metro_is_shut(0x0730));
	check(!metro_is(0x0c2e, 0x0907) && !metro_is(0x05e0, 0x0700));
}

static void test_one_that_nobody_assigned_is_listed_and_never_touched(void)
{
	begin_unassigned(false);
	it.model->model.is_private = true;
	table_wait_list(ONE_WAY " scanner 1-1; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table_record(1).opened, 0);
	check_str(table_driver(1), "metro_usb");
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	end();
}

static void test_one_that_says_nothing_by_itself_is_opened(void)
{
	begin(false);
	check_str(table_driver(1), "usbfs");
	check_heard("\x80");
	say("9000001");
	say("00034\r\n900000100131\r\n");
	table_wait_all("scan 900000100034 ; scan 900000100131 ; ");
	end();
}

static void test_the_other_is_sent_nothing(void)
{
	begin(true);
	check_heard("");
	check_int(table_record(1).requests, 0); /* of its own: it is asked what every device is */
	say("900000100034\r\n");
	table_wait("scan 900000100034 ; ");
	end();
}

/* Nobody knows how: the verdict is on the page alone. */
static void test_it_is_never_told_a_verdict(void)
{
	struct err err = { 0 };

	begin(true);
	for (int i = 0; i < 3; i++) {
		say("900000100034\r\n");
		table_wait("scan 900000100034 ; ");
		check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
		table_settle();
	}
	check_heard("");
	check(scanner_is_here(it.scanner));
	end();
}

static void test_one_that_does_not_let_itself_be_opened_is_not_used(void)
{
	begin_unassigned(false);
	it.model->refuses = true;
	it.scanner = table_scanner_talking("serial", NULL, ONE_WAY);
	table_wait("gone; ");
	check_contains(table_list(), "does not let its serial line be set");
	end();
}

static void test_one_that_never_takes_it_is_waited_for_so_long(void)
{
	begin_unassigned(false);
	table_fault(1, MODEL_METRO_OUT, BUS_FAULT_NAK, 0);
	it.scanner = table_scanner_talking("serial", NULL, ONE_WAY);
	table_wait("gone; "); /* after USB_CONTROL_MS */
	end();
}

static void test_one_that_is_pulled_and_put_back_is_opened_again(void)
{
	begin(false);
	say("9000001");
	table_run(20);
	table_unplug(1);
	table_wait_all("gone; ");
	buf_reset(&table.told);
	table_plug(1, &it.model->model);
	table_wait("here; ");
	table_run(2 * USB_STALE_TEXT_MS);
	say("900000100131\r\n");
	table_wait_all("scan 900000100131 ; ");
	check_heard("\x80\x80");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_which_models_there_are),
		CHECK_TEST(test_one_that_nobody_assigned_is_listed_and_never_touched),
		CHECK_TEST(test_one_that_says_nothing_by_itself_is_opened),
		CHECK_TEST(test_the_other_is_sent_nothing),
		CHECK_TEST(test_it_is_never_told_a_verdict),
		CHECK_TEST(test_one_that_does_not_let_itself_be_opened_is_not_used),
		CHECK_TEST(test_one_that_never_takes_it_is_waited_for_so_long),
		CHECK_TEST(test_one_that_is_pulled_and_put_back_is_opened_again),
	};

	return check_run("daemon/bench/usb/metro", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
