/* daemon/bench/printer: rounds of questions, and what may be said of a label. */
#include "daemon/bench/printer.h"

#include <stdio.h>

#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

static const char label[] = "label 8 1 ff\n";

/* One printer under test and what it told. */
static struct {
	struct loop *loop;
	struct fake_port *fake;
	struct printer *printer;
	struct buf told; /* "here; ok; sent 100; printed 101; " */
	char evidence[600];
	struct err why;
	bool has_before;
	struct ledger_proof proof;
	bool free_on_result;
	bool free_on_change;
	uint64_t answered_tag;
	unsigned answered;
	struct printer_truth answer;
} it;

static void on_here(void *arg, bool here)
{
	(void)arg;
	buf_add_str(&it.told, here ? "here; " : "gone; ");
}

static void on_changed(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &it.told);
	buf_add_str(&it.told, "; ");
	if (!it.free_on_change)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	check_int(result->job, 7);
	buf_addf(&it.told, "%s", printer_result_word(result->state));
	if (result->has_counter)
		buf_addf(&it.told, " %llu", (unsigned long long)result->counter);
	buf_add_str(&it.told, "; ");
	snprintf(it.evidence, sizeof(it.evidence), "%s", result->evidence);
	it.why = result->why;
	it.has_before = result->has_before;
	if (!it.free_on_result)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static void on_truth(void *arg, uint64_t tag, const struct printer_truth *truth)
{
	(void)arg;
	it.answered_tag = tag;
	it.answered++;
	it.answer = *truth;
}

static const struct printer_events events = { on_here, on_changed, on_result };

/* A printer that nobody plugged in yet. */
static void open_with(const struct printer_driver *driver)
{
	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	it.fake = fake_port_reset();
	struct printer_setup setup = {
		.loop = it.loop,
		.name = "P1",
		.identity = "usb-1",
		.transport = &fake_transport,
		.driver = driver,
		.events = &events,
	};
	struct err err = { 0 };

	it.printer = printer_new(&setup, &err);
	check(it.printer != NULL);
}

static void open_it(void)
{
	open_with(&printer_driver_null);
}

/* A printer that is here and asked once. */
static void begin(void)
{
	open_it();
	fake_here(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "here; ok; ");
	buf_reset(&it.told);
}

static void end(void)
{
	printer_free(it.printer);
	loop_free(it.loop);
	buf_done(&it.told);
	buf_done(&it.fake->seen);
}

static void print(void)
{
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, bytes_of_str(label), &it.proof, &err), &err);
}

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
	fake_loop_run(it.loop, 50);
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
		fake_loop_run(it.loop, 50);
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
	size_t taken;
	const char *told;
} refused_rests[] = {
	{ "at once", 0, "failed 100; " },
	{ "after some bytes", 6, "unknown 100; " },
};
/* clang-format on */

static void test_a_printer_that_refuses_the_rest_is_told(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused_rests); i++) {
		check_row(refused_rests[i].name);
		begin_held();
		it.fake->taken_late = refused_rests[i].taken;
		fake_refuse(it.fake);
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
	fake_refuse(it.fake);
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
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	it.fake->taken_late = strlen(printer_driver_null.query[PRINTER_QUERY_HOST]);
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

static void test_a_cable_pulled_before_the_first_byte_is_failed(void)
{
	begin_held();
	fake_gone(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "gone; failed 100; silent; ");
	end();
}

/* What is back may be another one, however well its counter fits. */
static void test_a_counter_read_after_the_cable_was_pulled_proves_nothing(void)
{
	begin();
	it.fake->label_stays = true;
	print();
	fake_loop_run(it.loop, 50);
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

/* --- asking */

static void test_a_change_is_told_within_two_seconds(void)
{
	begin();
	for (unsigned pause_ms = 0; pause_ms < 1200; pause_ms += 100) {
		fake_loop_run(it.loop, pause_ms);
		it.fake->state = PRINTER_HEAD_OPEN;
		/* as the guide says of ~HS with the head open */
		it.fake->silent[PRINTER_QUERY_HOST] = true;
		fake_loop_run(it.loop, 2000);
		check_str(buf_str(&it.told), "head_open; ");
		buf_reset(&it.told);
		it.fake->state = 0;
		it.fake->silent[PRINTER_QUERY_HOST] = false;
		fake_loop_run(it.loop, 2000);
		check_contains(buf_str(&it.told), "ok; ");
		check_int(printer_truth_get(it.printer)->state, PRINTER_OK);
		buf_reset(&it.told);
	}
	end();
}

static void test_silence_is_told_within_two_seconds(void)
{
	begin();
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	fake_loop_run(it.loop, 2000);
	check_str(buf_str(&it.told), "silent; ");
	check(!printer_truth_get(it.printer)->answered);
	end();
}

static void test_asking_a_silent_printer_holds_a_label_up_by_one_deadline_only(void)
{
	begin();
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS + 1); /* the first question of a round is out */
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = false;
	print();
	fake_loop_run(it.loop, PRINTER_ANSWER_MS + PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	end();
}

static void test_garbage_is_not_an_answer(void)
{
	begin();
	it.fake->instead = "host what\n";
	fake_loop_run(it.loop, 2000);
	check_str(buf_str(&it.told), "silent; ");
	it.fake->instead = NULL;
	fake_loop_run(it.loop, 2000);
	check_str(buf_str(&it.told), "silent; ok; ");
	end();
}

static void test_an_endless_answer_ends_at_its_limit(void)
{
	static char flood[2 * PRINTER_REPLY_MAX];

	memset(flood, 'x', sizeof(flood) - 1);
	begin();
	it.fake->instead = flood;
	fake_loop_run(it.loop, 2000);
	check_str(buf_str(&it.told), "silent; ");
	end();
}

static void test_reading_is_on_only_while_an_answer_is_due(void)
{
	begin();
	check(!it.fake->is_reading);
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS + 1);
	check(it.fake->is_reading);
	fake_loop_run(it.loop, PRINTER_ANSWER_MS);
	check(!it.fake->is_reading);
	end();
}

static void test_an_asker_gets_answers_younger_than_its_question(void)
{
	struct err err = { 0 };

	begin();
	it.fake->silent[PRINTER_QUERY_COUNTER] = true;
	fake_loop_run(
		it.loop, PRINTER_POLL_MS + 1); /* HOST and FAULTS are answered, COUNTER is due */
	it.fake->silent[PRINTER_QUERY_COUNTER] = false;
	it.fake->state = PRINTER_PAUSED;
	check_ok(printer_ask(it.printer, on_truth, NULL, 42, &err), &err);
	fake_loop_run(it.loop, PRINTER_ANSWER_MS);
	check_int(it.answered, 1);
	check_int(it.answered_tag, 42);
	check_int(it.answer.state, PRINTER_PAUSED);
	check_int(it.answer.counter, 100);
	check(it.answer.answered);
	end();
}

static void test_too_many_askers_are_refused(void)
{
	struct err err = { 0 };

	begin();
	for (unsigned i = 0; i < PRINTER_ASKERS_MAX; i++)
		check_ok(printer_ask(it.printer, on_truth, NULL, i, &err), &err);
	check(!printer_ask(it.printer, on_truth, NULL, 99, &err));
	check_err(&err, ERR_BUSY, "asked too often");
	fake_loop_run(it.loop, 0);
	check_int(it.answered, PRINTER_ASKERS_MAX);
	end();
}

static unsigned seen_count(const char *line)
{
	unsigned count = 0;

	for (const char *at = strstr(buf_str(&it.fake->seen), line); at; at = strstr(at + 1, line))
		count++;
	return count;
}

static void test_power_up_bytes_come_first_and_again_after_silence(void)
{
	struct printer_driver driver = printer_driver_null;

	driver.power_up = "up\n";
	open_with(&driver);
	fake_here(it.fake);
	fake_loop_run(it.loop, 5000);
	check_str(buf_str(&it.told), "here; ok; ");
	check(memcmp(it.fake->seen.data, "up\nhost\n", 8) == 0);
	check_int(seen_count("up\n"), 1);
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	fake_loop_run(it.loop, 10000);
	check_int(seen_count("up\n"), 1); /* a silent printer is not fed */
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = false;
	fake_loop_run(it.loop, 5000);
	check_int(seen_count("up\n"), 2);
	end();
}

static void test_a_printer_that_takes_no_byte_is_silent(void)
{
	struct printer_driver driver = printer_driver_null;

	driver.power_up = "up\n";
	open_with(&driver);
	it.fake->is_holding = true;
	fake_here(it.fake);
	fake_loop_run(it.loop, 2000);
	check_str(buf_str(&it.told), "here; silent; ");
	check(it.fake->cut > 0);
	check_int(it.fake->seen.len, 0);
	end();
}

static void test_a_cable_pulled_in_a_question_is_silent_at_once(void)
{
	begin();
	it.fake->silent[PRINTER_QUERY_HOST] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS + 1);
	fake_gone(it.fake);
	check_str(buf_str(&it.told), "gone; silent; ");
	check(!printer_is_here(it.printer));
	end();
}

static void test_an_answer_may_come_before_its_question_is_all_taken(void)
{
	static const char answer[] = "host 0 0 0 0\n";

	begin();
	it.fake->silent[PRINTER_QUERY_HOST] = true; /* it answered already, below */
	it.fake->is_holding = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS + 1);
	it.fake->port->events->received(it.fake->port->arg, bytes_of_str(answer));
	fake_release(it.fake);
	fake_loop_run(it.loop, PRINTER_ANSWER_MS - 2);
	check_str(buf_str(&it.told), "");
	check_int(it.fake->asked[PRINTER_QUERY_COUNTER], 2);
	check_int(printer_truth_get(it.printer)->state, PRINTER_OK);
	end();
}

static void test_a_language_without_a_counter_proves_nothing(void)
{
	struct printer_driver driver = printer_driver_null;

	driver.query[PRINTER_QUERY_COUNTER] = NULL;
	open_with(&driver);
	fake_here(it.fake);
	fake_loop_run(it.loop, 0);
	print();
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check_str(buf_str(&it.told), "here; ok; sent; unknown; ");
	check_contains(it.why.message, "has no counter to prove");
	end();
}

/* --- edges */

static void test_one_label_at_a_time(void)
{
	struct err err = { 0 };
	int64_t job = 0;
	bool is_begun = true;
	static uint8_t large[PRINTER_JOB_BYTES_MAX + 1];

	begin();
	check(!printer_job_is_open(it.printer, &job, &is_begun));
	check(!printer_print(it.printer, 7, bytes_of(NULL, 0), &it.proof, &err));
	check_err(&err, ERR_INVALID, "no bytes");
	check(!printer_print(it.printer, 7, bytes_of(large, sizeof(large)), &it.proof, &err));
	check_err(&err, ERR_TOO_LARGE, "more than");
	print();
	check(printer_job_is_open(it.printer, &job, &is_begun));
	check_int(job, 7);
	check(!is_begun);
	check(!printer_print(it.printer, 8, bytes_of_str(label), &it.proof, &err));
	check_err(&err, ERR_BUSY, "a label under way");
	fake_loop_run(it.loop, 0);
	check(printer_job_is_open(it.printer, &job, &is_begun));
	check(is_begun);
	fake_loop_run(it.loop, PRINTER_WATCH_MS);
	check(!printer_job_is_open(it.printer, &job, &is_begun));
	end();
}

static void test_a_printer_may_be_freed_inside_its_events(void)
{
	begin();
	it.free_on_result = true;
	print();
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check(it.printer == NULL);
	end();
	begin();
	it.free_on_change = true;
	it.fake->state = PRINTER_JAM;
	print();
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check(it.printer == NULL);
	check_str(buf_str(&it.told), "jam; ");
	end();
}

static void test_a_place_that_makes_no_sense_is_refused(void)
{
	struct err err = { 0 };
	struct printer_setup setup = {
		.name = "P1",
		.identity = "nowhere",
		.transport = &fake_transport,
		.driver = &printer_driver_null,
		.events = &events,
	};

	check(printer_new(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "no such place");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_printed_when_the_counter_moved_by_one),
		CHECK_TEST(test_answers_in_pieces_are_put_together),
		CHECK_TEST(test_a_label_is_not_printed_before_the_buffers_are_empty),
		CHECK_TEST(test_the_last_label_of_the_roll_is_printed),
		CHECK_TEST(test_what_no_counter_proves_is_unknown),
		CHECK_TEST(test_a_printer_that_cannot_print_is_sent_nothing),
		CHECK_TEST(test_half_a_label_from_before_is_cancelled_first),
		CHECK_TEST(test_a_printer_that_is_not_here_is_sent_nothing),
		CHECK_TEST(test_a_silent_printer_gets_its_label_and_nothing_is_claimed),
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
		CHECK_TEST(test_a_cable_pulled_before_the_first_byte_is_failed),
		CHECK_TEST(test_a_counter_read_after_the_cable_was_pulled_proves_nothing),
		CHECK_TEST(test_a_label_that_waits_is_not_proved_by_another_printer),
		CHECK_TEST(test_a_change_is_told_within_two_seconds),
		CHECK_TEST(test_silence_is_told_within_two_seconds),
		CHECK_TEST(test_asking_a_silent_printer_holds_a_label_up_by_one_deadline_only),
		CHECK_TEST(test_garbage_is_not_an_answer),
		CHECK_TEST(test_an_endless_answer_ends_at_its_limit),
		CHECK_TEST(test_reading_is_on_only_while_an_answer_is_due),
		CHECK_TEST(test_an_asker_gets_answers_younger_than_its_question),
		CHECK_TEST(test_too_many_askers_are_refused),
		CHECK_TEST(test_power_up_bytes_come_first_and_again_after_silence),
		CHECK_TEST(test_a_printer_that_takes_no_byte_is_silent),
		CHECK_TEST(test_a_cable_pulled_in_a_question_is_silent_at_once),
		CHECK_TEST(test_an_answer_may_come_before_its_question_is_all_taken),
		CHECK_TEST(test_a_language_without_a_counter_proves_nothing),
		CHECK_TEST(test_one_label_at_a_time),
		CHECK_TEST(test_a_printer_may_be_freed_inside_its_events),
		CHECK_TEST(test_a_place_that_makes_no_sense_is_refused),
	};
	return check_run("daemon/bench/printer", tests, ARRAY_LEN(tests));
}
