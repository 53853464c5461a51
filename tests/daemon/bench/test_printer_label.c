/* daemon/bench/printer_label: what may be said of a label, and when it may go. */

#include "tests/daemon/bench/printer_rig.h"

/* --- one label */

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

/* --- bytes on their way */

/* Brings the label to where its bytes wait to be taken. */
static void begin_held(void)
{
	begin();
	print();
	while (it.fake->asked[PRINTER_QUERY_COUNTER] < 2)
		loop_step(it.loop, 0);
	it.fake->is_holding = true;
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "");
	check_int(it.fake->labels, 0);
}

static void test_no_byte_taken_is_failed(void)
{
	begin_held();
	fake_loop_run(it.loop, PRINTER_PROGRESS_MS - 1);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 1);
	check_str(buf_str(&it.told), "failed 100; ");
	check_contains(it.why.message, "takes no more bytes");
	check_int(it.fake->cut, 1);
	end();
}

static void test_some_bytes_taken_is_unknown_and_cancelled_before_the_next_label(void)
{
	begin_held();
	fake_take(it.fake, 6);
	fake_loop_run(it.loop, PRINTER_PROGRESS_MS);
	check_str(buf_str(&it.told), "unknown 100; ");
	check_contains(it.evidence, "taken 6 of 13 bytes");
	check_int(it.fake->cut, 1);
	fake_release(it.fake);
	buf_reset(&it.told);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS + PRINTER_ANSWER_MS);
	check_contains(buf_str(&it.told), "sent 100; printed 101; ");
	check_contains(buf_str(&it.fake->seen), "label cancel\n");
	end();
}

static void test_bytes_that_a_cable_took_unheard_are_no_failure(void)
{
	begin_held();
	it.fake->taken_late = 6;
	fake_loop_run(it.loop, PRINTER_PROGRESS_MS);
	check_str(buf_str(&it.told), "unknown 100; ");
	check_contains(it.why.message, "takes no more bytes");
	check_contains(it.evidence, "taken 6 of 13 bytes");
	end();
}

static void test_a_label_that_was_taken_whole_when_called_back_is_watched(void)
{
	begin_held();
	it.fake->taken_late = strlen(label);
	fake_loop_run(it.loop, PRINTER_PROGRESS_MS);
	check_str(buf_str(&it.told), "sent 100; ");
	check_int(it.fake->cut, 1);
	fake_release(it.fake);
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	enum err_code code;
	size_t taken;
	const char *told;
} refused_rests[] = {
	{ "at once", ERR_DEVICE_PROTOCOL, 0, "failed 100; " },
	{ "after some bytes", ERR_DEVICE_PROTOCOL, 6, "unknown 100; " },
	{ "broken off, no bytes counted", ERR_IO, 0, "unknown 100; " },
};
/* clang-format on */

static void test_a_printer_that_refuses_the_rest_is_told(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused_rests); i++) {
		check_row(refused_rests[i].name);
		begin_held();
		it.fake->taken_late = refused_rests[i].taken;
		fake_refuse(it.fake, refused_rests[i].code);
		check_str(buf_str(&it.told), refused_rests[i].told);
		check_contains(it.why.message, "refused the rest");
		check_int(it.fake->cut, 0);
		end();
	}
}

static void test_a_cable_pulled_while_a_label_is_called_back_ends_it_once(void)
{
	begin_held();
	fake_take(it.fake, 5);
	fake_loop_run(it.loop, PRINTER_PROGRESS_MS - 1);
	it.fake->is_stuck = true;
	fake_loop_run(it.loop, 1);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, PRINTER_SEND_MS);
	check_str(buf_str(&it.told), "");
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "gone; unknown 100; silent; ");
	end();
}

static void test_a_question_that_is_refused_has_no_answer(void)
{
	begin();
	it.fake->is_holding = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	fake_refuse(it.fake, ERR_DEVICE_PROTOCOL);
	it.fake->is_holding = false;
	fake_loop_run(it.loop, 0);
	check_int(it.fake->asked[PRINTER_QUERY_HOST], 1);
	check_int(it.fake->asked[PRINTER_QUERY_FAULTS], 2);
	check_str(buf_str(&it.told), "silent; ");
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check_str(buf_str(&it.told), "silent; ok; ");
	check_int(it.fake->asked[PRINTER_QUERY_HOST], 2);
	check_int(it.fake->cancels, 1);
	end();
}

static void test_a_question_that_was_taken_whole_when_called_back_is_over(void)
{
	begin();
	it.fake->is_holding = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS - BEGUN_MS);
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	it.fake->taken_late = printer_driver_null.query[PRINTER_QUERY_HOST].len;
	fake_loop_run(it.loop, PRINTER_ANSWER_MS - 1);
	it.fake->is_holding = false;
	fake_loop_run(it.loop, 1);
	check_int(it.fake->cut, 1);
	check_int(it.fake->asked[PRINTER_QUERY_HOST], 2);
	check_int(it.fake->asked[PRINTER_QUERY_FAULTS], 2);
	end();
}

static void test_an_answer_with_a_part_lost_is_none(void)
{
	begin();
	it.fake->silent[PRINTER_QUERY_COUNTER] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check_int(it.fake->asked[PRINTER_QUERY_COUNTER], 2);
	it.fake->port->events->received(it.fake->port->arg, bytes_of_str("counter 10"));
	fake_lose(it.fake);
	it.fake->port->events->received(it.fake->port->arg, bytes_of_str("1\n"));
	fake_loop_run(it.loop, 0);
	check(!printer_truth_get(it.printer)->has_counter);
	fake_lose(it.fake);
	check_str(buf_str(&it.told), "");
	end();
}

static void test_progress_keeps_a_slow_label_alive_up_to_its_deadline(void)
{
	begin_held();
	for (unsigned i = 0; i < 6; i++) {
		fake_loop_run(it.loop, PRINTER_PROGRESS_MS - 1);
		check_str(buf_str(&it.told), "");
		fake_take(it.fake, 1);
	}
	fake_loop_run(it.loop, PRINTER_SEND_MS - 6 * (PRINTER_PROGRESS_MS - 1));
	check_str(buf_str(&it.told), "unknown 100; ");
	check_contains(it.why.message, "too slowly");
	end();
}

static void test_partial_progress_then_the_rest_is_printed(void)
{
	begin_held();
	fake_take(it.fake, 5);
	fake_loop_run(it.loop, 2000);
	fake_release(it.fake);
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	check_int(it.fake->labels, 1);
	end();
}

static void test_a_cable_pulled_in_the_middle_is_unknown(void)
{
	begin_held();
	fake_take(it.fake, 5);
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "gone; unknown 100; silent; ");
	check_contains(it.why.message, "was disconnected");
	end();
}

/* The kernel does not say how much a transfer carried whose device left. */
static void test_a_cable_pulled_before_the_first_byte_was_counted_is_unknown(void)
{
	begin_held();
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "gone; unknown 100; silent; ");
	check_contains(it.evidence, "taken 0 of ");
	end();
}

/* What is back may be another one, however well its counter fits. */
static void test_a_counter_read_after_the_cable_was_pulled_proves_nothing(void)
{
	begin();
	it.fake->label_stays = true;
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
	check_str(buf_str(&it.told), "sent 100; ");
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	it.fake->counter++;
	fake_here(it.fake);
	fake_loop_run(it.loop, PRINTER_SETTLE_MS);
	check_str(buf_str(&it.told), "sent 100; gone; unknown 100; silent; here; ok; ");
	check_contains(it.why.message, "was disconnected with the label inside");
	check_contains(it.evidence, "before: counter 100");
	check(!it.has_before);
	end();
}

static void test_a_label_that_waits_is_not_proved_by_another_printer(void)
{
	begin();
	it.proof = (struct ledger_proof) { true, true, 100 };
	print();
	fake_gone(it.fake);
	fake_here(it.fake);
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check_contains(buf_str(&it.told), "unknown");
	check_int(it.fake->labels, 0);
	check(!it.has_before);
	end();
}

/* --- one right after another */

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
		CHECK_TEST(test_no_byte_taken_is_failed),
		CHECK_TEST(test_some_bytes_taken_is_unknown_and_cancelled_before_the_next_label),
		CHECK_TEST(test_bytes_that_a_cable_took_unheard_are_no_failure),
		CHECK_TEST(test_a_label_that_was_taken_whole_when_called_back_is_watched),
		CHECK_TEST(test_a_printer_that_refuses_the_rest_is_told),
		CHECK_TEST(test_a_cable_pulled_while_a_label_is_called_back_ends_it_once),
		CHECK_TEST(test_a_question_that_is_refused_has_no_answer),
		CHECK_TEST(test_a_question_that_was_taken_whole_when_called_back_is_over),
		CHECK_TEST(test_an_answer_with_a_part_lost_is_none),
		CHECK_TEST(test_progress_keeps_a_slow_label_alive_up_to_its_deadline),
		CHECK_TEST(test_partial_progress_then_the_rest_is_printed),
		CHECK_TEST(test_a_cable_pulled_in_the_middle_is_unknown),
		CHECK_TEST(test_a_cable_pulled_before_the_first_byte_was_counted_is_unknown),
		CHECK_TEST(test_a_counter_read_after_the_cable_was_pulled_proves_nothing),
		CHECK_TEST(test_a_label_that_waits_is_not_proved_by_another_printer),
		CHECK_TEST(test_the_round_that_proves_a_label_is_the_one_that_the_next_needs),
		CHECK_TEST(test_a_label_that_may_be_out_is_asked_for_anew),
		CHECK_TEST(test_a_printer_that_was_just_unwell_is_asked_anew),
		CHECK_TEST(test_what_was_found_before_a_label_says_nothing_after_it),
		CHECK_TEST(test_while_a_label_is_inside_its_printer_is_asked_for_that),
		CHECK_TEST(test_who_takes_what_was_just_found_is_answered_at_once),
	};
	return check_run("daemon/bench/printer_label", tests, ARRAY_LEN(tests));
}
