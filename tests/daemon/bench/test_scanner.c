/* daemon/bench/scanner: evidence, scans that never end, and feedback that waits. */
#include "daemon/bench/scanner.h"

#include <stdio.h>

#include "daemon/bench/deadline.h"
#include "tests/daemon/bench/scanner_rig.h"

static enum scan_reading ends_by_itself(struct scan_collector *collector, struct scan *out)
{
	return scan_collector_end(collector, SCAN_END_IDLE, out);
}

static void test_a_scan_in_two_reports_keeps_both_as_evidence(void)
{
	begin();
	int64_t first_ms = fake_now_ms();

	report("\1\2]C0ab", 7);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 7);
	report("\0\3]C0cde", 8);
	check_str(buf_str(&it.told), "scan abcde ]C0; ");
	check_int(it.evidence.report_count, 2);
	check_int(it.evidence.report_len[0], 7);
	check_int(it.evidence.report_len[1], 8);
	check_int(it.evidence.reports.len, 15);
	check_int(it.evidence.first_ms, first_ms);
	check_int(it.evidence.last_ms, first_ms + 7);
	report("\0\1]C0z", 6);
	check_int(it.evidence.report_count, 1);
	check_bytes(it.evidence.reports, bytes_of("\0\1]C0z", 6));
	end();
}

static void report_in_pass(void *arg)
{
	report(arg ? arg : "", arg ? strlen((const char *)arg + 2) + 2 : 0);
}

/* After so long in which we did not run a pass finds this; NULL: a report of no bytes. */
static void held_up(int64_t ms, const char *bytes)
{
	(void)loop_defer(it.loop, report_in_pass, (void *)(uintptr_t)bytes);
	fake_stall(ms);
	loop_step(it.loop, 0);
}

static void check_moments(
	int64_t first_ms, int64_t first_late_ms, int64_t last_ms, int64_t last_late_ms)
{
	check_int(it.evidence.first_ms, first_ms);
	check_int(it.evidence.first_late_ms, first_late_ms);
	check_int(it.evidence.last_ms, last_ms);
	check_int(it.evidence.last_late_ms, last_late_ms);
}

static void test_a_scan_says_when_it_came_and_how_late_that_may_be(void)
{
	begin();
	loop_step(it.loop, 0);
	int64_t begun_ms = fake_now_ms();

	held_up(7, "\1\2]C0ab");
	held_up(20, "\0\1]C0c");
	check_str(buf_str(&it.told), "scan abc ]C0; ");
	check_moments(begun_ms + 7, 7, begun_ms + 27, 20);
	held_up(700, "\0\1]C0d");
	check_moments(begun_ms + 727, 700, begun_ms + 727, 700);
	end();
}

/* What the device could not give while nobody asked: only the first of it is found late. */
static void test_what_comes_on_the_heels_of_a_late_report_may_be_as_old(void)
{
	begin();
	loop_step(it.loop, 0);
	held_up(700, "\0\1]C0a");
	held_up(8, "\0\1]C0b");
	check_int(it.evidence.last_late_ms, 708);
	held_up(SCANNER_HEELS_MS, "\0\1]C0c");
	check_int(it.evidence.last_late_ms, 808);
	fake_stall(1);
	loop_step(it.loop, 0);
	held_up(SCANNER_HEELS_MS, "\0\1]C0d");
	check_int(it.evidence.last_late_ms, SCANNER_HEELS_MS);
	held_up(700, NULL); /* a line that had nothing to say while there was room for it */
	held_up(16, "\0\1]C0e");
	check_int(it.evidence.last_late_ms, 716);
	end();
}

/* Each report of a long scan may be as late as a pass is long, and no later. */
static void test_what_is_in_time_makes_nothing_late(void)
{
	begin();
	loop_step(it.loop, 0);
	for (int i = 0; i < 20; i++)
		held_up(SCANNER_LATE_MS, "\1\1]C0a");
	held_up(SCANNER_LATE_MS, "\0\1]C0b");
	check_int(it.evidence.first_late_ms, SCANNER_LATE_MS);
	check_int(it.evidence.last_late_ms, SCANNER_LATE_MS);
	check_int(it.evidence.last_ms - it.evidence.first_ms, 20 * SCANNER_LATE_MS);
	end();
}

/* The silence that ended it is none of its time. */
static void test_a_scan_that_silence_ends_came_when_its_last_part_did(void)
{
	static struct scanner_driver driver;

	driver = scanner_driver_plain;
	driver.idle = ends_by_itself;
	begin_with(&driver);
	loop_step(it.loop, 0);
	int64_t begun_ms = fake_now_ms();

	held_up(5, "\1\1]C0a");
	fake_loop_run(it.loop, driver.timeout_ms);
	check_str(buf_str(&it.told), "scan a ]C0; ");
	check_moments(begun_ms + 5, 5, begun_ms + 5, 5);
	end();
}

static void test_a_scan_whose_rest_never_comes_is_dropped_loudly(void)
{
	begin();
	report("\1\2]C0ab", 7);
	fake_loop_run(it.loop, scanner_driver_plain.timeout_ms - 1);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 1);
	check_str(buf_str(&it.told), "broken: the rest of a scan did not come; ");
	buf_reset(&it.told);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told), "scan cd ]C0; ");
	end();
}

/* A part of a scan, and then we do not run for so long that the rest may wait unread. */
static void late_begin(bool has_idle_end)
{
	static struct scanner_driver driver;

	driver = scanner_driver_plain;
	driver.idle = has_idle_end ? ends_by_itself : NULL;
	begin_with(&driver);
	report("\1\2]C0ab", 7);
	fake_stall(driver.timeout_ms + DEADLINE_LATE_MS + 1);
	loop_step(it.loop, 0);
	check_str(buf_str(&it.told), "");
}

static void test_the_rest_of_a_scan_may_wait_while_we_do_not_run(void)
{
	for (int has_idle_end = 0; has_idle_end < 2; has_idle_end++) {
		late_begin(has_idle_end);
		report("\0\1]C0c", 6);
		check_str(buf_str(&it.told), "scan abc ]C0; ");
		end();
	}
}

static void test_the_rest_of_a_scan_is_waited_for_once_more_only(void)
{
	for (int has_idle_end = 0; has_idle_end < 2; has_idle_end++) {
		late_begin(has_idle_end);
		fake_stall(DEADLINE_PUT_OFF_MS + DEADLINE_LATE_MS + 1);
		loop_step(it.loop, 0);
		check_str(buf_str(&it.told), has_idle_end
						     ? "scan ab ]C0; "
						     : "broken: the rest of a scan did not come; ");
		end();
	}
}

/* Each part of a scan that comes has a deadline of its own. */
static void test_each_part_of_a_scan_may_be_late(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		report("\1\1]C0a", 6);
		fake_stall(scanner_driver_plain.timeout_ms + DEADLINE_LATE_MS + 1);
		loop_step(it.loop, 0);
	}
	report("\0\1]C0b", 6);
	check_str(buf_str(&it.told), "scan aaab ]C0; ");
	end();
}

static void test_an_unplugged_scanner_forgets_what_it_began(void)
{
	begin();
	report("\1\2]C0ab", 7);
	fake_gone(it.fake);
	fake_here(it.fake);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told), "gone; here; scan cd ]C0; ");
	end();
}

static void test_reports_that_make_no_sense_are_told(void)
{
	static const char large[SCANNER_EVIDENCE_MAX + 1] = "\0\1]C0z";

	begin();
	report("\7", 1);
	report(large, sizeof(large));
	report("\0\0]C0", 5);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told),
		"broken: a report makes no sense; broken: a report makes no sense; scan cd ]C0; ");
	end();
}

static void test_nonsense_without_end_is_told_some_times(void)
{
	begin();
	for (unsigned i = 0; i < 3 * SCANNER_BROKEN_MAX; i++)
		report("\7", 1);
	check_int(it.told.len, SCANNER_BROKEN_MAX * strlen("broken: a report makes no sense; "));
	buf_reset(&it.told);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told), "scan cd ]C0; ");
	fake_loop_run(it.loop, SCANNER_BROKEN_MS);
	report("\7", 1);
	check_str(buf_str(&it.told), "scan cd ]C0; broken: a report makes no sense; ");
	end();
}

static void test_a_scan_with_a_part_lost_is_dropped_loudly(void)
{
	begin();
	report("\1\2]C0ab", 7);
	fake_lose(it.fake);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told), "broken: a part of it is lost; scan cd ]C0; ");
	end();
}

static void test_a_paused_scanner_is_not_listened_to(void)
{
	begin();
	report("\1\2]C0ab", 7);
	scanner_set_paused(it.scanner, true);
	check(!it.fake->is_reading);
	fake_loop_run(it.loop, scanner_driver_plain.timeout_ms);
	check_str(buf_str(&it.told), ""); /* nor missed */
	fake_gone(it.fake);
	fake_here(it.fake);
	check(!it.fake->is_reading);
	buf_reset(&it.told);
	scanner_set_paused(it.scanner, false);
	check(it.fake->is_reading);
	report("\0\2]C0cd", 7);
	check_str(buf_str(&it.told), "scan cd ]C0; ");
	scanner_set_paused(it.scanner, false);
	check(it.fake->is_reading);
	end();
}

static void test_the_newest_feedback_counts(void)
{
	struct err err = { 0 };

	begin();
	it.fake->is_holding = true;
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_REPEAT, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	fake_release(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "stored\nstop\n");
	end();
}

static void test_good_news_never_replaces_bad(void)
{
	struct err err = { 0 };

	begin();
	it.fake->is_holding = true;
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_NOT_STORED, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	check_ok(scanner_feedback(it.scanner, SCAN_NOTE, &err), &err);
	fake_release(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "stored\nnot_stored\n");
	end();
}

static void test_feedback_that_is_not_taken_is_dropped_in_time(void)
{
	struct err err = { 0 };

	begin();
	it.fake->is_holding = true;
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	fake_take(it.fake, 1);
	fake_loop_run(it.loop, SCANNER_FEEDBACK_MS);
	check_int(it.fake->cut, 1);
	fake_release(it.fake);
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "sstop\n");
	end();
}

static bool mute_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	(void)verdict;
	(void)out;
	return false;
}

static bool silent_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	(void)verdict;
	(void)out;
	return true;
}

static void test_a_verdict_told_by_silence_writes_nothing(void)
{
	static const struct scanner_driver silent = { .name = "s", .feedback = silent_feedback };
	struct err err = { 0 };

	begin_with(&silent);
	it.fake->is_holding = true;
	check_ok(scanner_feedback(it.scanner, SCAN_NOTE, &err), &err);
	fake_loop_run(it.loop, SCANNER_FEEDBACK_MS);
	check_int(it.fake->cut, 0);
	check_str(buf_str(&it.fake->seen), "");
	end();
}

static void test_a_scanner_that_cannot_be_told_is_told_nothing(void)
{
	static const struct scanner_driver mute = { .name = "mute", .feedback = mute_feedback };
	struct err err = { 0 };

	begin_with(&mute);
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	fake_loop_run(it.loop, 0);
	check_int(it.fake->seen.len, 0);
	fake_gone(it.fake);
	check(!scanner_feedback(it.scanner, SCAN_STORED, &err));
	check_err(&err, ERR_DEVICE_OFFLINE, "not connected");
	end();
}

/* A kind that knows itself by its description, "good" or "mute". */
static bool choosy_begin(
	struct scan_collector *collector, struct bytes description, struct err *err)
{
	if (!bytes_is(description, "good") && !bytes_is(description, "mute"))
		return err_set(err, ERR_DEVICE_PROTOCOL, "this is no scanner");
	collector->aim[0] = (char)description.data[0];
	return true;
}

static bool choosy_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	if (collector->aim[0] == 'm')
		return false;
	buf_add_str(out, scan_verdict_word(verdict));
	return true;
}

static const struct scanner_driver choosy = {
	.name = "choosy",
	.begin = choosy_begin,
	.feedback = choosy_feedback,
};

static void choosy_new(const char *description)
{
	struct scanner_setup setup = {
		.transport = &fake_transport, .driver = &choosy, .events = &events, .identity = "u"
	};
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.loop = setup.loop = fake_loop_new();
	it.fake = fake_port_reset();
	it.fake->description = description;
	it.scanner = scanner_new(&setup, &err);
	check(it.scanner != NULL);
	fake_here(it.fake);
}

static void test_a_driver_learns_from_the_description(void)
{
	struct err err = { 0 };

	choosy_new("good");
	check_str(buf_str(&it.told), "here; ");
	check(scanner_feedback(it.scanner, SCAN_STOP, &err));
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "stop");
	end();
	choosy_new("mute");
	check_str(buf_str(&it.told), "here; ");
	check_ok(scanner_feedback(it.scanner, SCAN_STOP, &err), &err);
	fake_loop_run(it.loop, 0);
	check_int(it.fake->seen.len, 0);
	end();
}

static void test_a_device_that_is_no_scanner_is_not_here(void)
{
	choosy_new("keyboard");
	check_str(buf_str(&it.told), "broken: this is no scanner; ");
	check(!scanner_is_here(it.scanner));
	check(!it.fake->is_reading);
	fake_gone(it.fake);
	it.fake->description = "good";
	fake_here(it.fake);
	check_str(buf_str(&it.told), "broken: this is no scanner; gone; here; ");
	check(it.fake->is_reading);
	end();
}

static void test_a_scanner_may_be_freed_inside_its_scan(void)
{
	begin();
	it.free_on_scan = true;
	report("\0\2]C0cd", 7);
	check(it.scanner == NULL);
	end();
}

static void test_a_place_that_makes_no_sense_is_refused(void)
{
	struct scanner_setup setup = { .identity = "nowhere", .transport = &fake_transport };
	struct err err = { 0 };

	check(scanner_new(&setup, &err) == NULL);
	check_err(&err, ERR_INVALID, "no such place");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_scan_in_two_reports_keeps_both_as_evidence),
		CHECK_TEST(test_a_scan_says_when_it_came_and_how_late_that_may_be),
		CHECK_TEST(test_what_comes_on_the_heels_of_a_late_report_may_be_as_old),
		CHECK_TEST(test_what_is_in_time_makes_nothing_late),
		CHECK_TEST(test_a_scan_that_silence_ends_came_when_its_last_part_did),
		CHECK_TEST(test_a_scan_whose_rest_never_comes_is_dropped_loudly),
		CHECK_TEST(test_the_rest_of_a_scan_may_wait_while_we_do_not_run),
		CHECK_TEST(test_the_rest_of_a_scan_is_waited_for_once_more_only),
		CHECK_TEST(test_each_part_of_a_scan_may_be_late),
		CHECK_TEST(test_an_unplugged_scanner_forgets_what_it_began),
		CHECK_TEST(test_reports_that_make_no_sense_are_told),
		CHECK_TEST(test_nonsense_without_end_is_told_some_times),
		CHECK_TEST(test_a_scan_with_a_part_lost_is_dropped_loudly),
		CHECK_TEST(test_a_paused_scanner_is_not_listened_to),
		CHECK_TEST(test_the_newest_feedback_counts),
		CHECK_TEST(test_good_news_never_replaces_bad),
		CHECK_TEST(test_feedback_that_is_not_taken_is_dropped_in_time),
		CHECK_TEST(test_a_verdict_told_by_silence_writes_nothing),
		CHECK_TEST(test_a_scanner_that_cannot_be_told_is_told_nothing),
		CHECK_TEST(test_a_driver_learns_from_the_description),
		CHECK_TEST(test_a_device_that_is_no_scanner_is_not_here),
		CHECK_TEST(test_a_scanner_may_be_freed_inside_its_scan),
		CHECK_TEST(test_a_place_that_makes_no_sense_is_refused),
	};
	return check_run("daemon/bench/scanner", tests, ARRAY_LEN(tests));
}
