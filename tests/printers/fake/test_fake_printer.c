/* printers/fake: what the fake printers of all languages do and say, judged by the drivers. */
#include "printers/fake/fake_printer.h"

#include "daemon/base/auto.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"

static struct {
	const struct printer_driver *driver;
	struct fake_printer *printer;
	struct label_bitmap label;
	unsigned labels;
} it;

static void on_label(void *arg, const struct label_bitmap *label)
{
	check(arg == &it);
	check_int(label->height_dots, it.label.height_dots);
	it.labels++;
}

static void begin(const struct printer_driver *driver)
{
	check_row(driver->language);
	memset(&it, 0, sizeof(it));
	it.driver = driver;
	label_noise(&it.label, 404, 300);
	it.printer = fake_printer_new(driver, on_label, &it);
	fake_printer_feed(it.printer, driver->power_up);
}

static void end(void)
{
	fake_printer_free(it.printer);
	bitmap_done(&it.label);
	check_row(NULL);
}

/* What it says from now on. */
static struct buf *said(void)
{
	return fake_printer_answers(it.printer);
}

static void label_feed(void)
{
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	check_ok(it.driver->encode(&it.label, &bytes, &err), &err);
	fake_printer_feed(it.printer, buf_bytes(&bytes));
}

static bool label_begin(void)
{
	label_feed();
	return fake_printer_begin(it.printer);
}

/* The answers of one round. */
static struct printer_status ask(void)
{
	struct printer_status status = { 0 };

	for (unsigned query = 0; query < PRINTER_QUERIES; query++) {
		buf_reset(said());
		fake_printer_feed(it.printer, it.driver->query[query]);
		if (said()->len > 0)
			check_int(it.driver->read(
					  (enum printer_query)query, buf_bytes(said()), &status),
				PRINTER_READING_DONE);
		buf_reset(said());
	}
	return status;
}

static const struct printer_driver *const drivers[] = { &printer_driver_zpl,
	&printer_driver_zpl_ascii, &printer_driver_epl2, &printer_driver_tspl,
	&printer_driver_tspl2, &printer_driver_brother, &printer_driver_brother_wide,
	&printer_driver_dymo };

static void test_modes_have_names(void)
{
	static const struct {
		const char *word;
		enum fake_printer_mode mode;
	} rows[] = {
		{ "ok", FAKE_PRINTER_OK },
		{ "out_of_labels", FAKE_PRINTER_OUT_OF_LABELS },
		{ "head_open", FAKE_PRINTER_HEAD_OPEN },
		{ "paused", FAKE_PRINTER_PAUSED },
		{ "jam", FAKE_PRINTER_JAM },
		{ "silent", FAKE_PRINTER_SILENT },
		{ "silent_inside", FAKE_PRINTER_SILENT_INSIDE },
	};
	enum fake_printer_mode mode;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].word);
		check(fake_printer_mode_parse(rows[i].word, &mode));
		check_int(mode, rows[i].mode);
	}
	check_row(NULL);
	check(!fake_printer_mode_parse("burning", &mode));
}

static void test_a_label_begins_is_busy_and_is_out(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		bool is_asked_at_rest_only = it.driver->is_asked_at_rest_only;
		struct printer_status status = ask();

		check(printer_status_is_idle(&status));
		check_int(printer_status_state(it.driver, &status), PRINTER_OK);
		check(label_begin());
		check(!fake_printer_begin(it.printer));
		check(fake_printer_is_printing(it.printer));
		status = ask();
		check(!printer_status_is_idle(&status));
		check_int(status.answered[PRINTER_QUERY_HOST], !is_asked_at_rest_only);
		check_int(it.labels, 0);
		fake_printer_put_out(it.printer);
		check_int(it.labels, 1);
		check_int(fake_printer_counter(it.printer), FAKE_PRINTER_COUNTER + 1);
		status = ask();
		check(printer_status_is_idle(&status));
		check_int(status.counter, status.has_counter ? FAKE_PRINTER_COUNTER + 1 : 0);
		fake_printer_put_out(it.printer); /* none is begun */
		check_int(it.labels, 1);
		end();
	}
}

/* What was said unasked, as the driver hears it. */
static struct printer_status listen(void)
{
	struct printer_status status = { 0 };

	check_int(it.driver->heard(buf_bytes(said()), &status), said()->len);
	return status;
}

static void test_only_a_brother_speaks_unasked(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(said()->len > 0, it.driver->heard != NULL);
		buf_reset(said());
		check(label_begin());
		fake_printer_set(it.printer, FAKE_PRINTER_JAM, FAKE_PRINTER_ENDLESS);
		check_int(said()->len > 0, it.driver->heard != NULL);
		end();
	}
}

static void test_a_brother_reports_a_page_as_its_references_say(void)
{
	size_t len;
	AUTO(char_free) char *page = check_read_file("tests/data/brother/page-62.bin", &len);

	begin(&printer_driver_brother);
	check(label_begin());
	check_int(said()->len, 32);
	struct printer_status status = listen();

	check(status.is_busy);
	check_int(status.labels_reported, 0);
	fake_printer_put_out(it.printer);
	check_int(said()->len, len);
	for (size_t at = 0; at < len; at++) {
		if (at % 32 != 6 && at % 32 != 14) /* fixed, or not told */
			check_int(said()->data[at], (uint8_t)page[at]);
	}
	status = listen();
	check(!status.is_busy);
	check_int(status.labels_reported, 1);
	end();
}

static void test_a_brother_reports_what_stops_it(void)
{
	static const struct {
		enum fake_printer_mode mode;
		unsigned found;
	} rows[] = {
		{ FAKE_PRINTER_OUT_OF_LABELS, PRINTER_MEDIA_OUT },
		{ FAKE_PRINTER_HEAD_OPEN, PRINTER_HEAD_OPEN },
		{ FAKE_PRINTER_PAUSED, PRINTER_PAUSED },
		{ FAKE_PRINTER_JAM, PRINTER_JAM },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(&printer_driver_brother);
		check(label_begin());
		fake_printer_set(it.printer, rows[i].mode, FAKE_PRINTER_ENDLESS);
		check_int(listen().found, rows[i].found);
		buf_reset(said());
		label_feed(); /* one comes while it is stopped */
		check_int(listen().found, rows[i].found);
		end();
	}
}

static void test_a_silent_printer_prints(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		fake_printer_set(it.printer, FAKE_PRINTER_SILENT, FAKE_PRINTER_ENDLESS);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(said()->len, 0);
		check_int(it.labels, 1);
		struct printer_status status = ask();

		check_int(printer_status_state(it.driver, &status), PRINTER_SILENT);
		end();
	}
}

static void test_it_falls_silent_with_a_label_inside(void)
{
	static const struct {
		int labels_left;
		int labels; /* until it is silent */
	} rows[] = { { FAKE_PRINTER_ENDLESS, 1 }, { 3, 3 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(&printer_driver_zpl);
		fake_printer_set(it.printer, FAKE_PRINTER_SILENT_INSIDE, rows[i].labels_left);
		for (int n = 1; n <= rows[i].labels; n++) {
			struct printer_status before = ask();

			check_int(printer_status_state(it.driver, &before), PRINTER_OK);
			check(label_begin());
			fake_printer_put_out(it.printer);
		}
		struct printer_status after = ask();

		check_int(printer_status_state(it.driver, &after), PRINTER_SILENT);
		check_int(it.labels, rows[i].labels);
		fake_printer_set(it.printer, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(fake_printer_mode(it.printer), FAKE_PRINTER_OK);
		end();
	}
}

static void test_a_label_that_was_stopped_stays_inside_or_is_lost(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		const bool is_kept = drivers[i] != &printer_driver_brother &&
				     drivers[i] != &printer_driver_brother_wide &&
				     drivers[i] != &printer_driver_dymo;

		begin(drivers[i]);
		check(label_begin());
		fake_printer_set(it.printer, FAKE_PRINTER_OUT_OF_LABELS, FAKE_PRINTER_ENDLESS);
		check(!fake_printer_is_printing(it.printer));
		fake_printer_put_out(it.printer); /* its time is over, and it is stopped */
		check_int(it.labels, 0);
		check(!label_begin()); /* another */
		fake_printer_set(it.printer, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
		while (fake_printer_begin(it.printer))
			fake_printer_put_out(it.printer);
		check_int(it.labels, is_kept ? 2 : 0);
		end();
	}
}

/* Each label says that it is printed once, whatever the printer was told, or forgot, before. */
static void test_a_label_comes_out_twice_only_where_the_printer_is_told_so_after_it(void)
{
	static const struct {
		const struct printer_driver *driver;
		enum fake_printer_mode mode;
		const char *told;
		unsigned labels;
	} rows[] = {
		{ &printer_driver_zpl, FAKE_PRINTER_HEAD_OPEN, "", 1 },
		{ &printer_driver_zpl, FAKE_PRINTER_HEAD_OPEN, "^XA^JZY^XZ", 2 },
		{ &printer_driver_zpl, FAKE_PRINTER_PAUSED, "^XA^JZY^XZ", 1 },
		{ &printer_driver_tspl, FAKE_PRINTER_OUT_OF_LABELS, "", 1 },
		{ &printer_driver_tspl, FAKE_PRINTER_OUT_OF_LABELS, "SET REPRINT ON\r\n", 2 },
		{ &printer_driver_epl2, FAKE_PRINTER_OUT_OF_LABELS, "", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(rows[i].driver);
		fake_printer_reset(it.printer); /* it forgets what it was told */
		check(label_begin());
		fake_printer_feed(it.printer, bytes_of_str(rows[i].told));
		fake_printer_set(it.printer, rows[i].mode, FAKE_PRINTER_ENDLESS);
		fake_printer_set(it.printer, FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
		check(fake_printer_begin(it.printer));
		fake_printer_put_out(it.printer);
		check_int(it.labels, rows[i].labels);
		check_int(fake_printer_counter(it.printer), FAKE_PRINTER_COUNTER + rows[i].labels);
		end();
	}
}

static void test_the_roll_ends(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		fake_printer_set(it.printer, FAKE_PRINTER_OK, 2);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(fake_printer_mode(it.printer), FAKE_PRINTER_OK);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(fake_printer_mode(it.printer), FAKE_PRINTER_OUT_OF_LABELS);
		struct printer_status status = ask();

		check(printer_status_state(it.driver, &status) & PRINTER_MEDIA_OUT);
		fake_printer_set(it.printer, FAKE_PRINTER_OK, 0);
		check_int(fake_printer_mode(it.printer), FAKE_PRINTER_OUT_OF_LABELS);
		check_int(it.labels, 2);
		end();
	}
}

static void test_half_a_label_of_a_dymo_lies_there_until_it_is_fed(void)
{
	begin(&printer_driver_dymo);
	check(label_begin());
	fake_printer_set(it.printer, FAKE_PRINTER_JAM, FAKE_PRINTER_ENDLESS);
	fake_printer_feed(it.printer, it.driver->abandon); /* it cannot */
	check(ask().is_busy);
	fake_printer_set(it.printer, FAKE_PRINTER_SILENT, FAKE_PRINTER_ENDLESS);
	fake_printer_feed(it.printer, it.driver->abandon);
	fake_printer_set(it.printer, FAKE_PRINTER_JAM, FAKE_PRINTER_ENDLESS);
	check(!ask().is_busy);
	end();
}

static void test_a_full_printer_says_so_and_a_reset_one_is_empty(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		begin(drivers[i]);
		for (unsigned labels = 0; labels < FAKE_PRINTER_WAITING_MAX; labels++) {
			check(!fake_printer_is_full(it.printer));
			label_feed();
		}
		check(fake_printer_is_full(it.printer));
		check(fake_printer_begin(it.printer));
		fake_printer_reset(it.printer);
		check(!fake_printer_is_full(it.printer));
		check(!fake_printer_is_printing(it.printer));
		check(!fake_printer_begin(it.printer));
		check_int(said()->len, 0);
		fake_printer_set_counter(it.printer, 7);
		check(label_begin());
		fake_printer_put_out(it.printer);
		check_int(fake_printer_counter(it.printer), 8);
		end();
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_modes_have_names),
		CHECK_TEST(test_a_label_begins_is_busy_and_is_out),
		CHECK_TEST(test_only_a_brother_speaks_unasked),
		CHECK_TEST(test_a_brother_reports_a_page_as_its_references_say),
		CHECK_TEST(test_a_brother_reports_what_stops_it),
		CHECK_TEST(test_a_silent_printer_prints),
		CHECK_TEST(test_it_falls_silent_with_a_label_inside),
		CHECK_TEST(test_a_label_that_was_stopped_stays_inside_or_is_lost),
		CHECK_TEST(test_a_label_comes_out_twice_only_where_the_printer_is_told_so_after_it),
		CHECK_TEST(test_the_roll_ends),
		CHECK_TEST(test_half_a_label_of_a_dymo_lies_there_until_it_is_fed),
		CHECK_TEST(test_a_full_printer_says_so_and_a_reset_one_is_empty),
	};
	return check_run("printers/fake/fake_printer", tests, ARRAY_LEN(tests));
}
