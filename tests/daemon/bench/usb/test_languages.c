/* daemon/bench/usb with printers of every language: what they say comes over a real libusb, asked
 * for, or by themselves while a label is on its way. */

#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include "tests/daemon/bench/usb/table.h"
#include "tests/printers/lang/labels.h"

#define IDENTITY "usb:0a5f:0080:99J204501234"
#define LABEL_MS 250 /* real ones: several rounds find it busy */

static const struct printer_driver *const drivers[] = { &printer_driver_zpl,
	&printer_driver_zpl_ascii, &printer_driver_epl2, &printer_driver_tspl,
	&printer_driver_tspl2, &printer_driver_brother, &printer_driver_brother_wide,
	&printer_driver_dymo };

static struct {
	struct model_printer *model;
	struct printer *printer;
	struct label_bitmap label;
	struct buf bytes;
} it;

static void begin(const struct printer_driver *driver)
{
	struct err err = { 0 };

	check_row(driver->language);
	memset(&it, 0, sizeof(it));
	table_begin();
	it.model = model_printer_new("99J204501234");
	model_printer_speak(it.model, driver);
	model_printer_set_label_ms(it.model, LABEL_MS);
	table_plug(1, model_printer_model(it.model));
	it.printer = table_printer_speaking(driver, IDENTITY);
	label_noise(&it.label, 404, 1000);
	check_ok(driver->encode(&it.label, &it.bytes, &err), &err);
	check(it.bytes.len > 2 * USB_PIECE_MAX);
	table_wait("here; ok; ");
}

static void end(void)
{
	printer_free(it.printer);
	table_end();
	model_free(model_printer_model(it.model));
	bitmap_done(&it.label);
	buf_done(&it.bytes);
	check_row(NULL);
}

static void print(void)
{
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, buf_bytes(&it.bytes), &proof, &err), &err);
}

static void mode_set(enum fake_printer_mode mode)
{
	(void)umock_begin(table.umock);
	model_printer_set(it.model, mode, FAKE_PRINTER_ENDLESS);
	umock_end(table.umock);
}

/* How many labels lie in the tray; each is as it was proved. */
static unsigned labels_take(void)
{
	struct model_printer_label label;
	struct err err = { 0 };
	unsigned count = 0;

	(void)umock_begin(table.umock);
	for (; model_printer_take_label(it.model, &label); count++) {
		label.bitmap.width_dots = it.label.width_dots;
		check_ok(bitmap_equal(&it.label, &label.bitmap, &err), &err);
		bitmap_done(&label.bitmap);
	}
	umock_end(table.umock);
	return count;
}

static void test_labels_come_out_once_each_and_are_printed(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		for (unsigned labels = 0; labels < 2; labels++) {
			print();
			table_wait("printed");
			check_str(table.why.message, "");
		}
		check_int(labels_take(), 2);
		end();
	}
}

/* One that reports by itself, and one that is asked all the time. */
static const struct printer_driver *const kinds[] = { &printer_driver_brother,
	&printer_driver_epl2 };

static bool is_stopped(void)
{
	return printer_state_is_stopped(printer_truth_get(it.printer)->state);
}

static void test_what_stops_a_label_is_heard_or_asked(void)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		begin(kinds[i]);
		print();
		table_wait("sent");
		mode_set(FAKE_PRINTER_OUT_OF_LABELS);
		table_wait("unknown");
		check_contains(table.why.message, "stopped with the label inside");
		check_int(labels_take(), 0);
		table_jump(PRINTER_POLL_MS);
		(void)table_wait_for(is_stopped); /* the one that is heard is asked, too */
		mode_set(FAKE_PRINTER_OK);
		table_jump(PRINTER_POLL_MS);
		table_wait("ok; ");
		end();
	}
}

static void test_a_cable_pulled_with_a_label_inside_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		begin(kinds[i]);
		print();
		table_wait("sent");
		table_unplug(1);
		table_wait("unknown");
		check_contains(table.why.message, "was disconnected with the label inside");
		table_plug(1, model_printer_model(it.model));
		table_wait("here; ");
		end();
	}
}

static void test_a_stall_in_what_it_reports_is_unknown(void)
{
	begin(&printer_driver_brother);
	print();
	table_wait("sent");
	table_fault(1, MODEL_PRINTER_IN, BUS_FAULT_STALL, 0);
	table_wait("unknown");
	check_contains(table.why.message, "said something of the label that was lost");
	table_jump(PRINTER_POLL_MS);
	print();
	table_wait("printed");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_labels_come_out_once_each_and_are_printed),
		CHECK_TEST(test_what_stops_a_label_is_heard_or_asked),
		CHECK_TEST(test_a_cable_pulled_with_a_label_inside_is_unknown),
		CHECK_TEST(test_a_stall_in_what_it_reports_is_unknown),
	};
	return check_run("daemon/bench/usb/languages", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
