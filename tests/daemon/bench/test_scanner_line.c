/* daemon/bench/scanner: kinds on a line: bytes cut anywhere, and what the device waits to hear. */
#include "daemon/bench/scanner.h"

#include "scanners/ack.h"
#include "scanners/serial.h"
#include "tests/daemon/bench/scanner_rig.h"

/*
 * A kind on a line: ";" ends a scan, "?" wants to hear "!", nothing more for a second ends it too
 * unless it begins with "-".
 */
static enum scan_reading line_end(
	struct scan_collector *collector, enum scan_end end, struct scan *out)
{
	collector->reports = 0;
	out->raw = buf_bytes(&collector->collected);
	out->end = end;
	return SCAN_READING_DONE;
}

static enum scan_reading line_decode(
	struct scan_collector *collector, struct bytes *in, struct scan *out)
{
	if (collector->reports == 0)
		scan_collector_reset(collector);
	while (in->len > 0) {
		uint8_t c = in->data[0];

		*in = bytes_of(in->data + 1, in->len - 1);
		if (c == ';')
			return line_end(collector, SCAN_END_TERMINATOR, out);
		if (c == '?') {
			buf_add_str(&collector->answer, "!");
			return SCAN_READING_MORE;
		}
		collector->reports = 1;
		buf_add_byte(&collector->collected, c);
	}
	return SCAN_READING_MORE;
}

static enum scan_reading line_idle(struct scan_collector *collector, struct scan *out)
{
	if (collector->collected.data[0] == '-')
		return SCAN_READING_BAD;
	return line_end(collector, SCAN_END_IDLE, out);
}

static bool line_feedback(
	struct scan_collector *collector, enum scan_verdict verdict, struct buf *out)
{
	(void)collector;
	buf_add_str(out, scan_verdict_word(verdict));
	return true;
}

static const struct scanner_driver line = {
	.name = "line",
	.joins_reports = true,
	.decode = line_decode,
	.idle = line_idle,
	.timeout_ms = 1000,
	.feedback = line_feedback,
};

static void say(const char *text)
{
	report(text, strlen(text));
}

static void test_scans_in_one_transfer_and_one_in_several(void)
{
	begin_with(&line);
	say("a;b;c");
	check_str(buf_str(&it.told), "scan a ; scan b ; ");
	buf_reset(&it.told);
	say("d");
	say("e;");
	check_str(buf_str(&it.told), "scan cde ; ");
	check_int(it.evidence.report_count, 1);
	check_int(it.evidence.report_len[0], 4);
	check_bytes(it.evidence.reports, bytes_of_str("cde;"));
	check_str(it.evidence.driver, "line");
	end();
}

static void test_a_scanner_freed_by_the_first_of_two_scans_tells_one(void)
{
	begin_with(&line);
	it.free_on_scan = true;
	say("ab;cd;");
	check_str(buf_str(&it.told), "scan ab ; ");
	end();
}

static void test_a_paused_scanner_tells_no_more_of_what_came(void)
{
	begin_with(&line);
	scanner_set_paused(it.scanner, true);
	say("ab;");
	check_str(buf_str(&it.told), "");
	end();
}

static void test_what_ends_by_silence_is_told_where_the_kind_says_so(void)
{
	begin_with(&line);
	say("ab");
	fake_loop_run(it.loop, 999);
	check_str(buf_str(&it.told), "");
	fake_loop_run(it.loop, 1);
	check_str(buf_str(&it.told), "scan ab ; ");
	buf_reset(&it.told);
	say("-ab");
	fake_loop_run(it.loop, 1000);
	check_str(buf_str(&it.told), "broken: the rest of a scan did not come; ");
	end();
}

static void test_a_device_hears_what_it_waits_for_before_any_sound(void)
{
	struct err err = { 0 };

	begin_with(&line);
	it.fake->is_holding = true;
	say("?");
	check_ok(scanner_feedback(it.scanner, SCAN_STORED, &err), &err);
	say("??");
	fake_release(it.fake);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "!!!stored");
	check_str(buf_str(&it.told), "");
	end();
}

static void test_a_device_that_takes_no_answer_is_broken(void)
{
	begin_with(&line);
	it.fake->is_holding = true;
	for (unsigned i = 0; i < SCANNER_ANSWERS_MAX + 1; i++) /* one is being written */
		say("?");
	check_str(buf_str(&it.told), "");
	say("?");
	check_str(buf_str(&it.told), "broken: a report makes no sense; ");
	end();
}

static void test_evidence_has_an_end_and_the_scan_comes_all_the_same(void)
{
	static char much[SCANNER_EVIDENCE_MAX - 1];

	memset(much, 'a', sizeof(much));
	begin_with(&line);
	report(much, sizeof(much));
	say("bcd;");
	check_contains(buf_str(&it.told), "aabcd ; ");
	check_int(it.evidence.reports.len, SCANNER_EVIDENCE_MAX);
	check_int(it.evidence.report_len[0], SCANNER_EVIDENCE_MAX);
	check_int(it.evidence.left_out, 3);
	say("e;");
	check_int(it.evidence.reports.len, 2);
	check_int(it.evidence.left_out, 0);
	end();
}

/* --- a line that waits for ACK */

static void ack_begin_with(enum scanner_maker maker)
{
	begin_set(&scanner_driver_serial,
		(struct scanner_settings) { .has_ack = true, .maker = maker });
}

static void feedback(enum scan_verdict verdict)
{
	struct err err = { 0 };

	check_ok(scanner_feedback(it.scanner, verdict, &err), &err);
}

static void check_seen(const char *seen)
{
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.fake->seen), seen);
	buf_reset(&it.fake->seen);
}

static void test_a_scan_is_acknowledged_when_it_is_stored_and_before_its_sound(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	say("12\r");
	fake_loop_run(it.loop, ACK_WAIT_MS - 1);
	check_seen("");
	feedback(SCAN_STORED);
	check_seen("\x06"
		   "B");
	check_str(buf_str(&it.told), "scan 12 ; ");
	end();
}

/* A sound is on its way still, and a newer verdict takes the place of its own. */
static void test_an_acknowledgement_that_waits_is_not_lost(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	say("11\r");
	feedback(SCAN_STORED);
	loop_step(it.loop, 0);
	check_str(buf_str(&it.fake->seen), "\x06");
	it.fake->is_holding = true;
	say("12\r");
	feedback(SCAN_STORED);
	feedback(SCAN_STOP);
	fake_release(it.fake);
	check_seen("\x06"
		   "B\x06");
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; ");
	end();
}

/* It would be heard as the answer to what came since; and if it was, that comes once more. */
static void test_a_refusal_on_its_way_is_taken_back_when_the_next_scan_comes(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	it.fake->is_holding = true;
	say("11\r");
	feedback(SCAN_NOT_STORED);
	say("12\r");
	feedback(SCAN_STORED);
	fake_release(it.fake);
	check_seen("\x06");
	say("12\r");
	check_seen("\x06");
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; ");
	end();
}

/* Its cut tells nothing of the acknowledgement that follows it. */
static void test_an_acknowledgement_that_is_taken_back_says_nothing_of_the_next(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	it.fake->is_holding = true;
	say("11\r");
	feedback(SCAN_STORED);
	say("12\r");
	feedback(SCAN_STORED);
	fake_release(it.fake);
	check_seen("\x06");
	check_int(it.fake->cut, 1);
	say("12\r"); /* by hand */
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; scan 12 ; ");
	end();
}

/* It waited for a sound to end, and crossed nothing. */
static void test_a_refusal_that_was_never_said_asks_for_nothing(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	say("11\r");
	feedback(SCAN_STORED);
	loop_step(it.loop, 0);
	it.fake->is_holding = true;
	say("12\r");
	feedback(SCAN_NOT_STORED);
	say("13\r");
	feedback(SCAN_REPEAT);
	fake_release(it.fake);
	check_seen("\x06"
		   "B\x06");
	say("13\r"); /* by hand */
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; scan 13 ; scan 13 ; ");
	end();
}

/* The scan had begun when it was taken, and ends when nothing is written any more. */
static void test_a_refusal_that_crosses_the_beginning_of_a_scan_crosses_all_of_it(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	it.fake->is_holding = true;
	say("11\r");
	feedback(SCAN_NOT_STORED);
	say("1");
	it.fake->taken_late = 1;
	check_seen("\x15");
	it.fake->is_holding = false;
	say("2\r");
	feedback(SCAN_STORED);
	check_seen("\x06");
	say("12\r");
	check_seen("\x06");
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; ");
	end();
}

/* The second is asked for again without a sound: the alarm of the first is still owed. */
static void test_an_alarm_that_waits_is_not_silenced_by_bad_news_without_a_sound(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	say("11\r");
	feedback(SCAN_STORED);
	loop_step(it.loop, 0);
	it.fake->is_holding = true;
	say("12\r");
	feedback(SCAN_STOP);
	say("13\r");
	feedback(SCAN_NOT_STORED);
	fake_release(it.fake);
	check_seen("\x06"
		   "B\x15"
		   "FE");
	end();
}

/* The scanner gave up on the first, and its person scanned the next: that one is not stored. */
static void test_an_acknowledgement_that_comes_too_late_is_not_said(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	it.fake->is_holding = true;
	say("11\r");
	feedback(SCAN_STORED);
	say("1");
	fake_release(it.fake);
	fake_loop_run(it.loop, 0);
	check(!strchr(buf_str(&it.fake->seen), 0x06));
	buf_reset(&it.fake->seen);
	say("2\r");
	check_seen("");
	feedback(SCAN_STORED);
	check_seen("\x06"
		   "B");
	check_str(buf_str(&it.told), "scan 11 ; scan 12 ; ");
	end();
}

static void test_the_repeat_of_a_scan_whose_acknowledgement_was_not_taken_is_none(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	it.fake->is_holding = true;
	say("12\r");
	feedback(SCAN_STORED);
	fake_loop_run(it.loop, SCANNER_FEEDBACK_MS);
	check_int(it.fake->cut, 1);
	fake_release(it.fake);
	check_seen("");
	say("12\r");
	check_seen("\x06");
	check_str(buf_str(&it.told), "scan 12 ; ");
	say("12\r"); /* by hand */
	check_str(buf_str(&it.told), "scan 12 ; scan 12 ; ");
	end();
}

static void test_nothing_that_waits_is_said_to_a_scanner_that_came_anew(void)
{
	ack_begin_with(SCANNER_MAKER_DATALOGIC);
	it.fake->is_holding = true;
	say("12\r");
	feedback(SCAN_NOT_STORED);
	say("12\r");
	fake_gone(it.fake);
	it.fake->is_holding = false;
	fake_here(it.fake);
	check_seen("");
	say("13\r");
	feedback(SCAN_STORED);
	check_seen("\x06"
		   "B");
	check_str(buf_str(&it.told), "scan 12 ; gone; here; scan 13 ; ");
	end();
}

static void test_what_is_not_stored_is_asked_for_and_each_repeat_too(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	say("12\r");
	feedback(SCAN_NOT_STORED);
	check_seen("\x15");
	for (int i = 0; i < 3; i++) {
		fake_loop_run(it.loop, SERIAL_TIMEOUT_MS - 1);
		say("12\r");
		check_seen(i < 2 ? "\x15" : "");
	}
	check_str(buf_str(&it.told), "scan 12 ; ");
	fake_loop_run(it.loop, ACK_WAIT_MS);
	say("12\r"); /* by hand */
	feedback(SCAN_STORED);
	check_seen("\x06");
	check_str(buf_str(&it.told), "scan 12 ; scan 12 ; ");
	end();
}

static void test_a_scan_that_breaks_off_is_asked_for_and_silence_after_it_is_no_fault(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	say("1");
	fake_loop_run(it.loop, SERIAL_TIMEOUT_MS);
	check_str(buf_str(&it.told), "broken: the rest of a scan did not come; ");
	feedback(SCAN_NOT_STORED); /* as the bench does */
	check_seen("\x15");
	fake_loop_run(it.loop, 10 * SERIAL_TIMEOUT_MS);
	check_seen("");
	check_str(buf_str(&it.told), "broken: the rest of a scan did not come; ");
	end();
}

static void test_a_scanner_that_leaves_is_waited_for_no_more(void)
{
	ack_begin_with(SCANNER_MAKER_OTHER);
	say("12\r");
	feedback(SCAN_NOT_STORED);
	fake_gone(it.fake);
	fake_loop_run(it.loop, 10 * SERIAL_TIMEOUT_MS);
	fake_here(it.fake);
	say("12\r");
	check_str(buf_str(&it.told), "scan 12 ; gone; here; scan 12 ; ");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_scans_in_one_transfer_and_one_in_several),
		CHECK_TEST(test_a_scanner_freed_by_the_first_of_two_scans_tells_one),
		CHECK_TEST(test_a_paused_scanner_tells_no_more_of_what_came),
		CHECK_TEST(test_what_ends_by_silence_is_told_where_the_kind_says_so),
		CHECK_TEST(test_a_device_hears_what_it_waits_for_before_any_sound),
		CHECK_TEST(test_a_device_that_takes_no_answer_is_broken),
		CHECK_TEST(test_evidence_has_an_end_and_the_scan_comes_all_the_same),
		CHECK_TEST(test_a_scan_is_acknowledged_when_it_is_stored_and_before_its_sound),
		CHECK_TEST(test_an_acknowledgement_that_waits_is_not_lost),
		CHECK_TEST(test_a_refusal_on_its_way_is_taken_back_when_the_next_scan_comes),
		CHECK_TEST(test_an_acknowledgement_that_is_taken_back_says_nothing_of_the_next),
		CHECK_TEST(test_a_refusal_that_was_never_said_asks_for_nothing),
		CHECK_TEST(test_a_refusal_that_crosses_the_beginning_of_a_scan_crosses_all_of_it),
		CHECK_TEST(test_an_alarm_that_waits_is_not_silenced_by_bad_news_without_a_sound),
		CHECK_TEST(test_an_acknowledgement_that_comes_too_late_is_not_said),
		CHECK_TEST(test_the_repeat_of_a_scan_whose_acknowledgement_was_not_taken_is_none),
		CHECK_TEST(test_nothing_that_waits_is_said_to_a_scanner_that_came_anew),
		CHECK_TEST(test_what_is_not_stored_is_asked_for_and_each_repeat_too),
		CHECK_TEST(
			test_a_scan_that_breaks_off_is_asked_for_and_silence_after_it_is_no_fault),
		CHECK_TEST(test_a_scanner_that_leaves_is_waited_for_no_more),
	};

	return check_run("daemon/bench/scanner_line", tests, ARRAY_LEN(tests));
}
