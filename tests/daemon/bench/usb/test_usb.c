/* daemon/bench/usb: what is plugged in, what is opened, and what never is, on a real libusb. */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/clock.h"
#include "daemon/base/xalloc.h"
#include "scanners/hid_pos.h"
#include "tests/daemon/bench/usb/usb_rig.h"

/* --- what is plugged in */

static void test_what_is_not_assigned_is_listed_and_never_touched(void)
{
	struct model *keyboard = model_keyboard_new();
	struct model *stick = model_stick_new();

	begin();
	plug_printer(1, 0);
	plug_scanner(2);
	table_plug(3, keyboard);
	table_plug(4, stick);
	plug_printer(5, 1);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	print(printer);
	table_wait("printed 1001; ");
	table_jump(USB_LOOK_MS);
	table_settle();
	table_wait_list(PRINTER " printer 1-1 assigned; " SCANNER " scanner 1-2; "
				"usb:046d:c31c@1-3 scanner 1-3; "
				"usb:0a5f:0080:99J2 printer 1-5; ");
	check_int(table_record(1).opened, 1);
	for (unsigned port = 2; port <= 5; port++) {
		struct bus_record record = table_record(port);

		check_int(record.opened + record.claims + record.disconnects + record.requests +
				  record.transfers,
			0);
	}
	check(!bus_private_touched(umock_begin(table.umock)));
	umock_end(table.umock);
	printer_free(printer);
	end();
	model_free(keyboard);
	model_free(stick);
}

static bool has_looked(void)
{
	return usb_has_looked(table.usb);
}

static void test_the_list_is_told_when_it_changes_and_only_then(void)
{
	begin();
	check(!usb_has_looked(table.usb));
	table_wait_for(has_looked);
	check_int(table.changes, 1);
	table_wait_list("");
	plug_printer(1, 0);
	table_wait_list(PRINTER " printer 1-1; ");
	check_int(table.changes, 2);
	table_jump(USB_LOOK_MS);
	table_settle();
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table.changes, 2);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ");
	table_wait_list(PRINTER " printer 1-1 assigned; ");
	table_settle();
	unsigned changes = table.changes;

	check(changes == 3 || changes == 4); /* assigned, and here, told together or not */
	table_jump(USB_LOOK_MS);
	table_settle();
	check_int(table.changes, changes);
	printer_free(printer);
	table_unplug(1);
	table_wait_list("");
	check(table.changes > changes);
	end();
}

static void test_texts_of_makers_are_told(void)
{
	struct usb_view view;

	begin();
	plug_scanner(1);
	table_wait_list(SCANNER " scanner 1-1; ");
	check_int(usb_view_count(table.usb), 1);
	usb_view(table.usb, 0, &view);
	check_str(view.found->maker, "Honeywell Imaging & Mobility");
	check_str(view.found->model, "N5600");
	check_str(view.found->serial, "19214B0217");
	check(!view.is_assigned);
	check(!view.problem);
	end();
}

/* --- no USB, and events that get lost */

/* No file can be opened, so no libusb can begin. */
static void files_limit(bool none)
{
	static struct rlimit before;
	struct rlimit limit = { 0 };

	if (none) {
		int next = dup(0);

		check(next > 0);
		check_int(close(next), 0);
		check_int(getrlimit(RLIMIT_NOFILE, &before), 0);
		limit = before;
		limit.rlim_cur = (rlim_t)next;
	}
	check_int(setrlimit(RLIMIT_NOFILE, none ? &limit : &before), 0);
}

static void test_a_bench_without_usb_lives_on_and_looks_again(void)
{
	begin();
	plug_printer(1, 0);
	struct printer *printer = table_printer(PRINTER);

	files_limit(true);
	table_settle();
	table_wait_trouble("there is no USB here");
	buf_reset(&table.trouble);
	table_jump(USB_LOOK_MS);
	table_settle();
	check_str(buf_str(&table.trouble), "");
	check(!printer_is_here(printer));
	files_limit(false);
	table_jump(USB_LOOK_MS);
	table_wait("here; ok; ");
	printer_free(printer);
	end();
}

static void test_a_look_without_eyes_unplugs_nothing(void)
{
	begin();
	plug_printer(1, 0);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	files_limit(true);
	table_jump(USB_LOOK_MS);
	table_run(50);
	check(printer_is_here(printer));
	check(!strstr(buf_str(&table.told), "gone"));
	files_limit(false);
	print(printer);
	table_wait("printed 1001; ");
	check_int(table_record(1).opened, 1);
	printer_free(printer);
	end();
}

static void test_a_device_whose_coming_nobody_heard_is_found_in_time(void)
{
	begin();
	struct printer *printer = table_printer(PRINTER);

	table_wait("gone; silent; ");
	table_plug_unheard(1, model_printer_model(it.printers[0]));
	table_run(50);
	table_wait_list("");
	table_jump(USB_LOOK_MS);
	table_wait("here; ok; ");
	print(printer);
	table_wait("printed 1001; ");
	check_str(buf_str(&table.trouble), "");
	printer_free(printer);
	end();
}

static void test_finding_one_that_nobody_heard_does_not_disturb_the_others(void)
{
	begin();
	plug_printer(1, 0);
	struct printer *first = table_printer(PRINTER);

	table_wait("here; ok; ");
	struct printer *second = table_printer("usb:0a5f:0080:99J2");

	table_settle();
	buf_reset(&table.told);
	(void)umock_begin(table.umock);
	model_printer_set_label_ms(it.printers[0], 300);
	umock_end(table.umock);
	print(first);
	table_wait("sent 1000; ");
	table_plug_unheard(2, model_printer_model(it.printers[1]));
	table_jump(USB_LOOK_MS);
	table_wait("here; ");
	table_wait("printed 1001; ");
	check_int(table_record(1).opened, 1);
	/* both go on in their contexts, and hotplug is heard */
	print(first);
	table_wait("printed 1002; ");
	print(second);
	table_wait("printed 1001; ");
	table_unplug(1);
	table_wait("gone; ");
	plug_printer(3, 0);
	table_wait("here; ");
	print(first);
	table_wait("printed 1003; ");
	printer_free(first);
	printer_free(second);
	end();
}

static void test_devices_come_and_go_many_times(void)
{
	begin();
	struct printer *printer = table_printer(PRINTER);
	struct scanner *scanner = table_scanner(SCANNER);

	table_settle();
	buf_reset(&table.told);
	/* a bus has 127 addresses; the fake one uses none twice */
	for (unsigned i = 0; i < 60; i++) {
		plug_printer(1 + i % 3, 0);
		if (i % 3 == 0)
			table_wait("here; ");
		else
			table_run((int)(i % 7));
		plug_scanner(4);
		table_run((int)(i % 5));
		table_unplug(1 + i % 3);
		table_unplug(4);
		if (i % 4 == 0)
			table_settle();
	}
	table_settle();
	table_wait_list("");
	check(!printer_is_here(printer));
	check(!scanner_is_here(scanner));
	buf_reset(&table.told);
	plug_printer(1, 0);
	plug_scanner(4);
	table_wait("here; here; ");
	table_wait("ok; ");
	printer_free(printer);
	scanner_free(scanner);
	end();
}

/* libusb hears of it in a thread of its own, for all contexts at once; then it knows the hub only.
 */
static void libusb_wait_unplugged(void)
{
	int64_t end_ms = clock_mono_ms() + TABLE_WAIT_MS;
	libusb_context *eye = NULL;
	ssize_t count;

	check_int(libusb_init(&eye), 0);
	do {
		libusb_device **list = NULL;

		count = libusb_get_device_list(eye, &list);
		libusb_free_device_list(list, 1);
	} while (count > 1 && clock_mono_ms() < end_ms);
	check_int(count, 1);
	libusb_exit(eye);
}

static struct {
	struct loop_handle *timer;
	unsigned passes; /* after its setting was asked for, until it leaves */
} leaving;

/* Between what libusb says in a pass and what the bench puts off to its end. */
static void leave_in_a_pass(void *arg)
{
	(void)arg;
	if (table_record(1).requests == 0 || --leaving.passes > 0)
		return;
	loop_timer_set(leaving.timer, -1);
	table_unplug(1);
	libusb_wait_unplugged();
}

static bool has_left(void)
{
	return leaving.passes == 0;
}

/* libusb_set_interface_alt_setting of 1.0.26 spoils its handle then, and the closing of it aborts.
 */
static void test_a_printer_that_leaves_while_its_setting_is_chosen_ends_nothing_else(void)
{
	begin();
	struct printer *printer = table_printer(PRINTER);

	for (unsigned passes = 1; passes <= 10; passes++) {
		leaving.passes = passes;
		leaving.timer = loop_add_timer(table.loop, 0, 1, leave_in_a_pass, NULL);
		plug_printer(1, 0);
		table_wait_for(has_left);
		loop_remove(leaving.timer);
		table_wait_list("");
	}
	buf_reset(&table.told);
	plug_printer(2, 0);
	table_wait("here; ");
	table_wait("ok; ");
	printer_free(printer);
	end();
}

/* --- what stands in the way */

static void test_a_device_that_another_program_holds_is_told_and_tried_again(void)
{
	int other;

	begin();
	plug_printer(1, 0);
	struct bus *bus = umock_begin(table.umock);

	check_int(bus_driver_disconnect(bus, 1, 0), 0);
	check_int(bus_claim(bus, 1, 0, &other), 0);
	umock_end(table.umock);
	struct printer *printer = table_printer(PRINTER);

	table_wait("gone; ");
	table_wait_trouble("is held by another program");
	check_contains(table_list(), "is held by another program");
	table_wait_trouble("end the program that uses it");
	buf_reset(&table.trouble);
	table_jump(USB_LOOK_MS);
	table_settle();
	check_str(buf_str(&table.trouble), "");
	check(!strstr(buf_str(&table.told), "gone"));
	bus = umock_begin(table.umock);
	check_int(bus_release(bus, 1, 0, &other), 0);
	umock_end(table.umock);
	table_jump(USB_LOOK_MS);
	table_wait("here; ok; ");
	table_wait_list(PRINTER " printer 1-1 assigned; ");
	printer_free(printer);
	end();
}

/* The node of the first device at port 1 belongs to root alone; we become nobody. */
static void test_a_device_that_may_not_be_opened_says_what_to_do(void)
{
	begin();
	plug_printer(1, 0);
	table_wait_list(PRINTER " printer 1-1; ");
	AUTO(char_free) char *node = xasprintf("%s/dev/bus/usb/001/002", getenv("UMOCKDEV_DIR"));
	AUTO(char_free) char *terminal = realpath(node, NULL);

	/* umockdev's preload connects even when the node did not open */
	AUTO(char_free)
	char *socket = xasprintf("%s/ioctl/dev/bus/usb/001/002", getenv("UMOCKDEV_DIR"));

	check_int(chmod(getenv("UMOCKDEV_DIR"), 0755), 0);
	check_int(chmod(socket, 0777), 0);
	check_int(chmod(terminal, 0), 0);
	if (geteuid() == 0)
		check_int(seteuid(65534), 0);
	struct printer *printer = table_printer(PRINTER);

	table_wait("gone; ");
	check_contains(table_list(), "may not be opened by this user");
	table_wait_trouble("udev rule");
	check_int(table_record(1).opened, 0);
	if (getuid() == 0)
		check_int(seteuid(0), 0);
	check_int(chmod(terminal, 0600), 0);
	table_jump(USB_LOOK_MS);
	table_wait("here; ok; ");
	printer_free(printer);
	end();
}

static void test_a_port_may_be_closed_at_any_moment_of_its_opening(void)
{
	begin();
	plug_printer(1, 0);
	table_settle();
	for (unsigned steps = 0; steps < 30; steps++) {
		struct printer *printer = table_printer(PRINTER);

		for (unsigned i = 0; i < steps; i++)
			loop_step(table.loop, 1);
		printer_free(printer);
		table_run(5);
	}
	buf_reset(&table.told);
	struct printer *printer = table_printer(PRINTER);

	table_wait("here; ok; ");
	printer_free(printer);
	end();
}

static void test_usb_may_end_and_begin_again(void)
{
	begin();
	plug_printer(1, 0);
	for (unsigned i = 0; i < 3; i++) {
		struct printer *printer = table_printer(PRINTER);

		table_wait("here; ok; ");
		printer_free(printer);
		table_usb_end();
		table_usb_begin();
	}
	table_usb_end();
	usb_free(NULL);
	end();
}

/* Each look begins anew before the last was over, as with cables that make bad contact. */
static void test_a_device_is_opened_however_often_something_else_happens(void)
{
	static const char *const absent[] = { "usb:0c2e:0967:A1", "usb:0c2e:0967:A2",
		"usb:0c2e:0967:A3" };
	struct scanner *others[ARRAY_LEN(absent)];

	begin();
	plug_scanner(1);
	table_wait_list(SCANNER " scanner 1-1; ");
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		others[i] = table_scanner(absent[i]);
	struct scanner *scanner = table_scanner(SCANNER);
	int64_t end_ms = clock_mono_ms() + table.wait_ms;

	while (!scanner_is_here(scanner) && clock_mono_ms() < end_ms) {
		struct scanner *other = table_scanner("usb:0c2e:0967:B");

		loop_step(table.loop, 1);
		scanner_free(other);
	}
	check(scanner_is_here(scanner));
	scanner_free(scanner);
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		scanner_free(others[i]);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_is_not_assigned_is_listed_and_never_touched),
		CHECK_TEST(test_the_list_is_told_when_it_changes_and_only_then),
		CHECK_TEST(test_texts_of_makers_are_told),
		CHECK_TEST(test_a_bench_without_usb_lives_on_and_looks_again),
		CHECK_TEST(test_a_look_without_eyes_unplugs_nothing),
		CHECK_TEST(test_a_device_whose_coming_nobody_heard_is_found_in_time),
		CHECK_TEST(test_finding_one_that_nobody_heard_does_not_disturb_the_others),
		CHECK_TEST(test_a_device_is_opened_however_often_something_else_happens),
		CHECK_TEST(test_devices_come_and_go_many_times),
		CHECK_TEST(
			test_a_printer_that_leaves_while_its_setting_is_chosen_ends_nothing_else),
		CHECK_TEST(test_a_device_that_another_program_holds_is_told_and_tried_again),
		CHECK_TEST(test_a_device_that_may_not_be_opened_says_what_to_do),
		CHECK_TEST(test_a_port_may_be_closed_at_any_moment_of_its_opening),
		CHECK_TEST(test_usb_may_end_and_begin_again),
	};
	return check_run("daemon/bench/usb/usb", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
