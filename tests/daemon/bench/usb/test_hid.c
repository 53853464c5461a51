/*
 * daemon/bench/usb/hid: bar code scanners on a real libusb: scans, beeps, the kernel's driver, and
 * what is no scanner.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <stdio.h>
#include <stdlib.h>

#include "tests/daemon/bench/usb/hid_rig.h"

/* --- scans */

/* clang-format off */
static const struct {
	const char *name;
	enum model_hid_pos_layout layout;
	const char *identity;
	const char *told;
} layouts[] = {
	{ "Honeywell", HID_POS_HONEYWELL, IDENTITY, "scan 900000100034 ]C0; " },
	{ "after the guide", HID_POS_GUIDE, "usb:0536:0907:19214B0217", "scan 900000100034 ]C0; " },
	{ "one byte later", HID_POS_SHIFTED, "usb:05e0:1200:19214B0217", "scan 900000100034 ]C0; " },
	{ "Newland, no AIM", HID_POS_NEWLAND, "usb:1eab:0010:19214B0217", "scan 900000100034 ; " },
};
/* clang-format on */

static void test_a_scan_of_every_maker_comes_whole(void)
{
	for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
		check_row(layouts[i].name);
		begin_with(layouts[i].layout, layouts[i].identity);
		scan("900000100034");
		table_wait(layouts[i].told);
		end();
	}
}

static void test_scans_in_a_row_are_all_told_in_order(void)
{
	AUTO_BUF told = { 0 };

	begin();
	for (unsigned i = 0; i < 200; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%012u", i);
		scan(text);
		buf_addf(&told, "scan %s ]C0; ", text);
		if (i % 5 == 4)
			loop_step(table.loop, 0);
	}
	table_wait_all(buf_str(&told));
	end();
}

static void test_a_long_scan_comes_in_one_piece(void)
{
	char text[290];
	AUTO_BUF told = { 0 };

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('0' + i % 10);
	text[sizeof(text) - 1] = '\0';
	begin();
	scan(text);
	buf_addf(&told, "scan %s ]C0; ", text);
	table_wait(buf_str(&told));
	end();
}

static void test_reports_are_asked_for_before_they_come(void)
{
	begin();
	check_int(table_record(1).transfers, USB_REPORTS_QUEUED);
	scan("900000100034");
	table_wait("scan ");
	table_run(5);
	check_int(table_record(1).transfers, USB_REPORTS_QUEUED + 1);
	end();
}

static void test_what_was_scanned_while_nobody_listened_is_no_scan(void)
{
	memset(&it, 0, sizeof(it));
	begin_unplugged(HID_POS_HONEYWELL);
	plug();
	scan("900000100034");
	scan("900000100131");
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	table_run(3 * USB_STALE_SCANNER_MS);
	check_str(buf_str(&table.told), "");
	scan("900000100228");
	table_wait("scan 900000100228 ]C0; ");
	end();
}

/* --- beeps */

/* clang-format off */
static const struct {
	const char *name;
	enum model_hid_pos_layout layout;
	const char *identity;
	enum scan_verdict verdict;
	bool by_request;
	enum model_hid_pos_sound sound;
} sounds[] = {
	{ "good by the endpoint", HID_POS_HONEYWELL, IDENTITY, SCAN_STORED, false, HID_POS_SOUND_GOOD },
	{ "error by the endpoint", HID_POS_HONEYWELL, IDENTITY, SCAN_STOP, false, HID_POS_SOUND_ERROR },
	{ "good by request", HID_POS_GUIDE, "usb:0536:0907:19214B0217", SCAN_STORED, true, HID_POS_SOUND_GOOD },
	{ "error by request", HID_POS_GUIDE, "usb:0536:0907:19214B0217", SCAN_NOT_STORED, true, HID_POS_SOUND_ERROR },
};
/* clang-format on */

static void test_a_scanner_beeps_when_it_is_told_and_not_before(void)
{
	for (size_t i = 0; i < ARRAY_LEN(sounds); i++) {
		struct err err = { 0 };

		check_row(sounds[i].name);
		begin_with(sounds[i].layout, sounds[i].identity);
		scan("900000100034");
		table_wait("scan ");
		table_run(20);
		check_int(beeps(), 0);
		check_ok(scanner_feedback(it.scanner, sounds[i].verdict, &err), &err);
		table_wait_for(is_beeped);
		(void)umock_begin(table.umock);
		const struct model_hid_pos_beep *beep = model_hid_pos_beep(it.model, 0);

		check_int(beep->sound, sounds[i].sound);
		check_int(beep->by_request, sounds[i].by_request);
		umock_end(table.umock);
		table_run(20);
		check_int(beeps(), 1);
		end();
	}
}

/* HID 1.11, 5.6: reports without numbers have none on the wire. */
static void test_the_number_0_of_a_report_is_not_sent(void)
{
	static const uint8_t report[] = { 0, 0x04, 0x08 };

	begin();
	transport_usb_scanner.write(scanner_port(it.scanner), bytes_of(report, sizeof(report)));
	table_wait_for(is_beeped);
	(void)umock_begin(table.umock);
	const struct model_hid_pos_beep *beep = model_hid_pos_beep(it.model, 0);

	check_bytes(bytes_of(beep->report, beep->report_len), bytes_of(report + 1, 2));
	umock_end(table.umock);
	end();
}

static void test_a_beep_that_the_scanner_does_not_take_is_dropped_in_time(void)
{
	struct err err = { 0 };

	begin();
	table_fault(1, model_hid_pos_out(it.model), BUS_FAULT_NAK, 0);
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	table_run(10);
	table_jump(SCANNER_FEEDBACK_MS);
	table_run(10);
	table_fault(1, model_hid_pos_out(it.model), BUS_FAULT_NONE, 0);
	table_run(10);
	check_int(beeps(), 0);
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	table_wait_for(is_beeped);
	table_run(10);
	check_int(beeps(), 1);
	end();
}

static void test_a_beep_that_is_refused_does_not_end_the_scanner(void)
{
	static const struct {
		enum model_hid_pos_layout layout;
		const char *identity;
	} rows[] = {
		{ HID_POS_HONEYWELL, IDENTITY },
		{ HID_POS_GUIDE, "usb:0536:0907:19214B0217" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = { 0 };

		begin_with(rows[i].layout, rows[i].identity);
		table_fault(1, model_hid_pos_out(it.model), BUS_FAULT_STALL, 0);
		check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
		table_run(20);
		check_int(beeps(), 0);
		check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
		table_wait_for(is_beeped);
		scan("900000100034");
		table_wait("scan 900000100034 ]C0; ");
		end();
	}
}

/* --- the kernel's driver, and what is no scanner */

static void test_usbhid_gives_way_and_does_not_come_back(void)
{
	begin_unplugged(HID_POS_HONEYWELL);
	plug();
	check_str(table_driver(1), "usbhid");
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	check_str(table_driver(1), "usbfs");
	scanner_free(it.scanner);
	it.scanner = NULL;
	table_wait_driver(1, NULL);
	end();
}

/* The report descriptor of another thing: "USB HID" in a menu often means a keyboard. */
static void test_a_device_that_is_no_scanner_is_given_back(void)
{
	static const uint8_t other[] = { 0x05, 0x8c, 0x09, 0x06, 0xa1, 0x01, 0x09, 0x02, 0x15, 0x00,
		0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08, 0x81, 0x02, 0xc0 };
	struct model_report_descriptor report = { 0, bytes_of(other, sizeof(other)) };

	begin_unplugged(HID_POS_HONEYWELL);
	model_hid_pos_model(it.model)->descriptors.reports = &report;
	model_hid_pos_model(it.model)->descriptors.report_count = 1;
	plug();
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	check_contains(table_list(), "is no bar code scanner now");
	table_wait_trouble("USB HID POS");
	check_str(table_driver(1), "usbhid");
	table_jump(USB_LOOK_MS);
	table_run(20);
	check_int(table_record(1).claims, 1);
	check_int(table_record(1).transfers, 0);
	end();
}

/* tests/data/scanners/dev-zebra-05e0-0600-simplecom.txt; its report descriptor was not dumped, this
 * one is made up. */
static const uint8_t simple_com_device[] = { 0x12, 0x01, 0x00, 0x02, 0, 0, 0, 0x40, 0xe0, 0x05,
	0x00, 0x06, 0x01, 0x00, 0x01, 0x02, 0x03, 0x01 };
static const uint8_t simple_com_configuration[] = { 0x09, 0x02, 0x22, 0x00, 0x01, 0x01, 0x08, 0xa0,
	0xfa, 0x09, 0x04, 0x00, 0x00, 0x01, 0x03, 0x00, 0x00, 0x00, 0x09, 0x21, 0x10, 0x01, 0x00,
	0x01, 0x22, 0x15, 0x00, 0x07, 0x05, 0x82, 0x03, 0x40, 0x00, 0x03 };
static const uint8_t simple_com_reports[] = { 0x06, 0x45, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00,
	0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x09, 0x01, 0x81, 0x02, 0xc0 };

static void report_say(const char *text)
{
	uint8_t report[64] = { (uint8_t)strlen(text) };

	memcpy(report + 1, text, strlen(text));
	(void)umock_begin(table.umock);
	check(model_hid_pos_report(it.model, bytes_of(report, sizeof(report))));
	umock_end(table.umock);
}

static void test_simple_com_reports_count_their_bytes(void)
{
	static const char identity[] = "usb:05e0:0600:19214B0217";
	struct model_report_descriptor report = { 0,
		bytes_of(simple_com_reports, sizeof(simple_com_reports)) };
	struct err err = { 0 };

	begin_unplugged(HID_POS_HONEYWELL);
	struct model_descriptors *descriptors = &model_hid_pos_model(it.model)->descriptors;

	descriptors->device = bytes_of(simple_com_device, sizeof(simple_com_device));
	descriptors->configuration =
		bytes_of(simple_com_configuration, sizeof(simple_com_configuration));
	descriptors->reports = &report;
	plug();
	it.scanner = table_scanner_listening("simple_com", NULL, identity);
	report_say("9000001");
	report_say("00034\r");
	table_wait("scan 900000100034 ; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err); /* and is not told */
	table_run(20);
	check_int(beeps(), 0);
	table_fault(1, 0x82, BUS_FAULT_UNPLUG, 64);
	report_say("9000001");
	report_say("00131\r");
	table_wait_all("gone; ");
	end();
}

/* Two interfaces: volume keys, and behind them the scanner. */
static const uint8_t two_interfaces[] = { 9, 2, 9 + 9 + 9 + 7 + 9 + 9 + 7 + 7, 0, 2, 1, 0, 0x80,
	250, 9, 4, 0, 0, 1, 3, 0, 0, 0, 9, 0x21, 0x10, 0x01, 0, 1, 0x22, 8, 0, 7, 5, 0x81, 3, 8, 0,
	10, 9, 4, 1, 0, 2, 3, 0, 0, 0, 9, 0x21, 0x10, 0x01, 0, 1, 0x22, 127, 0, 7, 5, 0x82, 3, 64,
	0, 4, 7, 5, 0x07, 3, 64, 0, 1 };
static const uint8_t volume_keys[] = { 0x05, 0x0c, 0x09, 0x01, 0xa1, 0x01, 0xc0, 0x00 };

static void test_the_scanner_is_found_behind_another_interface(void)
{
	struct model_report_descriptor reports[2] = { { 0, bytes_of(volume_keys, 7) } };

	begin_unplugged(HID_POS_HONEYWELL);
	struct model_descriptors *descriptors = &model_hid_pos_model(it.model)->descriptors;

	reports[1] = (struct model_report_descriptor) { 1, descriptors->reports[0].bytes };
	descriptors->reports = reports;
	descriptors->report_count = ARRAY_LEN(reports);
	descriptors->configuration = bytes_of(two_interfaces, sizeof(two_interfaces));
	plug();
	it.scanner = table_scanner(IDENTITY);
	table_wait("here; ");
	check_str(table_driver_of(1, 0), "usbfs"); /* nobody else hears it either */
	check_str(table_driver_of(1, 1), "usbfs");
	table_run(2 * USB_STALE_SCANNER_MS);
	scan("900000100034");
	table_wait("scan 900000100034 ]C0; ");
	end();
}

static size_t heres_wanted;
static size_t scans_wanted;

static size_t count_told(const char *part)
{
	size_t count = 0;

	for (const char *at = strstr(buf_str(&table.told), part); at; at = strstr(at + 1, part))
		count++;
	return count;
}

static bool are_here(void)
{
	return count_told("here; ") >= heres_wanted;
}

static bool are_scanned(void)
{
	return count_told("scan ") >= scans_wanted;
}

/* As requirement SC-08 asks of 64; umockdev 0.17 bears 50 open devices. */
static void test_forty_scanners_at_once_lose_nothing(void)
{
	enum {
		SCANNERS = 40,
		SCANS = 20
	};
	struct model_hid_pos *models[SCANNERS];
	struct scanner *scanners[SCANNERS];
	static char serials[SCANNERS][16];
	static char identities[SCANNERS][48];
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	table_begin_with(&(struct umock_options) { .ports = SCANNERS });
	for (unsigned i = 0; i < SCANNERS; i++) {
		snprintf(serials[i], sizeof(serials[i]), "S%03u", i);
		snprintf(identities[i], sizeof(identities[i]), "usb:0c2e:0967:S%03u", i);
		models[i] = model_hid_pos_new(HID_POS_HONEYWELL, serials[i]);
		table_plug(i + 1, model_hid_pos_model(models[i]));
		scanners[i] = table_scanner(identities[i]);
	}
	heres_wanted = SCANNERS;
	table_wait_for(are_here);
	table_run(3 * USB_STALE_SCANNER_MS);
	buf_reset(&table.told);
	for (unsigned n = 0; n < SCANS; n++) {
		(void)umock_begin(table.umock);
		for (unsigned i = 0; i < SCANNERS; i++)
			check_ok(model_hid_pos_scan(
					 models[i], bytes_of_str("900000100034"), "]C0", &err),
				&err);
		umock_end(table.umock);
		loop_step(table.loop, 1);
	}
	scans_wanted = SCANNERS * SCANS;
	table_wait_for(are_scanned);
	check_int(count_told("scan 900000100034 ]C0; "), SCANNERS * SCANS);
	check_int(count_told("broken"), 0);
	for (unsigned i = 0; i < SCANNERS; i++)
		scanner_free(scanners[i]);
	table_end();
	for (unsigned i = 0; i < SCANNERS; i++)
		model_free(model_hid_pos_model(models[i]));
}

static void test_a_scanner_that_does_not_describe_itself_is_tried_again(void)
{
	begin_unplugged(HID_POS_HONEYWELL);
	model_hid_pos_model(it.model)->descriptors.report_count = 0;
	plug();
	it.scanner = table_scanner(IDENTITY);
	table_wait("gone; ");
	check_contains(table_list(), "does not say how its reports look");
	table_run(50);
	check_int(table_record(1).claims, 1);
	model_hid_pos_model(it.model)->descriptors.report_count = 1;
	table_jump(USB_LOOK_MS);
	table_wait("here; ");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_scan_of_every_maker_comes_whole),
		CHECK_TEST(test_scans_in_a_row_are_all_told_in_order),
		CHECK_TEST(test_a_long_scan_comes_in_one_piece),
		CHECK_TEST(test_reports_are_asked_for_before_they_come),
		CHECK_TEST(test_what_was_scanned_while_nobody_listened_is_no_scan),
		CHECK_TEST(test_a_scanner_beeps_when_it_is_told_and_not_before),
		CHECK_TEST(test_the_number_0_of_a_report_is_not_sent),
		CHECK_TEST(test_a_beep_that_the_scanner_does_not_take_is_dropped_in_time),
		CHECK_TEST(test_a_beep_that_is_refused_does_not_end_the_scanner),
		CHECK_TEST(test_usbhid_gives_way_and_does_not_come_back),
		CHECK_TEST(test_a_device_that_is_no_scanner_is_given_back),
		CHECK_TEST(test_simple_com_reports_count_their_bytes),
		CHECK_TEST(test_the_scanner_is_found_behind_another_interface),
		CHECK_TEST(test_forty_scanners_at_once_lose_nothing),
		CHECK_TEST(test_a_scanner_that_does_not_describe_itself_is_tried_again),
	};

	return check_run("daemon/bench/usb/hid", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
