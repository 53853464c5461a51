/*
 * specimend-bench itself, as another process on the fake bus: a core asks it to use the USB devices
 * that it told of, to print and to beep; then cables are pulled and processes killed.
 */
#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/bench/bench.h"
#include "tests/daemon/bench/usb/daemon_rig.h"

/* As usb_devices tells of them, without what is assigned and what is wrong. */
#define THE_PRINTER PRINTER " printer 1-1 0a5f:0080 99J1 'Zebra Technologies' 'ZTC GK420d' <zpl>"
#define THE_SCANNER                                                                         \
	SCANNER " scanner 1-2 0c2e:0967 19214B0217 'Honeywell Imaging & Mobility' 'N5600' " \
		"<hid_pos keyboard>"
#define THE_KEYBOARD \
	"usb:046d:c31c@1-3 scanner 1-3 046d:c31c  'Logitech' 'USB Keyboard' <keyboard> ; "

static void test_the_core_hears_what_is_plugged_in(void)
{
	begin();
	usb_wait(THE_PRINTER " ; " THE_SCANNER " ; " THE_KEYBOARD);
	check_int(table_record(1).opened + table_record(2).opened, 0);
	devices_give();
	usb_wait(THE_PRINTER " assigned used ; " THE_SCANNER " assigned used ; " THE_KEYBOARD);
	table_unplug(1);
	usb_wait(THE_SCANNER " assigned used ; " THE_KEYBOARD);
	/* a core that comes back is told all again */
	core_leave();
	buf_reset(&it.usb);
	core_listen();
	usb_wait(THE_SCANNER " assigned used ; " THE_KEYBOARD);
	end();
}

static void test_the_core_hears_of_a_printer_that_speaks_nothing_known_here(void)
{
	begin();
	struct model *model = model_printer_model(it.printer);
	struct bytes before = model->descriptors.device;
	uint8_t device[18];

	check_int(before.len, sizeof(device));
	memcpy(device, before.data, sizeof(device));
	memcpy(device + 8, (const uint8_t[]) { 0x22, 0x09, 0x28, 0x00 }, 4); /* USB 2.0, 9.6.1 */
	table_unplug(1);
	table_unplug(2);
	model->descriptors.device = bytes_of(device, sizeof(device));
	table_plug(1, model);
	usb_wait("usb:0922:0028:99J1 printer 1-1 0922:0028 99J1 'Zebra Technologies' 'ZTC GK420d' "
		 "<none> a LabelWriter 5xx takes only rolls with a chip and speaks a protocol of "
		 "its own, which is not spoken here; " THE_KEYBOARD);
	check_int(table_record(1).opened, 0);
	table_unplug(1);
	model->descriptors.device = before;
	end();
}

static void test_the_core_hears_what_is_wrong_and_what_to_do(void)
{
	int other;

	begin();
	struct bus *bus = umock_begin(table.umock);

	check_int(bus_driver_disconnect(bus, 1, 0), 0);
	check_int(bus_claim(bus, 1, 0, &other), 0);
	umock_end(table.umock);
	devices_give();
	usb_wait(THE_PRINTER
		" assigned USB device '" PRINTER "' is held by another program: end the program "
		"that uses it: CUPS, the scanner's own software, a virtual machine; " THE_SCANNER
		" assigned used ; " THE_KEYBOARD);
	end();
}

static void test_a_scanner_that_another_program_holds_is_not_used(void)
{
	int other;

	begin();
	struct bus *bus = umock_begin(table.umock);

	check_int(bus_driver_disconnect(bus, 2, 0), 0);
	check_int(bus_claim(bus, 2, 0, &other), 0);
	umock_end(table.umock);
	devices_give();
	usb_wait(
		THE_PRINTER " assigned used ; " THE_SCANNER " assigned USB device '" SCANNER
			    "' is held by another program: end the program that uses it: CUPS, the "
			    "scanner's own software, a virtual machine; " THE_KEYBOARD);
	table_unplug(2);
	usb_wait(THE_PRINTER " assigned used ; " THE_KEYBOARD);
	table_plug(2, model_hid_pos_model(it.scanner));
	usb_wait(THE_PRINTER " assigned used ; " THE_SCANNER " assigned used ; " THE_KEYBOARD);
	end();
}

static void test_a_stall_reaches_the_core(void)
{
	begin_assigned();
	table_fault(2, model_hid_pos_in(it.scanner), BUS_FAULT_STALL, 0);
	scan("900000100034");
	table.wait_ms += BENCH_FAULTS_MS; /* the other process has a clock of its own */
	table_wait("faults 12 stall 1; ");
	end();
}

static void test_a_label_is_printed_and_a_scan_beeps_when_the_core_says_so(void)
{
	enum model_hid_pos_sound sound;

	begin_assigned();
	print(7);
	table_wait("sent 1000; printed 1001; ");
	scan("900000100034");
	table_wait("scan 12 OTAwMDAwMTAwMDM0 usb hid_pos; ");
	table_run(20);
	check_int(beeps(&sound), 0);
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stored"),
		NULL);
	check_int(beep_wait(1), HID_POS_SOUND_GOOD);
	ask(json_pack("{s:s, s:i, s:s}", "do", "feedback", "device_id", 12, "verdict", "stop"),
		NULL);
	check_int(beep_wait(2), HID_POS_SOUND_ERROR);
	end();
}

static void test_a_cable_pulled_in_a_label_is_reported_with_the_count(void)
{
	begin_assigned();
	size_t questions = 0;

	for (unsigned query = 0; query < PRINTER_QUERIES; query++)
		questions += printer_driver_zpl.query[query].len;
	/* a round may be under way: some questions more */
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, 2 * questions + 3000);
	print(7);
	table_wait("unknown 1000; ");
	check_contains(table.evidence, "bytes; now: ");
	table_plug(1, model_printer_model(it.printer));
	table_wait("ok; ");
	print(8);
	table_wait("printed 1001; ");
	end();
}

static void test_scans_without_a_core_are_told_as_not_stored_and_come_later(void)
{
	begin_assigned();
	core_leave();
	table_run(20);
	scan("900000100034");
	check_int(beep_wait(1), HID_POS_SOUND_ERROR);
	core_listen();
	table_wait("scan 12 OTAwMDAwMTAwMDM0 usb hid_pos told; ");
	end();
}

static void test_a_bench_that_ends_lets_go_and_types_nothing(void)
{
	static const int signals[] = { SIGTERM, SIGKILL };

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		begin_assigned();
		check_str(table_driver(2), "usbfs");
		check_int(bench_stop(signals[i]), i == 0 ? 0 : 128 + SIGKILL);
		table_wait_driver(2, NULL);
		table_wait_driver(1, NULL);
		/* what was scanned meanwhile is no scan of the next one */
		scan("900000100034");
		bench_start();
		table_wait("hello; ");
		devices_give();
		table_wait_for(all_is_here);
		table_run(HEARD_MS);
		check(!strstr(buf_str(&table.told), "scan"));
		scan("900000100131");
		table_wait("scan 12 OTAwMDAwMTAwMTMx usb hid_pos; ");
		end();
	}
}

static void test_it_ends_in_time_with_a_label_on_its_way(void)
{
	begin_assigned();
	(void)umock_begin(table.umock);
	model_printer_set_room(it.printer, 1000);
	umock_end(table.umock);
	print(7);
	table_run(100);
	check_int(bench_stop(SIGTERM), 0);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_core_hears_what_is_plugged_in),
		CHECK_TEST(test_the_core_hears_of_a_printer_that_speaks_nothing_known_here),
		CHECK_TEST(test_the_core_hears_what_is_wrong_and_what_to_do),
		CHECK_TEST(test_a_scanner_that_another_program_holds_is_not_used),
		CHECK_TEST(test_a_stall_reaches_the_core),
		CHECK_TEST(test_a_label_is_printed_and_a_scan_beeps_when_the_core_says_so),
		CHECK_TEST(test_a_cable_pulled_in_a_label_is_reported_with_the_count),
		CHECK_TEST(test_scans_without_a_core_are_told_as_not_stored_and_come_later),
		CHECK_TEST(test_a_bench_that_ends_lets_go_and_types_nothing),
		CHECK_TEST(test_it_ends_in_time_with_a_label_on_its_way),
	};
	if (access("./specimend-bench", X_OK) != 0) {
		puts("specimend-bench is not built here");
		return 99;
	}
	return check_run("daemon/bench/usb/daemon", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
