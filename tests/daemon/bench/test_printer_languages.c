/* daemon/bench/printer with a virtual printer of every language: what ends printed, and what not.
 */
#include "daemon/bench/printer.h"

#include "daemon/bench/virtual_printer.h"
#include "printers/fake/fake_printer.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"
#include "tests/printers/lang/labels.h"

/* clang-format off */
static const struct language {
	const struct printer_driver *driver;
	const char *evidence;   /* what it begins with when a label was printed */
	bool keeps_label;       /* one that was stopped comes out when it goes on */
	/* its state in each mode */
	const char *out_of_labels;
	const char *head_open;
	const char *paused;
	const char *jam;
} languages[] = {
	{ &printer_driver_zpl, "proved by the counter; ", true,
		"media_out", "head_open", "paused", "jam" },
	{ &printer_driver_zpl_ascii, "proved by the counter; ", true,
		"media_out", "head_open", "paused", "jam" },
	{ &printer_driver_epl2, "proved by busy, then idle; ", true,
		"media_out ribbon_out", "head_open", "paused", "fault" },
	{ &printer_driver_tspl, "proved by busy, then idle; ", true,
		"media_out", "head_open", "paused", "jam" },
	{ &printer_driver_tspl2, "proved by busy, then idle; ", true,
		"media_out fault", "head_open fault", "paused", "jam fault" },
	{ &printer_driver_brother, "proved by the printer's report; ", false,
		"media_out", "head_open", "paused", "jam" },
	{ &printer_driver_brother_wide, "proved by the printer's report; ", false,
		"media_out", "head_open", "paused", "jam" },
	{ &printer_driver_dymo, "proved by busy, then idle; ", false,
		"media_out", "fault", "fault", "jam" },
};
/* clang-format on */

/* A label is begun by then, and not out. */
#define MIDDLE_MS 50
/* It is out, and the rounds after that are over. */
#define OUT_MS (VIRTUAL_PRINTER_BUSY_MS + 2 * PRINTER_WATCH_MS)

static struct {
	struct loop *loop;
	struct printer *printer;
	struct label_bitmap label; /* as it was proved */
	struct buf told;
	struct buf evidence;
	struct err why;
	unsigned labels;
} it;

static void on_here(void *arg, bool here, const struct err *why)
{
	(void)arg;
	check_int(why != NULL, !here);
	buf_add_str(&it.told, here ? "here; " : "gone; ");
}

static void on_changed(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &it.told);
	buf_add_str(&it.told, "; ");
}

static void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	buf_addf(&it.told, "%s; ", printer_result_word(result->state));
	buf_reset(&it.evidence);
	buf_add_str(&it.evidence, result->evidence);
	it.why = result->why;
}

/* The picture that came out is the one that was proved, and white beside it. */
static void on_label(void *arg, const struct label_bitmap *label)
{
	AUTO_BITMAP out = { 0 };
	struct err err = { 0 };

	(void)arg;
	bitmap_copy(&out, label);
	check(out.width_dots >= it.label.width_dots);
	struct bitmap_rect beside = { it.label.width_dots, 0, out.width_dots - it.label.width_dots,
		out.height_dots };

	check_int(bitmap_count_black(&out, beside), 0);
	out.width_dots = it.label.width_dots;
	check_ok(bitmap_equal(&it.label, &out, &err), &err);
	it.labels++;
}

static void check_told(const char *told)
{
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
}

/* um: of the labels that it is set up for; 0: not known. */
static void begin_sized(const struct printer_driver *driver, unsigned width_um, unsigned height_um)
{
	static const struct printer_events events = { on_here, on_changed, on_result };
	struct err err = { 0 };

	check_row(driver->language);
	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	label_noise(&it.label, 404, 300);
	struct printer_setup setup = {
		.loop = it.loop,
		.name = "P1",
		.identity = "P1",
		.transport = &transport_virtual_printer,
		.driver = driver,
		.width_um = width_um,
		.height_um = height_um,
		.events = &events,
	};

	it.printer = printer_new(&setup, &err);
	check(it.printer != NULL);
	virtual_printer_set_label_fn(printer_port(it.printer), on_label, NULL);
	fake_loop_run(it.loop, 0);
	check_told("here; ok; ");
}

static void begin(const struct printer_driver *driver)
{
	begin_sized(driver, 0, 0);
}

static void end(void)
{
	printer_free(it.printer);
	loop_free(it.loop);
	bitmap_done(&it.label);
	buf_done(&it.told);
	buf_done(&it.evidence);
	check_row(NULL);
}

static void print(const struct printer_driver *driver)
{
	struct ledger_proof proof = { 0 };
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	check_ok(driver->encode(&it.label, &bytes, &err), &err);
	check_ok(printer_driver_prove(driver, buf_bytes(&bytes), &it.label, &err), &err);
	check_ok(printer_print(it.printer, 7, buf_bytes(&bytes), &proof, &err), &err);
}

static void set(enum fake_printer_mode mode)
{
	virtual_printer_set(printer_port(it.printer), mode, FAKE_PRINTER_ENDLESS);
}

static void print_out(const struct language *language)
{
	print(language->driver);
	fake_loop_run(it.loop, OUT_MS);
	check_told("sent; printed; ");
	check_int(
		strncmp(buf_str(&it.evidence), language->evidence, strlen(language->evidence)), 0);
	check_int(it.why.code, ERR_NONE);
}

/* A label is coming out. */
static void begin_middle(const struct printer_driver *driver)
{
	begin(driver);
	print(driver);
	fake_loop_run(it.loop, MIDDLE_MS);
	check_told("sent; ");
	check_int(it.labels, 0);
}

static void test_every_language_that_is_sold_has_a_virtual_printer(void)
{
	static const char *const names[] = { "zpl", "zpl-ascii", "epl2", "tspl", "tspl2", "brother",
		"brother-wide", "dymo" };

	check_int(ARRAY_LEN(names), ARRAY_LEN(languages));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		check(printer_driver_find(names[i]) == languages[i].driver);
		check(fake_printer_speaks(languages[i].driver));
	}
	check(!fake_printer_speaks(&printer_driver_null));
}

static void test_labels_come_out_as_proved_and_are_printed(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		begin(languages[i].driver);
		for (unsigned labels = 1; labels <= 3; labels++) {
			print_out(&languages[i]);
			check_int(it.labels, labels);
		}
		end();
	}
}

static void test_labels_out_in_the_middle_of_one_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		const struct language *language = &languages[i];

		begin_middle(language->driver);
		set(FAKE_PRINTER_OUT_OF_LABELS);
		fake_loop_run(it.loop, 2000);
		check_contains(buf_str(&it.told), "unknown; ");
		check_contains(buf_str(&it.told), language->out_of_labels);
		check_contains(it.why.message, "stopped with the label inside");
		check_int(it.labels, 0);
		buf_reset(&it.told);
		set(FAKE_PRINTER_OK); /* a new roll */
		fake_loop_run(it.loop, 2000);
		check_told("ok; ");
		check_int(it.labels, language->keeps_label);
		print_out(language);
		check_int(it.labels, language->keeps_label + 1u);
		end();
	}
}

static void test_what_stops_it_in_the_middle_of_a_label_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		for (int mode = FAKE_PRINTER_HEAD_OPEN; mode <= FAKE_PRINTER_JAM; mode++) {
			begin_middle(languages[i].driver);
			set((enum fake_printer_mode)mode);
			fake_loop_run(it.loop, 2000);
			check_contains(buf_str(&it.told), "unknown; ");
			check_contains(it.why.message, "stopped with the label inside");
			check_int(it.labels, 0);
			end();
		}
	}
}

static void test_the_last_label_of_a_roll(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		const struct language *language = &languages[i];
		bool has_counter = language->driver->proof == PRINTER_PROOF_COUNTER;

		begin(language->driver);
		virtual_printer_set(printer_port(it.printer), FAKE_PRINTER_OK, 1);
		print(language->driver);
		fake_loop_run(it.loop, OUT_MS);
		check_int(it.labels, 1);
		check_contains(buf_str(&it.told), has_counter ? "; printed; " : "; unknown; ");
		buf_reset(&it.told);
		print(language->driver);
		fake_loop_run(it.loop, OUT_MS);
		check_told("failed; ");
		check_contains(it.why.message, language->out_of_labels);
		check_int(it.labels, 1);
		end();
	}
}

static void test_a_printer_silent_from_the_middle_of_a_label_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		begin_middle(languages[i].driver);
		set(FAKE_PRINTER_SILENT);
		fake_loop_run(it.loop, PRINTER_SETTLE_MS);
		check_contains(buf_str(&it.told), "unknown; ");
		check_contains(it.why.message, "did not say in time that the label is out");
		check_int(it.labels, 1);
		fake_loop_run(it.loop, 2000);
		check_contains(buf_str(&it.told), "silent; ");
		end();
	}
}

static void test_a_printer_pulled_out_in_the_middle_of_a_label_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		struct err err = { 0 };

		begin_middle(languages[i].driver);
		struct transport_port *port = printer_port(it.printer);

		port->events->gone(port->arg, &err);
		port->events->here(port->arg, (struct bytes) { 0 });
		fake_loop_run(it.loop, 2000);
		check_contains(buf_str(&it.told), "gone; unknown; here; ");
		check_contains(it.why.message, "was disconnected with the label inside");
		end();
	}
}

static void check_mode(
	const struct language *language, enum fake_printer_mode mode, const char *state)
{
	begin(language->driver);
	set(mode);
	fake_loop_run(it.loop, 2000);
	AUTO_BUF told = { 0 };

	buf_addf(&told, "%s; ", state);
	check_told(buf_str(&told));
	if (mode != FAKE_PRINTER_SILENT) {
		print(language->driver);
		fake_loop_run(it.loop, 2000);
		check_told("failed; ");
		check_contains(it.why.message, state);
	}
	set(FAKE_PRINTER_OK);
	fake_loop_run(it.loop, 2000);
	check_told("ok; ");
	check_int(it.labels, 0);
	end();
}

static void test_every_state_shows_within_two_seconds_refuses_a_label_and_clears(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		const struct language *language = &languages[i];

		check_mode(language, FAKE_PRINTER_OUT_OF_LABELS, language->out_of_labels);
		check_mode(language, FAKE_PRINTER_HEAD_OPEN, language->head_open);
		check_mode(language, FAKE_PRINTER_PAUSED, language->paused);
		check_mode(language, FAKE_PRINTER_JAM, language->jam);
		check_mode(language, FAKE_PRINTER_SILENT, "silent");
	}
}

/* Other labels than it is set up for: nothing is sent, and it is told what to load. */
static void test_a_printer_that_says_which_labels_it_holds_prints_on_no_others(void)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		const bool says = languages[i].driver->stock_is_right;

		begin_sized(languages[i].driver, 50800, 25400);
		virtual_printer_set_roll(printer_port(it.printer), 29, 90);
		fake_loop_run(it.loop, 2000);
		check_told(says ? "wrong_stock; " : "");
		print(languages[i].driver);
		fake_loop_run(it.loop, OUT_MS);
		check_told(says ? "failed; " : "sent; printed; ");
		check_int(it.labels, !says);
		if (says) {
			check_contains(it.why.message, "cannot print: wrong_stock");
			check_contains(it.why.hint, "load labels of 50.8 x 25.4 mm");
			check_contains(it.why.hint, "nothing was sent");
		}
		virtual_printer_set_roll(printer_port(it.printer), 62, 0);
		fake_loop_run(it.loop, 2000);
		check_told(says ? "ok; " : "");
		end();
	}
}

static void test_only_a_brother_says_which_labels_it_holds(void)
{
	unsigned saying = 0;

	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		saying += languages[i].driver->stock_is_right != NULL;
	check_int(saying, 2);
	check(printer_driver_brother.stock_is_right && printer_driver_brother_wide.stock_is_right);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_language_that_is_sold_has_a_virtual_printer),
		CHECK_TEST(test_labels_come_out_as_proved_and_are_printed),
		CHECK_TEST(test_labels_out_in_the_middle_of_one_is_unknown),
		CHECK_TEST(test_what_stops_it_in_the_middle_of_a_label_is_unknown),
		CHECK_TEST(test_the_last_label_of_a_roll),
		CHECK_TEST(test_a_printer_silent_from_the_middle_of_a_label_is_unknown),
		CHECK_TEST(test_a_printer_pulled_out_in_the_middle_of_a_label_is_unknown),
		CHECK_TEST(test_a_printer_that_says_which_labels_it_holds_prints_on_no_others),
		CHECK_TEST(test_only_a_brother_says_which_labels_it_holds),
		CHECK_TEST(test_every_state_shows_within_two_seconds_refuses_a_label_and_clears),
	};
	return check_run("daemon/bench/printer_languages", tests, ARRAY_LEN(tests));
}
