/* daemon/bench/printer_label: what may be said of a label, and when it may go. */

#include "tests/daemon/bench/printer_rig.h"

static void test_a_label_is_printed_when_the_counter_moved_by_one(void)
{
	begin();
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	check_int(it.fake->labels, 1);
	check_contains(it.evidence, "before: counter 100");
	check_contains(it.evidence, "taken 13 of 13 bytes; now: counter 101, formats waiting 0");
	check_int(it.why.code, ERR_NONE);
	end();
}

static void test_every_result_names_the_device_whose_counter_it_tells(void)
{
	begin();
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	check_str(buf_str(&it.told), "sent 100; ");
	check_str(it.plug, "fake 1");
	it.plug[0] = '\0';
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_contains(buf_str(&it.told), "printed 101; ");
	check_str(it.plug, "fake 1");
	it.fake->label_stays = true;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	fake_gone(it.fake);
	it.fake->plug = "fake 2";
	fake_here(it.fake);
	fake_loop_run(it.loop, 0);
	check_contains(buf_str(&it.told), "unknown 101; ");
	check_str(it.plug, "fake 1");
	it.fake->label_stays = false;
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_contains(buf_str(&it.told), "printed 102; ");
	check_str(it.plug, "fake 2");
	end();
}

static void test_answers_in_pieces_are_put_together(void)
{
	begin();
	it.fake->in_bytes = true;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	end();
}

static void test_a_label_is_not_printed_before_the_buffers_are_empty(void)
{
	begin();
	print();
	it.fake->label_stays = true;
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	it.fake->counter++;
	it.fake->remaining = 1;
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "sent 100; ");
	it.fake->remaining = 0;
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	end();
}

static void test_the_last_label_of_the_roll_is_printed(void)
{
	begin();
	it.fake->label_state = PRINTER_MEDIA_OUT;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; media_out; printed 101; ");
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned step;      /* of the counter */
	unsigned state;     /* after the label came */
	uint64_t before;    /* counter */
	bool no_counter;
	bool is_silent_after;
	const char *told;
	const char *message;
} unknowns[] = {
	{ "counter moved by 2", 2, 0, 100, false, false, "sent 100; unknown 102; ", "counted other labels" },
	{ "counter went back", (unsigned)-1, 0, 5000000000, false, false, "sent 5000000000; unknown 9294967295; ", "counted other labels" },
	{ "head opened", 0, PRINTER_HEAD_OPEN, 100, false, false, "sent 100; head_open; unknown 100; ", "stopped with the label inside" },
	{ "out of labels", 0, PRINTER_MEDIA_OUT, 100, false, false, "sent 100; media_out; unknown 100; ", "stopped with the label inside" },
	{ "the counter never moves", 0, 0, 100, false, false, "sent 100; unknown 100; ", "did not say in time" },
	{ "silent afterwards", 1, 0, 100, false, true, "sent 100; silent; unknown; ", "did not say in time" },
	{ "no counter", 1, 0, 100, true, false, "sent; unknown; ", "no counter to prove" },
};
/* clang-format on */

static void test_what_no_counter_proves_is_unknown(void)
{
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++) {
		check_row(unknowns[i].name);
		begin();
		it.fake->counter = unknowns[i].before;
		it.fake->label_step = unknowns[i].step;
		it.fake->label_state = unknowns[i].state;
		it.fake->silent[PRINTER_QUERY_COUNTER] = unknowns[i].no_counter;
		print();
		fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
		for (unsigned q = 0; q < PRINTER_QUERIES; q++)
			it.fake->silent[q] |= unknowns[i].is_silent_after;
		fake_loop_run(it.loop, PRINTER_SETTLE_MS + 1000);
		check_str(buf_str(&it.told), unknowns[i].told);
		check_contains(it.why.message, unknowns[i].message);
		check_str(it.why.hint, "look whether the label came out");
		check_int(it.fake->labels, 1);
		end();
	}
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned state, formats, remaining, partial;
	const char *told;
	const char *message;
} refusals[] = {
	{ "out of labels", PRINTER_MEDIA_OUT, 0, 0, 0, "media_out; failed 100; ", "printer 'P1' cannot print: media_out" },
	{ "head open and paused", PRINTER_HEAD_OPEN | PRINTER_PAUSED, 0, 0, 0, "head_open paused; failed 100; ", "cannot print: head_open paused" },
	{ "a label waits", 0, 1, 0, 0, "failed 100; ", "still holds another label" },
	{ "a label prints", 0, 0, 2, 0, "failed 100; ", "still holds another label" },
	{ "half a label that cannot be cancelled", 0, 0, 0, 9, "failed 100; ", "still holds another label" },
};
/* clang-format on */

static void test_a_printer_that_cannot_print_is_sent_nothing(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		check_row(refusals[i].name);
		begin();
		it.fake->state = refusals[i].state;
		it.fake->formats = refusals[i].formats;
		it.fake->remaining = refusals[i].remaining;
		it.fake->partial = refusals[i].partial;
		print();
		fake_loop_run(it.loop, 100);
		check_str(buf_str(&it.told), refusals[i].told);
		check_contains(it.why.message, refusals[i].message);
		check_contains(it.why.hint, "nothing was sent");
		check_int(it.fake->labels, 0);
		end();
	}
}

static void test_half_a_label_from_before_is_cancelled_first(void)
{
	begin();
	it.fake->partial = 1;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	check_int(it.fake->cancels, 1);
	end();
}

static void test_a_printer_that_is_not_here_is_sent_nothing(void)
{
	open_it();
	print();
	fake_loop_run(it.loop, 0);
	check_contains(buf_str(&it.told), "failed; ");
	check_contains(it.why.message, "is not connected");
	end();
}

static void test_a_silent_printer_gets_its_label_and_nothing_is_claimed(void)
{
	begin();
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	print();
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "silent; sent; ");
	fake_loop_run(it.loop, PRINTER_SETTLE_MS);
	check_str(buf_str(&it.told), "silent; sent; unknown; ");
	end();
}

/* The first one waits for the word of a printer that spoke; those after it do not. */
static void test_silence_is_waited_for_once(void)
{
	begin();
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	int64_t begin_ms = fake_now_ms();

	while (!strstr(buf_str(&it.told), "unknown"))
		fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check(fake_now_ms() - begin_ms > PRINTER_SETTLE_MS - 2 * PRINTER_WATCH_MS);
	for (unsigned more = 0; more < 3; more++) {
		buf_reset(&it.told);
		begin_ms = fake_now_ms();
		print();
		while (!strstr(buf_str(&it.told), "unknown") &&
			fake_now_ms() - begin_ms < PRINTER_SETTLE_MS)
			fake_loop_run(it.loop, PRINTER_WATCH_MS);
		check_contains(buf_str(&it.told), "sent; unknown; ");
		/* a silent round, or what is left of one and a round, and the wait */
		check(fake_now_ms() - begin_ms <= 5 * PRINTER_ANSWER_MS + PRINTER_MUTE_MS);
	}
	it.fake->silent[PRINTER_QUERY_HOST] = it.fake->silent[PRINTER_QUERY_FAULTS] = false;
	it.fake->silent[PRINTER_QUERY_COUNTER] = false;
	fake_loop_run(it.loop, 2 * PRINTER_POLL_MS);
	buf_reset(&it.told);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS + PRINTER_ANSWER_MS);
	check_contains(buf_str(&it.told), "printed "); /* it speaks again, and is believed again */
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	struct ledger_proof proof;
	unsigned formats;
	unsigned state;
	bool no_counter;
	const char *told;
} proofs[] = {
	{ "the counter is what it was", { true, true, 100 }, 0, 0, false, "sent 100; printed 101; " },
	{ "the counter has moved", { true, true, 99 }, 0, 0, false, "unknown 100; " },
	{ "there was no counter", { true, false, 0 }, 0, 0, false, "unknown 100; " },
	{ "there is no counter now", { true, true, 100 }, 0, 0, true, "unknown; " },
	{ "it still holds a label", { true, true, 100 }, 1, 0, false, "unknown 100; " },
	{ "it cannot print", { true, true, 100 }, 0, PRINTER_JAM, false, "jam; unknown 100; " },
};
/* clang-format on */

/* It may have held one, which came out in place of this one. */
static void test_a_counter_proves_nothing_of_a_printer_that_did_not_say_it_was_empty(void)
{
	begin();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	print();
	fake_loop_run(it.loop, PRINTER_ANSWER_MS);
	check_str(buf_str(&it.told), "silent; sent 100; ");
	it.fake->silent[PRINTER_QUERY_HOST] = false;
	fake_loop_run(it.loop, PRINTER_WATCH_MS + PRINTER_ANSWER_MS);
	check_contains(buf_str(&it.told), "unknown 101; ");
	check_contains(it.why.message, "may have held another label before");
	end();
}

static void test_a_label_that_was_sent_before_goes_out_only_with_proof(void)
{
	for (size_t i = 0; i < ARRAY_LEN(proofs); i++) {
		check_row(proofs[i].name);
		begin();
		it.proof = proofs[i].proof;
		it.fake->formats = proofs[i].formats;
		it.fake->state = proofs[i].state;
		it.fake->silent[PRINTER_QUERY_COUNTER] = proofs[i].no_counter;
		print();
		fake_loop_run(it.loop, PRINTER_ANSWER_MS + PRINTER_WATCH_MS);
		check_str(buf_str(&it.told), proofs[i].told);
		check_int(it.fake->labels, i == 0);
		end();
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_printed_when_the_counter_moved_by_one),
		CHECK_TEST(test_every_result_names_the_device_whose_counter_it_tells),
		CHECK_TEST(test_answers_in_pieces_are_put_together),
		CHECK_TEST(test_a_label_is_not_printed_before_the_buffers_are_empty),
		CHECK_TEST(test_the_last_label_of_the_roll_is_printed),
		CHECK_TEST(test_what_no_counter_proves_is_unknown),
		CHECK_TEST(test_a_printer_that_cannot_print_is_sent_nothing),
		CHECK_TEST(test_half_a_label_from_before_is_cancelled_first),
		CHECK_TEST(test_a_printer_that_is_not_here_is_sent_nothing),
		CHECK_TEST(test_a_silent_printer_gets_its_label_and_nothing_is_claimed),
		CHECK_TEST(test_silence_is_waited_for_once),
		CHECK_TEST(
			test_a_counter_proves_nothing_of_a_printer_that_did_not_say_it_was_empty),
		CHECK_TEST(test_a_label_that_was_sent_before_goes_out_only_with_proof),
	};
	return check_run("daemon/bench/printer_label", tests, ARRAY_LEN(tests));
}
