/* daemon/loop/loop: timers, by a clock that the test moves on. */
#include "daemon/loop/loop.h"

#include "tests/check.h"
#include "tests/daemon/loop/loop_rig.h"

static void test_timers_fire_in_the_order_of_their_deadlines(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	static const struct {
		char letter;
		int64_t delay_ms;
	} rows[] = { { 'e', 30000 }, { 'b', 10 }, { 'c', 10 }, { 'a', 0 }, { 'd', 11 } };
	struct note notes[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		notes[i] = (struct note) { .log = &log, .letter = rows[i].letter };
		loop_add_timer(loop, rows[i].delay_ms, 0, note_call, &notes[i]);
	}
	check_int(loop_next_due_ms(loop), 0);
	pass(loop, 0);
	check_str(buf_str(&log), "a");
	check_int(loop_next_due_ms(loop), 10);
	pass(loop, 9);
	check_str(buf_str(&log), "a");
	pass(loop, 2);
	check_str(buf_str(&log), "abcd");
	check_int(loop_next_due_ms(loop), 29989);
	pass(loop, loop_next_due_ms(loop));
	check_str(buf_str(&log), "abcde");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

static void late_note(void *arg)
{
	struct note *note = arg;

	buf_addf(note->log, "%lld ", (long long)loop_timer_late_ms(note->own));
}

static void test_timer_says_how_late_it_is(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log };

	note.own = loop_add_timer(loop, 10, 5, late_note, &note);
	pass(loop, 10);
	pass(loop, 8);
	pass(loop, 1002);
	check_str(buf_str(&log), "0 3 1000 ");
	loop_free(loop);
}

static void test_repeating_timer_keeps_its_beat_and_skips_what_it_missed(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };
	struct loop_handle *timer = loop_add_timer(loop, 5, 10, note_call, &note);

	pass(loop, 5);
	check_int(log.len, 1);
	pass(loop, 13); /* 3 late */
	check_int(log.len, 2);
	check_int(loop_next_due_ms(loop), 7);
	pass(loop, 70); /* six periods late: once, and the next a period from now */
	check_int(log.len, 3);
	check_int(loop_next_due_ms(loop), 10);
	loop_timer_set(timer, -1);
	check(!loop_timer_is_armed(timer));
	pass(loop, 100);
	check_int(log.len, 3);
	loop_remove(timer);
	loop_free(loop);
}

static void test_timer_is_armed_again_by_its_own_callback(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't', .arm_ms = 0 };

	note.arms = loop_add_timer(loop, -1, 0, note_call, &note);
	check(!loop_timer_is_armed(note.arms));
	pass(loop, 1000);
	check_int(log.len, 0);
	loop_timer_set(note.arms, 1);
	check(loop_timer_is_armed(note.arms));
	pass(loop, 1);
	check_int(log.len, 1); /* armed with no delay: in the next pass, not in this one */
	pass(loop, 0);
	check_int(log.len, 2);
	note.arm_ms = 30;
	pass(loop, 0);
	check_int(log.len, 3);
	check_int(loop_next_due_ms(loop), 30);
	loop_free(loop);
}

static void test_armed_timer_is_moved_to_its_new_place(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note a = { .log = &log, .letter = 'a' };
	struct note b = { .log = &log, .letter = 'b' };
	struct note c = { .log = &log, .letter = 'c' };
	struct loop_handle *first = loop_add_timer(loop, 10, 0, note_call, &a);
	struct loop_handle *last;

	loop_timer_set(first, 20); /* the only one: both ends of the queue */
	check_int(loop_next_due_ms(loop), 20);
	loop_add_timer(loop, 30, 0, note_call, &b);
	last = loop_add_timer(loop, 40, 0, note_call, &c);
	loop_timer_set(last, 10);
	check_int(loop_next_due_ms(loop), 10);
	loop_timer_set(first, 50);
	loop_timer_set(first, 50);
	pass(loop, 60);
	check_str(buf_str(&log), "cba");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

static void test_due_timer_can_be_removed_or_postponed_by_the_one_before(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct loop_handle *second;
	struct note note_a = { .log = &log, .letter = 'a', .kills = &second, .arm_ms = 50 };
	struct note note_b = { .log = &log, .letter = 'b' };
	struct note note_c = { .log = &log, .letter = 'c' };

	loop_add_timer(loop, 1, 0, note_call, &note_a);
	second = loop_add_timer(loop, 1, 0, note_call, &note_b);
	note_a.arms = loop_add_timer(loop, 1, 0, note_call, &note_c);
	pass(loop, 5);
	check_str(buf_str(&log), "a");
	pass(loop, 49);
	check_str(buf_str(&log), "a");
	pass(loop, 1);
	check_str(buf_str(&log), "ac");
	loop_free(loop);
}

static void test_timer_removes_itself_in_its_callback(void)
{
	struct loop *loop = test_loop();
	AUTO_BUF log = { 0 };
	struct note note = { .log = &log, .letter = 't' };

	note.own = loop_add_timer(loop, 1, 1, note_call, &note);
	note.kills = &note.own;
	for (int i = 0; i < 5; i++)
		pass(loop, 1);
	check_str(buf_str(&log), "t");
	check_int(loop_next_due_ms(loop), -1);
	loop_free(loop);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_timers_fire_in_the_order_of_their_deadlines),
		CHECK_TEST(test_timer_says_how_late_it_is),
		CHECK_TEST(test_repeating_timer_keeps_its_beat_and_skips_what_it_missed),
		CHECK_TEST(test_timer_is_armed_again_by_its_own_callback),
		CHECK_TEST(test_armed_timer_is_moved_to_its_new_place),
		CHECK_TEST(test_due_timer_can_be_removed_or_postponed_by_the_one_before),
		CHECK_TEST(test_timer_removes_itself_in_its_callback),
	};

	return check_run("loop/timer", tests, ARRAY_LEN(tests));
}
