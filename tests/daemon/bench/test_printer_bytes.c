/* daemon/bench/printer_label while the bytes of a label are on their way: none, some or all were
 * taken. */

#include "tests/daemon/bench/printer_rig.h"

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

int main(void)
{
	static const struct check_test tests[] = {
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
	};
	return check_run("daemon/bench/printer_bytes", tests, ARRAY_LEN(tests));
}
