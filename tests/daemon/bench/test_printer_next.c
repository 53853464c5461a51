/* daemon/bench/printer_round for a label right after another: what was just found, and what is
 * asked anew. */

#include "tests/daemon/bench/printer_rig.h"

/* Rounds since the last call; each label was asked for anew. */
static unsigned rounds_take(void)
{
	unsigned rounds = it.fake->asked[PRINTER_QUERY_COUNTER];

	memset(it.fake->asked, 0, sizeof(it.fake->asked));
	return rounds;
}

static void print_one(void)
{
	buf_reset(&it.told);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
}

static void test_the_round_that_proves_a_label_is_the_one_that_the_next_needs(void)
{
	begin();
	(void)rounds_take();
	print_one();
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	check_int(rounds_take(), 2); /* before it and after it */
	print_one();
	check_str(buf_str(&it.told), "sent 101; printed 102; ");
	check_int(rounds_take(), 1);
	fake_loop_run(it.loop, PRINTER_FRESH_MS);
	print_one();
	check_str(buf_str(&it.told), "sent 102; printed 103; ");
	check_int(rounds_take(), 1);
	fake_loop_run(it.loop, PRINTER_FRESH_MS + 1);
	print_one();
	check_str(buf_str(&it.told), "sent 103; printed 104; ");
	check_int(rounds_take(), 2);
	end();
}

static void test_a_label_that_may_be_out_is_asked_for_anew(void)
{
	begin();
	print_one();
	(void)rounds_take();
	it.proof = (struct ledger_proof) { .is_needed = true, .has_counter = true, .counter = 101 };
	it.fake->counter = 102; /* it came out */
	print_one();
	check_str(buf_str(&it.told), "unknown 102; ");
	check_int(rounds_take(), 1);
	check_int(it.fake->labels, 1);
	end();
}

static void test_a_printer_that_was_just_unwell_is_asked_anew(void)
{
	begin();
	it.fake->state = PRINTER_HEAD_OPEN;
	print_one();
	check_str(buf_str(&it.told), "head_open; failed 100; ");
	it.fake->state = 0;
	print_one();
	check_str(buf_str(&it.told), "ok; sent 100; printed 101; ");
	end();
}

static void test_what_was_found_before_a_label_says_nothing_after_it(void)
{
	begin();
	it.fake->label_stays = true;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	fake_gone(it.fake);
	fake_here(it.fake);
	it.fake->remaining = 1; /* it is inside still */
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_contains(buf_str(&it.told), "unknown");
	check_contains(buf_str(&it.told), "failed");
	check_contains(it.why.message, "still holds another label");
	check_int(it.fake->labels, 1);
	end();
}

static void test_while_a_label_is_inside_its_printer_is_asked_for_that(void)
{
	struct err err = { 0 };

	begin();
	print();
	fake_loop_run(it.loop, 0);
	it.fake->label_stays = true;
	it.fake->remaining = 1;
	memset(it.fake->asked, 0, sizeof(it.fake->asked));
	fake_loop_run(it.loop, 3 * PRINTER_POLL_MS);
	check_str(buf_str(&it.told), "sent 100; ");
	check(it.fake->asked[PRINTER_QUERY_HOST] >= 3 * PRINTER_POLL_MS / PRINTER_WATCH_MS - 3);
	/* and for all of it as often as at rest */
	check_int(it.fake->asked[PRINTER_QUERY_FAULTS], 3);
	check_int(rounds_take(), 3);
	check_ok(printer_ask(it.printer, true, on_truth, NULL, 4, &err), &err);
	check_int(it.answered, 0); /* a label is inside */
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_int(it.answered_tag, 4);
	check_int(rounds_take(), 1);
	it.fake->state = PRINTER_MEDIA_OUT;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_contains(buf_str(&it.told), "media_out; unknown");
	end();
}

static void test_who_takes_what_was_just_found_is_answered_at_once(void)
{
	struct err err = { 0 };

	begin();
	check_ok(printer_ask(it.printer, true, on_truth, NULL, 1, &err), &err);
	check_int(it.answered, 0); /* too long ago */
	fake_loop_run(it.loop, 0);
	check_int(it.answered, 1);
	it.fake->counter = 150;
	check_ok(printer_ask(it.printer, true, on_truth, NULL, 2, &err), &err);
	check_int(it.answered_tag, 2);
	check_int(it.answer.counter, 100);
	check_str(it.answer.plug, "fake 1");
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 3, &err), &err);
	check_int(it.answered_tag, 2);
	fake_loop_run(it.loop, 0);
	check_int(it.answered_tag, 3);
	check_int(it.answer.counter, 150);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_round_that_proves_a_label_is_the_one_that_the_next_needs),
		CHECK_TEST(test_a_label_that_may_be_out_is_asked_for_anew),
		CHECK_TEST(test_a_printer_that_was_just_unwell_is_asked_anew),
		CHECK_TEST(test_what_was_found_before_a_label_says_nothing_after_it),
		CHECK_TEST(test_while_a_label_is_inside_its_printer_is_asked_for_that),
		CHECK_TEST(test_who_takes_what_was_just_found_is_answered_at_once),
	};
	return check_run("daemon/bench/printer_next", tests, ARRAY_LEN(tests));
}
