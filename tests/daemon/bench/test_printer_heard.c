/* daemon/bench/printer_heard: a printer that reports by itself, asked at rest only, and what its
 * reports prove of a label (printer_proof). */

#include "daemon/base/cursor.h"
#include "tests/daemon/bench/printer_rig.h"

/* A language for these tests says lines unasked: "begins", "label", "rest", "cools", "cooled", and
 * "stops" (its head is open). Others are noise. */
static void line_heard(struct bytes line, struct printer_status *status)
{
	if (bytes_is(line, "begins"))
		status->is_busy = true;
	if (bytes_is(line, "label"))
		status->labels_reported++;
	if (bytes_is(line, "rest"))
		status->is_busy = false;
	if (bytes_is(line, "cools"))
		status->found |= PRINTER_OVER_TEMPERATURE;
	if (bytes_is(line, "cooled"))
		status->found &= ~(unsigned)PRINTER_OVER_TEMPERATURE;
	if (bytes_is(line, "stops"))
		status->found |= PRINTER_HEAD_OPEN;
}

static size_t heard(struct bytes bytes, struct printer_status *status)
{
	struct cursor in = cursor_over(bytes);

	for (;;) {
		struct cursor next = in;
		struct bytes line = cursor_take_until(&next, '\n');

		if (!cursor_ok(&next))
			return bytes.len - in.left.len;
		line_heard(line, status);
		in = next;
	}
}

#define ROUND "host\nfaults\n"

static struct printer_driver driver;

static void begin_heard(void)
{
	driver = printer_driver_null;
	driver.proof = PRINTER_PROOF_REPORT;
	driver.query[PRINTER_QUERY_COUNTER] = bytes_of(NULL, 0);
	driver.heard = heard;
	driver.is_asked_at_rest_only = true;
	begin_with(&driver);
	buf_reset(&it.fake->seen);
}

/* All bytes of a label were taken. */
static void begin_sent(void)
{
	begin_heard();
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS - 1);
	check_str(buf_str(&it.told), "sent; ");
	buf_reset(&it.told);
}

/* So many bytes of a label were taken. */
static void begin_taking(size_t len)
{
	begin_heard();
	print();
	while (it.fake->asked[PRINTER_QUERY_FAULTS] < 2)
		loop_step(it.loop, 0);
	it.fake->is_holding = true;
	fake_loop_run(it.loop, 0);
	check(it.fake->is_reading);
	if (len > 0)
		fake_take(it.fake, len);
}

/* In pieces of step bytes. */
static void say(const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += step)
		fake_say(it.fake, bytes_of(text + at, len - at < step ? len - at : step));
}

static void check_evidence(const char *part)
{
	check_contains(it.evidence, part);
	check_int(strncmp(it.evidence, "proved by", 9) == 0,
		strstr(buf_str(&it.told), "printed") != NULL);
}

/* --- what it reports, asked at rest --------------------------------------- */

/* clang-format off */
static const struct {
	const char *name;
	const char *said;
	unsigned state;      /* that it answers from then on */
	bool is_busy;
	int64_t ms;          /* until it ended; before that, nothing is told */
	const char *told;
	const char *message; /* a part of it; "": none */
	const char *evidence;
} rows[] = {
	{ "a label", "begins\nlabel\nrest\n", 0, false, 0,
		"printed; ", "", "proved by the printer's report; before: no counter, " },
	{ "between noise", "xbegins\n?\nbegins\nxx\nlabel\n\n\nrest\n", 0, false, 0,
		"printed; ", "", "; heard: labels 1, busy 0, errors 00000000" },
	{ "with a pause to cool", "begins\ncools\ncooled\nlabel\nrest\n", 0, false, 0,
		"printed; ", "", "; heard: labels 1, busy 0" },
	{ "media low", "begins\nlabel\nrest\n", PRINTER_MEDIA_LOW, false, 0,
		"ok media_low; printed; ", "", "media_low; heard" },
	{ "two labels", "begins\nlabel\nbegins\nlabel\nrest\n", 0, false, 0,
		"unknown; ", "reported other labels than the one that was sent", "labels 2" },
	{ "it stops", "begins\nstops\n", 0, false, 0,
		"unknown; ", "stopped with the label inside", "labels 0, busy 1, errors 00000000, head_open" },
	{ "it stops after its label", "begins\nlabel\nstops\n", 0, false, 0,
		"unknown; ", "stopped with the label inside", "labels 1, busy 1" },
	{ "it stops at rest", "begins\nlabel\nrest\nstops\n", 0, false, 0,
		"unknown; ", "stopped with the label inside", "labels 1, busy 0" },
	{ "an error of its label, when asked", "begins\nlabel\nrest\n", PRINTER_JAM, false, 0,
		"jam; unknown; ", "stopped with the label inside", "labels 1, busy 0" },
	{ "nothing", "", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 0, busy 0" },
	{ "noise", "noise\nand more\n", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 0, busy 0" },
	{ "it begins, and no more", "begins\n", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 0, busy 1" },
	{ "it prints, and no label", "begins\nrest\n", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 0, busy 0" },
	{ "it never rests", "begins\nlabel\n", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 1, busy 1" },
	{ "half a report more", "begins\nlabel\nrest\nlab", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 1, busy 0" },
	{ "it cools for ever", "begins\ncools\nlabel\nrest\n", 0, false, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "over_temperature" },
	{ "busy when asked, for ever", "begins\nlabel\nrest\n", 0, true, PRINTER_SETTLE_MS,
		"unknown; ", "did not say in time", "labels 1, busy 0" },
};
/* clang-format on */

static void check_talk(size_t i, size_t step)
{
	begin_sent();
	it.fake->state = rows[i].state;
	it.fake->is_busy = rows[i].is_busy;
	say(rows[i].said, step);
	if (rows[i].ms > 0) {
		fake_loop_run(it.loop, rows[i].ms - PRINTER_WATCH_MS);
		check_str(buf_str(&it.told), "");
	}
	fake_loop_run(it.loop, rows[i].ms > 0 ? PRINTER_WATCH_MS : 0);
	check_str(buf_str(&it.told), rows[i].told);
	check_contains(it.why.message, rows[i].message);
	check_int(it.why.code != ERR_NONE, rows[i].message[0] != '\0');
	check_evidence(rows[i].evidence);
	check(!it.fake->is_reading);
	check_int(it.fake->labels, 1);
	end();
}

static void test_what_it_reports_proves_the_label_or_not(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].name);
		for (size_t step = 1; step <= 8; step++)
			check_talk(i, step);
	}
	check_row(NULL);
}

static void test_a_label_is_printed_in_its_own_time(void)
{
	begin_sent();
	say("begins\n", 7);
	fake_loop_run(it.loop, 4000);
	say("label\n", 6);
	fake_loop_run(it.loop, 4000);
	check_str(buf_str(&it.told), "");
	say("rest\n", 5);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "printed; ");
	end();
}

static void test_a_printer_that_does_not_answer_at_rest_is_asked_again(void)
{
	begin_sent();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "silent; ");
	it.fake->silent[PRINTER_QUERY_HOST] = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "silent; ok; printed; ");
	end();
}

static void test_the_power_up_bytes_wait_until_the_label_is_settled(void)
{
	begin_sent();
	driver.power_up = bytes_of_str("up\n"); /* due after silence */
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	it.fake->silent[PRINTER_QUERY_FAULTS] = true;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 2 * PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "silent; ");
	it.fake->silent[PRINTER_QUERY_HOST] = false;
	it.fake->silent[PRINTER_QUERY_FAULTS] = false;
	it.fake->is_busy = true;
	fake_loop_run(it.loop, 1000);
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "silent; ok; printed; ");
	check(strstr(buf_str(&it.fake->seen), "up\n") == NULL);
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check(strstr(buf_str(&it.fake->seen), "up\n") != NULL);
	end();
}

static void test_a_printer_that_never_answers_at_rest_proves_nothing(void)
{
	begin_sent();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	it.fake->silent[PRINTER_QUERY_FAULTS] = true;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, PRINTER_SETTLE_MS);
	check_str(buf_str(&it.told), "silent; unknown; ");
	check_contains(it.why.message, "did not say in time");
	end();
}

static void test_it_is_asked_anew_when_it_said_more(void)
{
	begin_sent();
	say("begins\ncools\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n" ROUND);
	it.fake->state = PRINTER_JAM;
	say("cooled\n", 99);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "jam; unknown; ");
	end();
}

static void test_a_printer_in_use_at_rest_is_waited_for(void)
{
	begin_sent();
	it.fake->is_busy = true;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "");
	it.fake->is_busy = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "printed; ");
	end();
}

static void test_a_second_label_between_two_rounds_at_rest_proves_nothing(void)
{
	begin_sent();
	it.fake->is_busy = true;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 50);
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "unknown; ");
	check_contains(it.why.message, "reported other labels");
	end();
}

static void test_a_printer_that_was_silent_before_proves_nothing(void)
{
	begin_heard();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	print();
	fake_loop_run(it.loop, 2 * PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "silent; sent; ");
	it.fake->silent[PRINTER_QUERY_HOST] = false;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "silent; sent; ok; unknown; ");
	check_contains(it.why.message, "may have held another label before");
	end();
}

static void test_a_flood_is_believed_no_more(void)
{
	begin_sent();
	for (size_t said = 0; said < PRINTER_HEARD_MAX; said += 64)
		say("noise noise noise noise noise noise noise noise noise noise xxx\n", 64);
	check_str(buf_str(&it.told), "");
	say("begins\nlabel\nrest\n", 99);
	check_str(buf_str(&it.told), "unknown; ");
	check_contains(it.why.message, "says more than there is to say of a label");
	check_contains(it.evidence, "labels 0");
	end();
}

static void test_a_flood_without_end_of_line_is_bounded(void)
{
	begin_sent();
	for (size_t said = 0; said < PRINTER_HEARD_MAX; said++)
		say("x", 1);
	check_str(buf_str(&it.told), "");
	say("x", 1);
	check_str(buf_str(&it.told), "unknown; ");
	say("x", 1); /* nobody listens */
	check_str(buf_str(&it.told), "unknown; ");
	end();
}

static void test_a_report_that_was_lost_proves_nothing(void)
{
	begin_sent();
	say("begins\nlab", 99);
	fake_lose(it.fake);
	check_str(buf_str(&it.told), "unknown; ");
	check_contains(it.why.message, "said something of the label that was lost");
	buf_reset(&it.fake->seen);
	print(); /* what was found before the lost one says nothing */
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n");
	end();
}

static void test_a_printer_that_was_pulled_out_proves_nothing(void)
{
	static const char *const said[] = { "", "begins\n", "begins\nlabel\n",
		"begins\nlabel\nrest\n" };

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		check_row(said[i]);
		begin_sent();
		say(said[i], 99);
		fake_gone(it.fake);
		fake_here(it.fake);
		it.fake->is_reading = true;
		say("begins\nlabel\nrest\n", 99);
		fake_loop_run(it.loop, 0);
		check_str(buf_str(&it.told), "gone; unknown; here; ");
		check_contains(it.why.message, "was disconnected with the label inside");
		end();
	}
	check_row(NULL);
}

static void test_the_printer_may_be_freed_when_its_label_ends(void)
{
	static const char *const said[] = { "begins\nlabel\nrest\n", "begins\nstops\n" };

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		check_row(said[i]);
		begin_sent();
		it.free_on_result = true;
		say(said[i], 99);
		fake_loop_run(it.loop, 0);
		check(it.printer == NULL);
		end();
	}
	check_row(NULL);
}

/* --- while its bytes are taken -------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name;
	size_t taken;
	const char *said;
	const char *told;
	const char *message;
} early[] = {
	{ "a label of before", 0, "begins\nlabel\n", "failed; ", "reported a label before it had all of this one" },
	{ "a label with a part of it", 3, "begins\nlabel\n", "unknown; ", "reported a label before it had all of this one" },
	{ "it stops with none of it", 0, "stops\n", "failed; ", "stopped with the label inside" },
	{ "it stops with a part of it", 3, "stops\n", "unknown; ", "stopped with the label inside" },
};
/* clang-format on */

static void test_a_report_before_all_bytes_were_taken_cuts_the_label(void)
{
	for (size_t i = 0; i < ARRAY_LEN(early); i++) {
		check_row(early[i].name);
		begin_taking(early[i].taken);
		say(early[i].said, 99);
		say("noise\nlabel\n", 99); /* while the rest is called back */
		fake_loop_run(it.loop, 0);
		check_str(buf_str(&it.told), early[i].told);
		check_contains(it.why.message, early[i].message);
		check_int(it.fake->cut, 1);
		check_int(it.fake->labels, 0);
		end();
	}
	check_row(NULL);
}

static void test_a_label_that_went_all_the_same_is_not_proved_by_what_came_early(void)
{
	begin_taking(3);
	it.fake->taken_late = strlen(label) - 3;
	say("begins\nlabel\nrest\n", 99);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "sent; unknown; ");
	check_contains(it.why.message, "reported a label before it had all of this one");
	check_int(it.fake->labels, 1);
	end();
}

static void test_a_printer_may_begin_before_the_last_byte_is_told(void)
{
	begin_taking(3);
	say("begins\n", 99);
	fake_release(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "sent; ");
	say("label\nrest\n", 99);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "sent; printed; ");
	end();
}

static void test_what_is_lost_while_bytes_are_taken_cuts_the_label(void)
{
	begin_taking(3);
	fake_lose(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "unknown; ");
	check_contains(it.why.message, "said something of the label that was lost");
	end();
}

/* --- when it is asked ----------------------------------------------------- */

static void test_nothing_is_asked_while_the_label_is_inside(void)
{
	struct err err = { 0 };

	begin_sent();
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n");
	check(it.fake->is_reading);
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 5, &err), &err);
	say("begins\n", 99);
	fake_loop_run(it.loop, 5000);
	say("label\n", 99);
	fake_loop_run(it.loop, 3000);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n");
	check_int(it.answered, 0);
	say("rest\n", 99);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n" ROUND);
	check_int(it.answered, 1);
	check_str(buf_str(&it.told), "printed; ");
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n" ROUND ROUND);
	end();
}

static void test_the_rounds_go_on_when_the_label_is_given_up(void)
{
	struct err err = { 0 };

	begin_sent();
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 5, &err), &err);
	fake_loop_run(it.loop, PRINTER_SETTLE_MS - PRINTER_WATCH_MS);
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n");
	fake_loop_run(it.loop, PRINTER_WATCH_MS + PRINTER_POLL_MS);
	check_str(buf_str(&it.told), "unknown; ");
	check_str(buf_str(&it.fake->seen), ROUND "label 8 1 ff\n" ROUND);
	check_int(it.answered, 1);
	end();
}

static void test_no_label_goes_while_an_answer_is_due(void)
{
	begin_heard();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS - BEGUN_MS + 100);
	check_str(buf_str(&it.fake->seen), "host\n");
	print();
	it.fake->silent[PRINTER_QUERY_HOST] = false;
	fake_loop_run(it.loop, PRINTER_ANSWER_MS - 101);
	check_str(buf_str(&it.fake->seen), "host\n");
	fake_loop_run(it.loop, 1);
	check_str(buf_str(&it.fake->seen), "host\n" ROUND "label 8 1 ff\n");
	end();
}

static void test_what_was_said_before_the_label_is_not_heard(void)
{
	begin_heard();
	check(!it.fake->is_reading);
	say("begins\nlabel\n", 99);
	print();
	fake_loop_run(it.loop, 0);
	say("rest\n", 99);
	fake_loop_run(it.loop, PRINTER_SETTLE_MS);
	check_str(buf_str(&it.told), "sent; unknown; ");
	check_evidence("heard: labels 0");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_it_reports_proves_the_label_or_not),
		CHECK_TEST(test_a_label_is_printed_in_its_own_time),
		CHECK_TEST(test_a_printer_that_does_not_answer_at_rest_is_asked_again),
		CHECK_TEST(test_the_power_up_bytes_wait_until_the_label_is_settled),
		CHECK_TEST(test_a_printer_that_never_answers_at_rest_proves_nothing),
		CHECK_TEST(test_it_is_asked_anew_when_it_said_more),
		CHECK_TEST(test_a_printer_in_use_at_rest_is_waited_for),
		CHECK_TEST(test_a_second_label_between_two_rounds_at_rest_proves_nothing),
		CHECK_TEST(test_a_printer_that_was_silent_before_proves_nothing),
		CHECK_TEST(test_a_flood_is_believed_no_more),
		CHECK_TEST(test_a_flood_without_end_of_line_is_bounded),
		CHECK_TEST(test_a_report_that_was_lost_proves_nothing),
		CHECK_TEST(test_a_printer_that_was_pulled_out_proves_nothing),
		CHECK_TEST(test_the_printer_may_be_freed_when_its_label_ends),
		CHECK_TEST(test_a_report_before_all_bytes_were_taken_cuts_the_label),
		CHECK_TEST(test_a_label_that_went_all_the_same_is_not_proved_by_what_came_early),
		CHECK_TEST(test_a_printer_may_begin_before_the_last_byte_is_told),
		CHECK_TEST(test_what_is_lost_while_bytes_are_taken_cuts_the_label),
		CHECK_TEST(test_nothing_is_asked_while_the_label_is_inside),
		CHECK_TEST(test_the_rounds_go_on_when_the_label_is_given_up),
		CHECK_TEST(test_no_label_goes_while_an_answer_is_due),
		CHECK_TEST(test_what_was_said_before_the_label_is_not_heard),
	};
	return check_run("daemon/bench/printer_heard", tests, ARRAY_LEN(tests));
}
