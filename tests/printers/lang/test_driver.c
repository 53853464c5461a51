/* printers/lang/driver: words, lists, the proof, and the language for tests. */
#include "printers/lang/driver.h"

#include "daemon/base/auto.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"
#include "tests/printers/lang/streams.h"

static void test_states_have_the_words_of_the_contract(void)
{
	static const struct {
		unsigned state;
		const char *words;
	} rows[] = {
		{ 0, "silent" },
		{ PRINTER_OK, "ok" },
		{ PRINTER_OK | PRINTER_MEDIA_LOW, "ok media_low" },
		{ (1u << PRINTER_STATE_WORDS) - 1, "ok media_out ribbon_out head_open paused jam "
						   "over_temperature media_low fault "
						   "silent wrong_stock" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF words = { 0 };

		check_row(rows[i].words);
		printer_state_words(rows[i].state, &words);
		check_str(buf_str(&words), rows[i].words);
	}
	check_str(printer_state_word(3), "head_open");
}

static void test_only_what_the_printer_said_stops_it(void)
{
	check(!printer_state_is_stopped(0));
	check(!printer_state_is_stopped(PRINTER_OK | PRINTER_MEDIA_LOW));
	check(!printer_state_is_stopped(PRINTER_SILENT));
	check(printer_state_is_stopped(PRINTER_SILENT | PRINTER_HEAD_OPEN));
	check(printer_state_is_stopped(PRINTER_FAULT));
	check(printer_state_is_stopped(PRINTER_WRONG_STOCK));
}

static void test_languages_are_found_by_name(void)
{
	check(printer_driver_find("zpl") == &printer_driver_zpl);
	check(printer_driver_find("zpl-ascii") == &printer_driver_zpl_ascii);
	check(printer_driver_find("epl2") == &printer_driver_epl2);
	check(printer_driver_find("tspl") == &printer_driver_tspl);
	check(printer_driver_find("tspl2") == &printer_driver_tspl2);
	check(printer_driver_find("brother") == &printer_driver_brother);
	check(printer_driver_find("brother-wide") == &printer_driver_brother_wide);
	check(printer_driver_find("dymo") == &printer_driver_dymo);
	check(printer_driver_find("null") == &printer_driver_null);
	check(printer_driver_find("ZPL") == NULL);
	check(printer_driver_find("") == NULL);
}

/* The names in clinic.printer_languages(), each as "'name', "; yours to free. */
static char *database_languages(void)
{
	size_t len;
	AUTO(char_free) char *sql = check_read_file("schema/clinic/device.sql", &len);
	const char *at = strstr(sql, "function clinic.printer_languages()");
	const char *end = at ? strstr(at, "$$;") : NULL;
	AUTO_BUF names = { 0 };

	check(at && end);
	while (at && end && (at = strstr(at, "('")) && at < end) {
		const char *name = at + strlen("('");

		at = strchr(name, '\'');
		buf_addf(&names, "'%.*s', ", (int)(at - name), name);
	}
	return xstrdup(buf_str(&names));
}

/* The database assigns a printer with a name; a bench that did not know it would refuse the whole
 * list of devices. */
static void test_the_database_knows_the_same_languages(void)
{
	AUTO(char_free) char *known = database_languages();
	AUTO_BUF expected = { 0 };

	for (size_t i = 0; printer_driver_at(i); i++) {
		if (printer_driver_at(i) != &printer_driver_null)
			buf_addf(&expected, "'%s', ", printer_driver_at(i)->language);
	}
	check_str(known, buf_str(&expected));
	check_contains(known, "'brother-wide', ");
}

static void label_of(
	struct label_bitmap *out, unsigned width_dots, unsigned height_dots, unsigned x)
{
	struct err err = { 0 };

	check_ok(bitmap_init(out, width_dots, height_dots, &err), &err);
	bitmap_set(out, x, height_dots - 1, true);
}

static const struct printer_driver *const drivers[] = {
	&printer_driver_zpl,
	&printer_driver_zpl_ascii,
	&printer_driver_epl2,
	&printer_driver_tspl,
	&printer_driver_tspl2,
	&printer_driver_null,
};

/* clang-format off */
static const struct {
	const char *name;
	unsigned width_dots, height_dots, x; /* of the label that was proved; the bytes are 20 x 3, dot 19 */
	const char *message;                 /* NULL: it is proved */
} proofs[] = {
	{ "the same",               20, 3, 19, NULL },
	{ "a dot moved",            20, 3, 18, "column 18, row 2" },
	{ "a row less",             20, 2, 19, "20 x 3" },
	{ "narrower by dots",       19, 3, 18, "beyond the label's 19 columns" },
	{ "wider in the same byte", 24, 3, 19, NULL },
	{ "wider by a byte",        25, 3, 19, "24 dots of width" },
	{ "narrower by a byte",     16, 3, 15, "beyond the label's 16 columns" },
};
/* clang-format on */

static void test_the_proof_names_the_first_difference(void)
{
	for (size_t d = 0; d < ARRAY_LEN(drivers); d++) {
		for (size_t i = 0; i < ARRAY_LEN(proofs); i++) {
			AUTO_BITMAP sent = { 0 };
			AUTO_BITMAP proved = { 0 };
			AUTO_BUF bytes = { 0 };
			struct err err = { 0 };

			check_row(proofs[i].name);
			label_of(&sent, 20, 3, 19);
			label_of(&proved, proofs[i].width_dots, proofs[i].height_dots, proofs[i].x);
			check_ok(drivers[d]->encode(&sent, &bytes, &err), &err);
			bool ok =
				printer_driver_prove(drivers[d], buf_bytes(&bytes), &proved, &err);

			check_int(ok, proofs[i].message == NULL);
			if (proofs[i].message)
				check_err(&err, ERR_CHECK_FAILED, proofs[i].message);
		}
	}
}

static void test_the_proof_takes_white_beside_the_label(void)
{
	for (size_t d = 0; d < ARRAY_LEN(drivers); d++) {
		AUTO_BITMAP sent = { 0 };
		AUTO_BITMAP proved = { 0 };
		AUTO_BUF bytes = { 0 };
		struct err err = { 0 };

		check_row(drivers[d]->language);
		label_of(&sent, 41, 3, 11);
		label_of(&proved, 12, 3, 11);
		check_ok(drivers[d]->encode(&sent, &bytes, &err), &err);
		check_ok(printer_driver_prove(drivers[d], buf_bytes(&bytes), &proved, &err), &err);
	}
}

static void test_the_proof_wants_exactly_one_label(void)
{
	for (size_t d = 0; d < ARRAY_LEN(drivers); d++) {
		AUTO_BITMAP label = { 0 };
		AUTO_BUF bytes = { 0 };
		struct err err = { 0 };

		check_row(drivers[d]->language);
		label_of(&label, 20, 3, 19);
		check(!printer_driver_prove(drivers[d], buf_bytes(&bytes), &label, &err));
		check_err(&err, ERR_CHECK_FAILED, "0 labels");
		check_ok(drivers[d]->encode(&label, &bytes, &err), &err);
		check_ok(drivers[d]->encode(&label, &bytes, &err), &err);
		check(!printer_driver_prove(drivers[d], buf_bytes(&bytes), &label, &err));
		check_err(&err, ERR_CHECK_FAILED, "2 labels");
		buf_add_str(&bytes, "x");
		check(!printer_driver_prove(drivers[d], buf_bytes(&bytes), &label, &err));
		check_err(&err, ERR_CHECK_FAILED, "the bytes made for the printer: ");
	}
}

#define NULL_LABEL "label 8 1 ff\n"

static const struct stream_language null_language = {
	.driver = &printer_driver_null,
	.label = S(NULL_LABEL),
};

/* clang-format off */
static const struct stream null_streams[] = {
	{ "two labels", S(NULL_LABEL NULL_LABEL), "label 8x1; label 8x1; " },
	{ "a label to whole bytes", S("label 9 2 ff80ff80\n"), "label 16x2; " },
	{ "what is no label", S("host\n" NULL_LABEL), "refused (not a label line); label 8x1; " },
};
static const struct stream_half null_halves[] = {
	{ "half a line", S("label 8 1 f"), true },
	{ "no line end", S("label 8 1 ff"), true },
};
static const struct stream_refusal null_lines[] = {
	{ "another word", S("lable 8 1 00\n"), "not a label line" },
	{ "no line end", S("label 8 1 00"), "no end" },
	{ "a row too few", S("label 8 2 00\n"), "do not fit" },
	{ "half a byte", S("label 8 1 0\n"), "do not fit" },
	{ "no width", S("label 0 1 \n"), "do not fit" },
	{ "too wide", S("label 99999 1 00\n"), "not a label line" },
};
static const struct {
	enum printer_query query;
	const char *reply;
	enum printer_reading reading;
} null_replies[] = {
	{ PRINTER_QUERY_HOST, "host 2 1 3 1 1\n", PRINTER_READING_DONE },
	{ PRINTER_QUERY_HOST, "host 2 1 3 1 1", PRINTER_READING_MORE },
	{ PRINTER_QUERY_HOST, "host 2 1\n", PRINTER_READING_BAD },
	{ PRINTER_QUERY_HOST, "host 2 1 3 1\n", PRINTER_READING_BAD },
	{ PRINTER_QUERY_FAULTS, "faults 1023\n", PRINTER_READING_DONE },
	{ PRINTER_QUERY_FAULTS, "host 2\n", PRINTER_READING_BAD },
	{ PRINTER_QUERY_COUNTER, "counter 77\n", PRINTER_READING_DONE },
	{ PRINTER_QUERY_COUNTER, "counter 77 8\n", PRINTER_READING_BAD },
};
/* clang-format on */

static void test_the_language_for_tests_is_read_like_every_other(void)
{
	check_streams(&null_language, null_streams, ARRAY_LEN(null_streams));
	check_halves(&null_language, null_halves, ARRAY_LEN(null_halves));
}

static void test_the_language_for_tests_holds_the_largest_label(void)
{
	AUTO_BITMAP label = { 0 };
	AUTO_BUF bytes = { 0 };

	label_of(&label, BITMAP_WIDTH_DOTS_MAX, BITMAP_HEIGHT_DOTS_MAX, 0);
	check_encoded(&printer_driver_null, &label, &bytes);
}

static void test_the_language_for_tests_refuses_what_it_does_not_write(void)
{
	check_refusals(&null_language, null_lines, ARRAY_LEN(null_lines));
	check_label_limit(&null_language);
	struct label_bitmap empty = { 0 };
	AUTO_BUF bytes = { 0 };

	check(!printer_driver_null.encode(&empty, &bytes, NULL));
}

static void test_the_language_for_tests_answers(void)
{
	struct printer_status status = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(null_replies); i++) {
		check_row(null_replies[i].reply);
		check_int(printer_driver_null.read(null_replies[i].query,
				  bytes_of_str(null_replies[i].reply), &status),
			null_replies[i].reading);
	}
	check_row(NULL);
	check_int(status.formats_waiting, 1);
	check_int(status.labels_remaining, 3);
	check(status.partial_format);
	check(status.is_busy);
	check_int(status.counter, 77);
	check_int(printer_status_state(&printer_driver_null, &status),
		1023 - PRINTER_OK - PRINTER_SILENT);
	AUTO_BUF noise = { 0 };

	memset(buf_grow(&noise, PRINTER_REPLY_MAX + 1), 'x', PRINTER_REPLY_MAX + 1);
	check_int(printer_driver_null.read(PRINTER_QUERY_HOST, buf_bytes(&noise), &status),
		PRINTER_READING_BAD);
}

static void test_a_language_is_ok_when_all_its_questions_are_answered(void)
{
	struct printer_driver driver = printer_driver_null;
	struct printer_status status = { .answered = { [PRINTER_QUERY_HOST] = true } };

	check_int(printer_status_state(&driver, &status), PRINTER_SILENT);
	driver.query[PRINTER_QUERY_FAULTS] = bytes_of(NULL, 0);
	check_int(printer_status_state(&driver, &status), PRINTER_OK);
	status.found = PRINTER_MEDIA_LOW;
	check_int(printer_status_state(&driver, &status), PRINTER_OK | PRINTER_MEDIA_LOW);
	status = (struct printer_status) { .answered = { [PRINTER_QUERY_COUNTER] = true } };
	check_int(printer_status_state(&driver, &status), PRINTER_SILENT);
}

static void test_a_language_has_the_questions_that_it_proves_by(void)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		const struct printer_driver *driver = drivers[i];

		check_row(driver->language);
		switch (driver->proof) {
		case PRINTER_PROOF_NONE:
			check_int(driver->query[PRINTER_QUERY_COUNTER].len, 0);
			break;
		case PRINTER_PROOF_COUNTER:
			check(driver->query[PRINTER_QUERY_COUNTER].len > 0);
			break;
		case PRINTER_PROOF_BUSY:
			check(driver->query[PRINTER_QUERY_HOST].len > 0);
			break;
		case PRINTER_PROOF_REPORT:
			check(driver->query[PRINTER_QUERY_HOST].len > 0);
			check(driver->heard && driver->is_asked_at_rest_only);
			break;
		}
		check_int(driver->heard != NULL, driver->proof == PRINTER_PROOF_REPORT);
		check(driver->heard || !driver->is_asked_at_rest_only);
	}
	check_row(NULL);
	check_int(printer_driver_zpl.proof, PRINTER_PROOF_COUNTER);
	check_int(printer_driver_zpl_ascii.proof, PRINTER_PROOF_COUNTER);
	check_int(printer_driver_epl2.proof, PRINTER_PROOF_BUSY);
	check_int(printer_driver_tspl.proof, PRINTER_PROOF_BUSY);
	check_int(printer_driver_tspl2.proof, PRINTER_PROOF_BUSY);
	check_int(printer_driver_dymo.proof, PRINTER_PROOF_BUSY);
	check_int(printer_driver_brother.proof, PRINTER_PROOF_REPORT);
	check_int(printer_driver_brother_wide.proof, PRINTER_PROOF_REPORT);
}

static void test_what_prints_now_is_not_idle(void)
{
	struct printer_status status = { .answered = { [PRINTER_QUERY_HOST] = true } };

	check(printer_status_is_idle(&status));
	status.is_busy = true;
	check(!printer_status_is_idle(&status));
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_states_have_the_words_of_the_contract),
		CHECK_TEST(test_only_what_the_printer_said_stops_it),
		CHECK_TEST(test_languages_are_found_by_name),
		CHECK_TEST(test_the_database_knows_the_same_languages),
		CHECK_TEST(test_the_proof_names_the_first_difference),
		CHECK_TEST(test_the_proof_takes_white_beside_the_label),
		CHECK_TEST(test_the_proof_wants_exactly_one_label),
		CHECK_TEST(test_the_language_for_tests_is_read_like_every_other),
		CHECK_TEST(test_the_language_for_tests_holds_the_largest_label),
		CHECK_TEST(test_the_language_for_tests_refuses_what_it_does_not_write),
		CHECK_TEST(test_the_language_for_tests_answers),
		CHECK_TEST(test_a_language_is_ok_when_all_its_questions_are_answered),
		CHECK_TEST(test_a_language_has_the_questions_that_it_proves_by),
		CHECK_TEST(test_what_prints_now_is_not_idle),
	};
	return check_run("printers/lang/driver", tests, ARRAY_LEN(tests));
}
