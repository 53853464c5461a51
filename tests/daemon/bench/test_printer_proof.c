/* daemon/bench/printer_proof: what proves a label in languages that count nothing. The counter is
 * in test_printer_label.c. */

#include "tests/daemon/bench/printer_rig.h"

static struct printer_driver driver;

/* A language without a counter. */
static void begin_proof(enum printer_proof proof)
{
	driver = printer_driver_null;
	driver.proof = proof;
	driver.query[PRINTER_QUERY_COUNTER] = bytes_of(NULL, 0);
	begin_with(&driver);
}

/* A label is inside, and no round has been asked about it. */
static void begin_sent(void)
{
	begin_proof(PRINTER_PROOF_BUSY);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS - 1);
	check_str(buf_str(&it.told), "sent; ");
	buf_reset(&it.told);
}

static void silence(bool silent)
{
	it.fake->silent[PRINTER_QUERY_HOST] = silent;
	it.fake->silent[PRINTER_QUERY_FAULTS] = silent;
}

static void check_unknown(const char *told, const char *message)
{
	check_str(buf_str(&it.told), told);
	check_contains(it.why.message, message);
	check_str(it.why.hint, "look whether the label came out");
	check(!it.has_before);
	check_int(it.fake->labels, 1);
	check(strstr(it.evidence, "proved by") == NULL);
}

/* --- busy */

static void test_a_label_is_printed_when_its_printer_was_busy_and_is_idle(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "");
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "printed; ");
	check_contains(it.evidence, "proved by busy, then idle; before: no counter, ");
	check_contains(it.evidence, "taken 13 of 13 bytes; now: no counter, ");
	check_int(it.why.code, ERR_NONE);
	end();
}

static void test_a_printer_that_begins_late_is_waited_for(void)
{
	begin_sent();
	fake_loop_run(it.loop, PRINTER_BEGIN_MS - 2 * PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "");
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 3000);
	check_str(buf_str(&it.told), "");
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "printed; ");
	end();
}

static void test_a_label_is_not_printed_while_others_wait_inside(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 500);
	it.fake->is_busy = false;
	it.fake->formats = 1;
	fake_loop_run(it.loop, 500);
	check_str(buf_str(&it.told), "");
	it.fake->formats = 0;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "printed; ");
	end();
}

/* One wrong byte, in a language whose answer is one byte. */
static void test_idle_that_is_said_once_proves_nothing(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 300);
	it.fake->is_idle_once = true;
	fake_loop_run(it.loop, 1000);
	check(!it.fake->is_idle_once);
	check_str(buf_str(&it.told), "");
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "printed; ");
	end();
}

static void test_a_printer_never_seen_busy_proves_nothing(void)
{
	begin_sent();
	fake_loop_run(it.loop, PRINTER_BEGIN_MS - 2 * PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 3 * PRINTER_WATCH_MS);
	check_unknown("unknown; ", "was never seen printing the label");
	end();
}

static void test_a_printer_busy_for_ever_proves_nothing(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, PRINTER_SETTLE_MS - PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("unknown; ", "did not say in time");
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	bool is_busy_first;
	bool is_busy_still; /* when it stops */
	unsigned state;
	const char *told;
} stops[] = {
	{ "at once", false, false, PRINTER_HEAD_OPEN, "head_open; unknown; " },
	{ "while busy", true, true, PRINTER_MEDIA_OUT, "media_out; unknown; " },
	{ "when idle again: the last label, or none", true, false, PRINTER_MEDIA_OUT, "media_out; unknown; " },
};
/* clang-format on */

static void test_a_printer_that_stops_proves_nothing(void)
{
	for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
		check_row(stops[i].name);
		begin_sent();
		if (stops[i].is_busy_first) {
			it.fake->is_busy = true;
			fake_loop_run(it.loop, 300);
		}
		it.fake->is_busy = stops[i].is_busy_still;
		it.fake->state = stops[i].state;
		fake_loop_run(it.loop, PRINTER_WATCH_MS);
		check_unknown(stops[i].told, "stopped with the label inside");
		end();
	}
}

/* clang-format off */
static const struct {
	const char *name;
	bool is_busy_before;
	bool is_busy_after;
	bool is_half; /* only one of its two questions is left unanswered */
	const char *told;
} silences[] = {
	{ "before it was seen busy", false, true, false, "silent; ok; unknown; " },
	{ "when it was seen busy", true, false, false, "silent; ok; unknown; " },
	{ "and goes on", true, true, false, "silent; ok; unknown; " },
	{ "to one question", true, true, true, "silent; ok; unknown; " },
};
/* clang-format on */

static void test_a_printer_that_fell_silent_proves_nothing(void)
{
	for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
		check_row(silences[i].name);
		begin_sent();
		it.fake->is_busy = silences[i].is_busy_before;
		fake_loop_run(it.loop, 300);
		silence(true);
		it.fake->silent[PRINTER_QUERY_HOST] = !silences[i].is_half;
		fake_loop_run(it.loop, 2 * PRINTER_ANSWER_MS + PRINTER_WATCH_MS);
		check_str(buf_str(&it.told), "silent; ");
		silence(false);
		it.fake->is_busy = silences[i].is_busy_after;
		fake_loop_run(it.loop, 2 * PRINTER_ANSWER_MS + PRINTER_WATCH_MS);
		it.fake->is_busy = false;
		fake_loop_run(it.loop, PRINTER_WATCH_MS);
		check_unknown(silences[i].told, "fell silent with the label inside");
		end();
	}
}

static void test_a_printer_silent_to_the_end_proves_nothing(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 300);
	silence(true);
	fake_loop_run(it.loop, PRINTER_SETTLE_MS);
	check_unknown("silent; unknown; ", "did not say in time");
	end();
}

static void test_a_printer_that_was_silent_before_proves_nothing(void)
{
	begin_proof(PRINTER_PROOF_BUSY);
	silence(true);
	print();
	fake_loop_run(it.loop, 2 * PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "silent; sent; ");
	silence(false);
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 500);
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("silent; sent; ok; unknown; ", "may have held another label before");
	end();
}

static void test_a_printer_that_was_pulled_out_while_busy_proves_nothing(void)
{
	begin_sent();
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 300);
	fake_gone(it.fake);
	fake_here(it.fake);
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("gone; unknown; here; ", "was disconnected with the label inside");
	end();
}

static void test_a_printer_that_is_busy_already_is_sent_nothing(void)
{
	begin_proof(PRINTER_PROOF_BUSY);
	it.fake->is_busy = true;
	print();
	fake_loop_run(it.loop, 100);
	check_str(buf_str(&it.told), "failed; ");
	check_contains(it.why.message, "still holds another label");
	check_int(it.fake->labels, 0);
	end();
}

/* --- nothing */

static void test_a_language_that_proves_nothing_is_not_waited_for_when_idle(void)
{
	begin_proof(PRINTER_PROOF_NONE);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "sent; ");
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("sent; unknown; ", "cannot say whether a label came out");
	end();
}

static void test_a_language_that_proves_nothing_says_that_it_stopped(void)
{
	begin_proof(PRINTER_PROOF_NONE);
	it.fake->label_state = PRINTER_JAM;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("sent; jam; unknown; ", "stopped with the label inside");
	end();
}

static void test_a_one_way_language_gets_its_label_and_is_not_waited_for(void)
{
	driver = printer_driver_null;
	driver.proof = PRINTER_PROOF_NONE;
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		driver.query[q] = bytes_of(NULL, 0);
	open_with(&driver);
	fake_here(it.fake);
	fake_loop_run(it.loop, 0);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_unknown("here; silent; sent; unknown; ", "cannot say whether a label came out");
	check_str(buf_str(&it.fake->seen), label);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_printed_when_its_printer_was_busy_and_is_idle),
		CHECK_TEST(test_a_printer_that_begins_late_is_waited_for),
		CHECK_TEST(test_a_label_is_not_printed_while_others_wait_inside),
		CHECK_TEST(test_idle_that_is_said_once_proves_nothing),
		CHECK_TEST(test_a_printer_never_seen_busy_proves_nothing),
		CHECK_TEST(test_a_printer_busy_for_ever_proves_nothing),
		CHECK_TEST(test_a_printer_that_stops_proves_nothing),
		CHECK_TEST(test_a_printer_that_fell_silent_proves_nothing),
		CHECK_TEST(test_a_printer_silent_to_the_end_proves_nothing),
		CHECK_TEST(test_a_printer_that_was_silent_before_proves_nothing),
		CHECK_TEST(test_a_printer_that_was_pulled_out_while_busy_proves_nothing),
		CHECK_TEST(test_a_printer_that_is_busy_already_is_sent_nothing),
		CHECK_TEST(test_a_language_that_proves_nothing_is_not_waited_for_when_idle),
		CHECK_TEST(test_a_language_that_proves_nothing_says_that_it_stopped),
		CHECK_TEST(test_a_one_way_language_gets_its_label_and_is_not_waited_for),
	};
	return check_run("daemon/bench/printer_proof", tests, ARRAY_LEN(tests));
}
