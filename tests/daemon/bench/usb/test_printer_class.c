/* daemon/bench/usb/printer_class: printers on a real libusb, with what goes wrong on cables. */

#include "tests/check.h"

#ifdef HAVE_UMOCKDEV

#include "tests/daemon/bench/usb/printer_rig.h"

/* --- labels */

static const struct umock_options kinds[] = {
	{ .ports = TABLE_PORTS },
	{ .ports = TABLE_PORTS, .no_scatter_gather = true },
};

static void test_a_label_comes_out_and_is_proved_by_the_counter(void)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		begin_with(&kinds[i], 100000);
		check(it.label.len > 20 * USB_PIECE_MAX);
		print();
		table_wait("sent 1000; printed 1001; ");
		check_int(labels_take(), 1);
		end();
	}
}

static void test_labels_one_after_the_other_come_out_once_each(void)
{
	begin();
	for (unsigned i = 0; i < 5; i++) {
		print();
		table_wait("printed ");
	}
	check_int(labels_take(), 5);
	check_int(printer_truth_get(it.printer)->counter, 1005);
	end();
}

static void test_a_printer_out_of_labels_is_not_sent_one(void)
{
	begin();
	mode_set(FAKE_PRINTER_OUT_OF_LABELS, 0);
	table_jump(PRINTER_POLL_MS);
	table_wait("media_out; ");
	print();
	table_wait("failed 1000; ");
	check_contains(table.why.message, "cannot print: media_out");
	mode_set(FAKE_PRINTER_OK, 1);
	table_jump(PRINTER_POLL_MS);
	table_wait("ok; ");
	print();
	table_wait("printed 1001; ");
	check_int(labels_take(), 1);
	end();
}

static void test_an_open_head_is_told_by_the_question_that_answers(void)
{
	begin();
	mode_set(FAKE_PRINTER_HEAD_OPEN, FAKE_PRINTER_ENDLESS);
	table_jump(PRINTER_POLL_MS);
	table_run(20);
	table_jump(PRINTER_ANSWER_MS);
	table_wait("head_open; ");
	end();
}

/* --- what goes wrong in the middle */

static void test_a_cable_pulled_in_a_label_is_unknown_with_the_exact_count(void)
{
	static const size_t after[] = { 1, 100, 2000, USB_PIECE_MAX, USB_PIECE_MAX + 500 };

	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		begin_with(&kinds[i % 2], 8000);
		table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, questions_len() + after[i]);
		print();
		table_wait("gone; unknown 1000; ");
		check_contains(table.why.message, "was disconnected");
		evidence_has_taken(after[i]);
		table_settle();
		table_wait_list("");
		end();
	}
}

static void test_a_cable_pulled_before_the_first_byte_is_failed(void)
{
	begin();
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, questions_len());
	print();
	table_wait("gone; silent; failed; ");
	end();
}

static void test_a_stall_in_a_label_is_unknown_and_the_printer_works_on(void)
{
	static const size_t after[] = { 640, USB_PIECE_MAX, USB_PIECE_MAX + 640 };

	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		begin_with(&kinds[i % 2], 8000);
		table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_STALL, questions_len() + after[i]);
		print();
		table_wait("unknown 1000; ");
		check_contains(table.why.message, "refused the rest");
		evidence_has_taken(after[i]);
		print();
		table_wait("printed 1001; ");
		check_int(labels_take(), 1);
		end();
	}
}

static void test_a_stall_at_the_first_byte_is_failed(void)
{
	begin();
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_STALL, questions_len());
	print();
	table_wait("failed 1000; ");
	print();
	table_wait("printed 1001; ");
	end();
}

static void test_noise_on_the_cable_in_a_label_is_unknown(void)
{
	begin_with(&kinds[0], 8000);
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_ERROR, questions_len() + 1024);
	print();
	table_wait("unknown 1000; ");
	evidence_has_taken(1024);
	print();
	table_wait("printed 1001; ");
	end();
}

static bool is_sending(void)
{
	int64_t job;
	bool is_begun = false;

	return printer_job_is_open(it.printer, &job, &is_begun) && is_begun;
}

static size_t traced;

static bool is_taken(void)
{
	return is_sending() && trace_total() == traced;
}

/* Prints, and waits until the printer has taken so many bytes of the label and no more. */
static void print_into_room(size_t room)
{
	traced = trace_total() + questions_len() + room;
	room_set(questions_len() + room);
	print();
	table_wait_for(is_taken);
}

static void test_a_printer_that_holds_up_its_cable_is_called_back(void)
{
	static const size_t taken[] = { 1, 700, USB_PIECE_MAX, USB_PIECE_MAX + 1 };

	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		begin_with(&kinds[i % 2], 8000);
		print_into_room(taken[i]);
		table_run(5);
		check_str(buf_str(&table.told), "");
		table_jump(PRINTER_PROGRESS_MS);
		table_wait("unknown 1000; ");
		check_contains(table.why.message, "takes no more bytes");
		evidence_has_taken(taken[i]);
		room_set(SIZE_MAX);
		print();
		table_wait("printed 1001; ");
		check_int(labels_take(), 1);
		end();
	}
}

static void test_a_printer_that_takes_not_one_byte_failed(void)
{
	begin();
	print_into_room(0);
	table_run(5);
	table_jump(PRINTER_PROGRESS_MS);
	table_wait("failed 1000; ");
	check_int(labels_take(), 0);
	room_set(SIZE_MAX);
	end();
}

static void test_a_pause_in_taking_is_no_error(void)
{
	begin_with(&kinds[0], 8000);
	print_into_room(5000);
	table_jump(PRINTER_PROGRESS_MS - 500);
	room_set(SIZE_MAX);
	table_wait("sent 1000; printed 1001; ");
	check_int(labels_take(), 1);
	end();
}

static void test_a_stall_in_an_answer_costs_that_answer_only(void)
{
	begin();
	/* packets are whole: behind the first answer */
	table_fault(1, MODEL_PRINTER_IN, BUS_FAULT_STALL, 512);
	table_jump(PRINTER_POLL_MS);
	table_wait("silent; ");
	table_jump(PRINTER_POLL_MS);
	table_wait("ok; ");
	print();
	table_wait("printed 1001; ");
	end();
}

static void test_a_stall_before_the_question_is_mended(void)
{
	begin();
	table_fault(1, MODEL_PRINTER_IN, BUS_FAULT_STALL, 0);
	table_jump(PRINTER_POLL_MS);
	table_run(60);
	check_str(buf_str(&table.told), "");
	check_int(printer_truth_get(it.printer)->state, PRINTER_OK);
	end();
}

static void test_a_printer_that_keeps_stalling_is_left_alone_until_it_is_plugged_in_again(void)
{
	begin();
	for (unsigned i = 1; i <= USB_FAULTS_MAX; i++) {
		table_fault(1, MODEL_PRINTER_IN, BUS_FAULT_STALL, 0);
		table_jump(PRINTER_POLL_MS);
		table_run(150);
		check_str(buf_str(&table.told), i < USB_FAULTS_MAX ? "" : "gone; silent; ");
	}
	check_contains(table_list(), "keeps failing: it stalls");
	table_wait_trouble("unplug it and plug it in again");
	table_jump(USB_LOOK_MS);
	table_run(20);
	check_int(table_record(1).opened, 1);
	table_unplug(1);
	table_settle();
	plug();
	table_wait("here; ok; ");
	table_wait_list(IDENTITY " printer 1-1 assigned; ");
	end();
}

/* --- coming and going */

static void test_a_printer_that_was_pulled_and_plugged_in_again_prints(void)
{
	begin();
	table_unplug(1);
	table_wait("gone; silent; ");
	table_settle();
	table_wait_list("");
	table_plug(3, model_printer_model(it.model));
	table_wait("here; ok; ");
	print();
	table_wait("printed 1001; ");
	table_wait_list(IDENTITY " printer 1-3 assigned; ");
	end();
}

/* The other one, at the same place, has counted one label more than the first one had. */
static void test_a_printer_that_is_exchanged_with_a_label_inside_proves_nothing(void)
{
	static const char *const serials[] = { NULL, "99J204501234" };

	for (size_t i = 0; i < ARRAY_LEN(serials); i++) {
		check_row(serials[i] ? serials[i] : "no serial number");
		memset(&it, 0, sizeof(it));
		table_begin();
		struct model_printer *first = model_printer_new(serials[i]);
		struct model_printer *other = model_printer_new(serials[i]);

		it.model = first;
		model_printer_set_label_ms(first, 60000);
		model_printer_set_counter(other, FAKE_PRINTER_COUNTER + 1);
		plug();
		it.printer = table_printer("usb:0a5f:0080@1-1");
		table_label(3000, &it.label);
		table_wait("here; ok; ");
		print();
		table_wait("sent 1000; ");
		table_unplug(1);
		it.model = other;
		plug();
		table_wait("gone; unknown 1000; silent; here; ok; ");
		check_contains(table.why.message, "was disconnected with the label inside");
		check_int(printer_truth_get(it.printer)->counter, FAKE_PRINTER_COUNTER + 1);
		table_jump(PRINTER_SETTLE_MS);
		table_run(20);
		check(!strstr(buf_str(&table.told), "printed"));
		end();
		model_free(model_printer_model(first));
	}
}

/* What tells it outlives the bench, but not the cable. */
static void test_a_printer_keeps_its_plug_until_it_is_pulled(void)
{
	char plugs[3][TRANSPORT_PLUG_MAX + 1];

	begin();
	snprintf(plugs[0], sizeof(plugs[0]), "%s", printer_truth_get(it.printer)->plug);
	check(strncmp(plugs[0], "usb ", 4) == 0);
	check_contains(plugs[0], " 0a5f:0080 ");
	printer_free(it.printer);
	table_settle();
	table_usb_end();
	table_usb_begin();
	it.printer = table_printer(IDENTITY);
	table_wait("here; ok; ");
	snprintf(plugs[1], sizeof(plugs[1]), "%s", printer_truth_get(it.printer)->plug);
	check_str(plugs[1], plugs[0]);
	table_unplug(1);
	table_wait("gone; silent; ");
	plug();
	table_wait("here; ok; ");
	snprintf(plugs[2], sizeof(plugs[2]), "%s", printer_truth_get(it.printer)->plug);
	check(plugs[2][0] != '\0' && strcmp(plugs[2], plugs[0]) != 0);
	end();
}

static void test_half_a_label_is_thrown_away_before_the_next(void)
{
	begin_with(&kinds[0], 8000);
	table_fault(1, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, questions_len() + 5000);
	print();
	table_wait("unknown 1000; ");
	plug();
	table_wait("ok; ");
	print();
	table_wait("printed 1001; ");
	check_int(labels_take(), 1);
	end();
}

static void test_a_printer_is_closed_while_a_label_is_on_its_way(void)
{
	begin_with(&kinds[0], 8000);
	print_into_room(100);
	printer_free(it.printer);
	it.printer = NULL;
	table_settle();
	table_wait_list(IDENTITY " printer 1-1; ");
	room_set(SIZE_MAX);
	it.printer = table_printer(IDENTITY);
	table_wait("here; ok; ");
	end();
}

static void test_everything_ends_while_a_label_is_on_its_way(void)
{
	begin_with(&kinds[0], 8000);
	print_into_room(100);
	end();
	check_str(buf_str(&table.told), "");
}

/* --- the kernel's driver */

static void test_usblp_gives_way_and_comes_back_where_it_may(void)
{
	static const struct {
		const char *name;
		uint16_t vendor;
		const char *identity;
		const char *driver_at_end;
	} rows[] = {
		{ "Zebra: must not come back", 0x0a5f, "usb:0a5f:0080:X1", NULL },
		{ "TSC", 0x1203, "usb:1203:0080:X1", "usblp" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t device[18];

		check_row(rows[i].name);
		table_begin();
		it.model = model_printer_new("X1");
		struct model_descriptors *descriptors = &model_printer_model(it.model)->descriptors;

		memcpy(device, descriptors->device.data, sizeof(device));
		device[8] = (uint8_t)rows[i].vendor;
		device[9] = (uint8_t)(rows[i].vendor >> 8);
		descriptors->device = bytes_of(device, sizeof(device));
		plug();
		check_str(table_driver(1), "usblp");
		it.printer = table_printer(rows[i].identity);
		table_wait("here; ok; ");
		check_str(table_driver(1), "usbfs");
		printer_free(it.printer);
		table_wait_driver(1, rows[i].driver_at_end);
		table_end();
		model_free(model_printer_model(it.model));
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_comes_out_and_is_proved_by_the_counter),
		CHECK_TEST(test_labels_one_after_the_other_come_out_once_each),
		CHECK_TEST(test_a_printer_out_of_labels_is_not_sent_one),
		CHECK_TEST(test_an_open_head_is_told_by_the_question_that_answers),
		CHECK_TEST(test_a_cable_pulled_in_a_label_is_unknown_with_the_exact_count),
		CHECK_TEST(test_a_cable_pulled_before_the_first_byte_is_failed),
		CHECK_TEST(test_a_stall_in_a_label_is_unknown_and_the_printer_works_on),
		CHECK_TEST(test_a_stall_at_the_first_byte_is_failed),
		CHECK_TEST(test_noise_on_the_cable_in_a_label_is_unknown),
		CHECK_TEST(test_a_printer_that_holds_up_its_cable_is_called_back),
		CHECK_TEST(test_a_printer_that_takes_not_one_byte_failed),
		CHECK_TEST(test_a_pause_in_taking_is_no_error),
		CHECK_TEST(test_a_stall_in_an_answer_costs_that_answer_only),
		CHECK_TEST(test_a_stall_before_the_question_is_mended),
		CHECK_TEST(
			test_a_printer_that_keeps_stalling_is_left_alone_until_it_is_plugged_in_again),
		CHECK_TEST(test_a_printer_that_was_pulled_and_plugged_in_again_prints),
		CHECK_TEST(test_a_printer_that_is_exchanged_with_a_label_inside_proves_nothing),
		CHECK_TEST(test_a_printer_keeps_its_plug_until_it_is_pulled),
		CHECK_TEST(test_half_a_label_is_thrown_away_before_the_next),
		CHECK_TEST(test_a_printer_is_closed_while_a_label_is_on_its_way),
		CHECK_TEST(test_everything_ends_while_a_label_is_on_its_way),
		CHECK_TEST(test_usblp_gives_way_and_comes_back_where_it_may),
	};
	return check_run("daemon/bench/usb/printer_class", tests, ARRAY_LEN(tests));
}

#else

#include <stdio.h>

int main(void)
{
	puts("umockdev was not found by configure: skipped");
	return 77;
}

#endif
