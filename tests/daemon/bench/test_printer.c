/* daemon/bench/printer, printer_round: rounds of questions, and who is answered. */

#include "daemon/bench/deadline.h"
#include "tests/daemon/bench/printer_rig.h"

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

static void test_an_answer_that_waits_while_we_do_not_run_is_no_silence(void)
{
	for (int64_t stall_ms = PRINTER_ANSWER_MS + DEADLINE_LATE_MS + 1; stall_ms < 3000;
		stall_ms += 13) {
		begin();
		it.fake->is_holding = true;
		fake_loop_run(it.loop, PRINTER_POLL_MS); /* a question is out */
		fake_release(it.fake);                   /* and answered, which we do not see */
		fake_stall(stall_ms);
		fake_loop_run(it.loop, DEADLINE_PUT_OFF_MS + 1);
		check_str(buf_str(&it.told), "");
		check_int(printer_truth_get(it.printer)->state, PRINTER_OK);
		end();
	}
}

static void test_a_label_that_comes_out_while_we_do_not_run_is_printed(void)
{
	begin();
	it.fake->label_stays = true;
	print();
	fake_loop_run(it.loop, 0);
	it.fake->remaining = 1;
	fake_loop_run(it.loop, PRINTER_SETTLE_MS - 50);
	check_str(buf_str(&it.told), "sent 100; ");
	it.fake->remaining = 0;
	it.fake->counter++;
	fake_stall(5000);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "sent 100; printed 101; ");
	end();
}

static void test_a_stall_puts_silence_off_once_only(void)
{
	begin();
	for (unsigned q = 0; q < PRINTER_QUERIES; q++)
		it.fake->silent[q] = true;
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	fake_stall(2000);
	loop_step(it.loop, 0);
	fake_stall(2000);
	loop_step(it.loop, 0);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, PRINTER_ANSWER_MS); /* the second question */
	check_str(buf_str(&it.told), "silent; ");
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
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 42, &err), &err);
	fake_loop_run(it.loop, PRINTER_ANSWER_MS);
	check_int(it.answered, 1);
	check_int(it.answered_tag, 42);
	check_int(it.answer.state, PRINTER_PAUSED);
	check_int(it.answer.counter, 100);
	check(it.answer.answered);
	end();
}

static void test_what_is_told_names_the_device_that_said_so(void)
{
	struct err err = { 0 };

	begin();
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 1, &err), &err);
	fake_loop_run(it.loop, 0);
	check_str(it.answer.plug, "fake 1");
	fake_gone(it.fake);
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 2, &err), &err);
	fake_loop_run(it.loop, PRINTER_POLL_MS);
	check_int(it.answered_tag, 2);
	check_str(it.answer.plug, "");
	check(!it.answer.has_counter);
	it.fake->plug = "fake 2";
	fake_here(it.fake);
	check_ok(printer_ask(it.printer, false, on_truth, NULL, 3, &err), &err);
	fake_loop_run(it.loop, 0);
	check_int(it.answered_tag, 3);
	check_str(it.answer.plug, "fake 2");
	end();
}

static void test_too_many_askers_are_refused(void)
{
	struct err err = { 0 };

	begin();
	for (unsigned i = 0; i < PRINTER_ASKERS_MAX; i++)
		check_ok(printer_ask(it.printer, false, on_truth, NULL, i, &err), &err);
	check(!printer_ask(it.printer, false, on_truth, NULL, 99, &err));
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

	driver.power_up = bytes_of_str("up\n");
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

	driver.power_up = bytes_of_str("up\n");
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
	static const char answer[] = "host 0 0 0 0 0\n";

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

	driver.query[PRINTER_QUERY_COUNTER] = bytes_of(NULL, 0);
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
		CHECK_TEST(test_a_change_is_told_within_two_seconds),
		CHECK_TEST(test_silence_is_told_within_two_seconds),
		CHECK_TEST(test_asking_a_silent_printer_holds_a_label_up_by_one_deadline_only),
		CHECK_TEST(test_an_answer_that_waits_while_we_do_not_run_is_no_silence),
		CHECK_TEST(test_a_label_that_comes_out_while_we_do_not_run_is_printed),
		CHECK_TEST(test_a_stall_puts_silence_off_once_only),
		CHECK_TEST(test_garbage_is_not_an_answer),
		CHECK_TEST(test_an_endless_answer_ends_at_its_limit),
		CHECK_TEST(test_reading_is_on_only_while_an_answer_is_due),
		CHECK_TEST(test_an_asker_gets_answers_younger_than_its_question),
		CHECK_TEST(test_what_is_told_names_the_device_that_said_so),
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
