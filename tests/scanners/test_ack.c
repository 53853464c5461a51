/* scanners/ack, by way of scanners/serial: what is acknowledged when, and what is a repeat. */
#include "scanners/ack.h"

#include "daemon/base/str.h"
#include "scanners/serial.h"
#include "tests/check.h"

static struct {
	struct scan_collector collector;
	struct buf told;  /* "text;", "bad;" */
	struct buf heard; /* by the scanner: hexadecimal, "-" for each time that it hears nothing */
} it;

static void begin_with(struct scanner_settings settings)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.collector.settings = settings;
	check_ok(scanner_driver_serial.begin(&it.collector, (struct bytes) { 0 }, &err), &err);
}

static void begin(void)
{
	begin_with((struct scanner_settings) { .has_ack = true });
}

static void end(void)
{
	scan_collector_done(&it.collector);
	buf_done(&it.told);
	buf_done(&it.heard);
}

static void answers_take(void)
{
	hex_encode(buf_bytes(&it.collector.answer), &it.heard);
	buf_reset(&it.collector.answer);
}

static void verdict(enum scan_verdict verdict)
{
	AUTO_BUF out = { 0 };

	check(scanner_driver_serial.feedback(&it.collector, verdict, &out));
	if (it.collector.answer.len + out.len == 0)
		buf_add_str(&it.heard, "-");
	answers_take();
	hex_encode(buf_bytes(&out), &it.heard);
}

/* As daemon/bench does it: what is broken is not stored. */
static void tell(enum scan_reading reading, const struct scan *scan)
{
	answers_take();
	if (reading == SCAN_READING_BAD) {
		scan_collector_reset(&it.collector);
		buf_add_str(&it.told, "bad;");
		verdict(SCAN_NOT_STORED);
	}
	if (reading == SCAN_READING_DONE) {
		buf_add(&it.told, scan->raw);
		buf_add_str(&it.told, ";");
	}
}

static void say(const char *text)
{
	struct bytes in = bytes_of_str(text);

	while (in.len > 0) {
		struct scan scan = { 0 };
		enum scan_reading reading = scanner_driver_serial.decode(&it.collector, &in, &scan);

		tell(reading, &scan);
	}
}

static void be_silent(void)
{
	struct scan scan = { 0 };

	if (it.collector.reports > 0 || scanner_driver_serial.is_asking(&it.collector))
		tell(scanner_driver_serial.idle(&it.collector, &scan), &scan);
}

/* Longer than any scanner waits. */
static void be_silent_long(void)
{
	for (int ms = 0; ms < ACK_WAIT_MS; ms += SERIAL_TIMEOUT_MS)
		be_silent();
}

static void check_all(const char *told, const char *heard)
{
	check_str(buf_str(&it.told), told);
	check_str(buf_str(&it.heard), heard);
	buf_reset(&it.told);
	buf_reset(&it.heard);
}

static void test_a_code_is_acknowledged_with_its_verdict_and_not_before(void)
{
	begin();
	say("12\r");
	be_silent();
	check_all("12;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	end();
}

/* clang-format off */
static const struct {
	enum scan_verdict verdict;
	const char *heard; /* ACK, and Datalogic's sound behind it; of none NAK alone */
} verdicts[] = {
	{ SCAN_STORED,     "0642" },
	{ SCAN_COMPLETE,   "0642" },
	{ SCAN_REPEAT,     "06" },
	{ SCAN_QUESTION,   "064645" },
	{ SCAN_STOP,       "064645" },
	{ SCAN_NOTE,       "06" },
	{ SCAN_NOT_STORED, "15" },
};
/* clang-format on */

static void test_each_verdict_is_answered_and_only_what_is_stored_is_acknowledged(void)
{
	check_int(ARRAY_LEN(verdicts), SCAN_VERDICTS);
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		check_row(scan_verdict_word(verdicts[i].verdict));
		begin_with((struct scanner_settings) {
			.has_ack = true, .maker = SCANNER_MAKER_DATALOGIC });
		say("12\r");
		verdict(verdicts[i].verdict);
		check_all("12;", verdicts[i].heard);
		end();
	}
	check_row(NULL);
}

/* Its time is up before the verdict came: one scan, and one answer to it. */
static void test_a_repeat_before_the_verdict_is_dropped(void)
{
	begin();
	say("12\r");
	say("12\r12\r");
	check_all("12;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	end();
}

static void test_the_same_code_after_its_acknowledgement_is_a_scan_of_its_own(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		say("12\r");
		verdict(i == 0 ? SCAN_STORED : SCAN_REPEAT);
		check_all("12;", "06");
	}
	end();
}

/* The cable did not take it, or not in time. */
static void test_the_repeat_of_a_code_whose_acknowledgement_was_lost_is_no_scan(void)
{
	begin_with((struct scanner_settings) { .has_ack = true, .maker = SCANNER_MAKER_DATALOGIC });
	say("12\r");
	verdict(SCAN_STOP);
	scanner_driver_serial.answer_lost(&it.collector);
	check(scanner_driver_serial.is_asking(&it.collector));
	say("12\r");
	check_all("12;", "064645064645");
	check(!scanner_driver_serial.is_asking(&it.collector));
	say("12\r"); /* that one was heard */
	check_all("12;", "");
	end();
}

static void test_a_lost_acknowledgement_is_waited_for_no_longer_than_any(void)
{
	begin();
	say("12\r");
	verdict(SCAN_STORED);
	scanner_driver_serial.answer_lost(&it.collector);
	be_silent_long();
	check(!scanner_driver_serial.is_asking(&it.collector));
	say("12\r");
	check_all("12;12;", "06");
	end();
}

static void test_a_lost_refusal_is_no_acknowledgement(void)
{
	begin();
	say("12\r");
	verdict(SCAN_STORED);
	say("13\r");
	verdict(SCAN_NOT_STORED);
	scanner_driver_serial.answer_lost(&it.collector);
	say("13\r");
	check_all("12;13;", "061515");
	say("12\r");
	check_all("12;", "");
	end();
}

/* NAK of the one before is heard as the answer to this: so it comes once more. */
static void test_a_code_that_a_refusal_crossed_is_one_scan(void)
{
	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	it.collector.is_answer_flying = true;
	say("13\r");
	check(it.collector.is_answer_void);
	it.collector.is_answer_flying = false;
	verdict(SCAN_STORED);
	say("13\r");
	check_all("12;13;", "150606");
	say("13\r"); /* by hand */
	check_all("13;", "");
	end();
}

/* What is lost may be the beginning of another: ACK would be heard as its answer. */
static void test_what_is_lost_is_not_acknowledged_by_the_scan_before_it(void)
{
	begin();
	say("12\r");
	scanner_driver_serial.spoil(&it.collector, bytes_of_str("13\r"));
	verdict(SCAN_STORED);
	check_all("12;", "-");
	end();
}

static void test_another_code_is_no_repeat_whatever_the_scanner_waits_for(void)
{
	begin();
	say("12\r123\r12\r");
	check_all("12;123;12;", "");
	end();
}

static void test_what_was_not_stored_is_asked_for_so_often_and_told_once(void)
{
	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	check_all("12;", "15");
	say("12\r");
	check_all("", "15");
	say("12\r");
	check_all("", "15");
	for (int i = 0; i < 5; i++)
		say("12\r"); /* Metrologic's, that repeats for ever */
	check_all("", "");
	end();
}

static void test_after_silence_what_was_not_stored_is_a_persons_again(void)
{
	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	say("12\r");
	check_all("12;", "1515");
	be_silent();
	say("12\r"); /* a slow repeat, as long as there was no end of it */
	check_all("", "15");
	be_silent_long();
	say("12\r");
	check_all("12;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	check(!scanner_driver_serial.is_asking(&it.collector));
	end();
}

static void test_silence_after_a_refusal_that_was_not_repeated_ends_it_too(void)
{
	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	check(scanner_driver_serial.is_asking(&it.collector));
	be_silent_long();
	check(!scanner_driver_serial.is_asking(&it.collector));
	say("12\r");
	verdict(SCAN_NOT_STORED);
	check_all("12;12;", "1515");
	end();
}

static void test_a_code_that_came_broken_is_asked_for_and_taken_whole(void)
{
	begin_with((struct scanner_settings) { .has_ack = true, .has_aim = true });
	say("x12\r"); /* no identifier */
	check_all("bad;", "15");
	say("]C012\r");
	check_all("12;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	end();
}

/* The next up to its end may be the rest: so it takes two of the scanner's three attempts. */
static void test_half_a_code_is_asked_for_until_it_is_whole(void)
{
	begin();
	say("1");
	be_silent();
	check_all("bad;", "15");
	say("12\r");
	check_all("bad;", "15");
	say("12\r");
	check_all("12;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	end();
}

static void test_what_never_comes_whole_is_asked_for_so_often(void)
{
	begin_with((struct scanner_settings) { .has_ack = true, .has_aim = true });
	for (int i = 0; i < 5; i++)
		say("x12\r");
	check_all("bad;bad;bad;bad;bad;", "151515--");
	be_silent_long();
	say("x12\r");
	check_all("bad;", "15");
	end();
}

/* The scanner gave up on the first, and waits for the answer to what came broken. */
static void test_what_came_broken_is_not_acknowledged_by_the_scan_before_it(void)
{
	begin_with((struct scanner_settings) {
		.has_ack = true, .has_aim = true, .maker = SCANNER_MAKER_DATALOGIC });
	say("]C012\r");
	for (int i = 0; i < 4; i++)
		say("x013\r");
	check_all("12;bad;bad;bad;bad;", "151515-");
	verdict(SCAN_STORED);
	check_all("", "-");
	say("]C012\r");
	check_all("", "0642"); /* its repeat: it was stored meanwhile */
	end();
}

static void test_what_has_begun_is_not_acknowledged_by_the_scan_before_it(void)
{
	begin();
	say("12\r13");
	verdict(SCAN_STORED);
	check_all("12;", "-");
	say("\r");
	check_all("13;", "");
	verdict(SCAN_STORED);
	check_all("", "06");
	end();
}

static void test_without_a_verdict_the_same_code_is_a_persons_after_the_scanners_own_timeout(void)
{
	begin();
	say("12\r");
	be_silent();
	say("12\r");
	check_all("12;", "");
	be_silent_long();
	check(!scanner_driver_serial.is_asking(&it.collector));
	verdict(SCAN_STORED);
	check_all("", "-"); /* nobody waits for it any more */
	say("12\r");
	check_all("12;", "");
	end();
}

static void test_slow_repeats_are_asked_for_no_oftener(void)
{
	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	for (int i = 0; i < 10; i++) {
		be_silent();
		be_silent();
		say("12\r");
	}
	check_all("12;", "151515");
	end();
}

/* Another scan is not stored yet when this is broken: its answer waits for its verdict. */
static void test_a_broken_repeat_of_a_code_that_waits_gives_no_second_scan(void)
{
	begin_with((struct scanner_settings) { .has_ack = true, .has_aim = true });
	say("]C012\r");
	say("x012\r");
	check_all("12;bad;", "15");
	say("]C012\r");
	check_all("", "15");
	verdict(SCAN_STORED);
	check_all("", "-"); /* it was asked for again, and is busy with that */
	say("]C012\r");
	check_all("", "06");
	end();
}

static void test_the_kind_of_code_is_a_part_of_it(void)
{
	begin_with((struct scanner_settings) { .has_ack = true, .has_aim = true });
	say("]C012\r]d212\r]d212\r");
	check_all("12;12;", "");
	end();
}

static void test_frames_and_silence_as_an_end_are_acknowledged_too(void)
{
	begin_with(
		(struct scanner_settings) { .has_ack = true, .terminator = SCAN_TERMINATOR_ETX });
	say("\002"
	    "12\003\002"
	    "12\003");
	verdict(SCAN_STORED);
	check_all("12;", "06");
	end();
	begin_with(
		(struct scanner_settings) { .has_ack = true, .terminator = SCAN_TERMINATOR_NONE });
	say("12");
	be_silent();
	say("12");
	be_silent();
	verdict(SCAN_STORED);
	check_all("12;", "06");
	end();
}

static void test_the_longest_code_is_known_again(void)
{
	char text[SCAN_MAX + 2];
	AUTO_BUF told = { 0 };

	memset(text, '7', SCAN_MAX);
	text[SCAN_MAX] = '\r';
	text[SCAN_MAX + 1] = '\0';
	begin();
	say(text);
	say(text);
	buf_addf(&told, "%.*s;", (int)SCAN_MAX, text);
	check_all(buf_str(&told), "");
	end();
}

static void test_a_scanner_that_comes_anew_owes_and_is_owed_nothing(void)
{
	struct err err = { 0 };

	begin();
	say("12\r");
	verdict(SCAN_NOT_STORED);
	check_ok(scanner_driver_serial.begin(&it.collector, (struct bytes) { 0 }, &err), &err);
	check(!scanner_driver_serial.is_asking(&it.collector));
	say("12\r");
	check_all("12;12;", "15");
	end();
}

static void test_a_line_that_is_not_set_so_is_never_answered(void)
{
	AUTO_BUF out = { 0 };

	begin_with((struct scanner_settings) { 0 });
	say("12\r12\r");
	check_all("12;12;", "");
	check(!scanner_driver_serial.feedback(&it.collector, SCAN_NOT_STORED, &out));
	check(!scanner_driver_serial.is_asking(&it.collector));
	check_int(out.len, 0);
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_code_is_acknowledged_with_its_verdict_and_not_before),
		CHECK_TEST(test_each_verdict_is_answered_and_only_what_is_stored_is_acknowledged),
		CHECK_TEST(test_a_repeat_before_the_verdict_is_dropped),
		CHECK_TEST(test_the_same_code_after_its_acknowledgement_is_a_scan_of_its_own),
		CHECK_TEST(test_the_repeat_of_a_code_whose_acknowledgement_was_lost_is_no_scan),
		CHECK_TEST(test_a_lost_acknowledgement_is_waited_for_no_longer_than_any),
		CHECK_TEST(test_a_lost_refusal_is_no_acknowledgement),
		CHECK_TEST(test_a_code_that_a_refusal_crossed_is_one_scan),
		CHECK_TEST(test_what_is_lost_is_not_acknowledged_by_the_scan_before_it),
		CHECK_TEST(test_another_code_is_no_repeat_whatever_the_scanner_waits_for),
		CHECK_TEST(test_what_was_not_stored_is_asked_for_so_often_and_told_once),
		CHECK_TEST(test_after_silence_what_was_not_stored_is_a_persons_again),
		CHECK_TEST(test_silence_after_a_refusal_that_was_not_repeated_ends_it_too),
		CHECK_TEST(test_a_code_that_came_broken_is_asked_for_and_taken_whole),
		CHECK_TEST(test_half_a_code_is_asked_for_until_it_is_whole),
		CHECK_TEST(test_what_never_comes_whole_is_asked_for_so_often),
		CHECK_TEST(test_what_came_broken_is_not_acknowledged_by_the_scan_before_it),
		CHECK_TEST(test_what_has_begun_is_not_acknowledged_by_the_scan_before_it),
		CHECK_TEST(
			test_without_a_verdict_the_same_code_is_a_persons_after_the_scanners_own_timeout),
		CHECK_TEST(test_slow_repeats_are_asked_for_no_oftener),
		CHECK_TEST(test_a_broken_repeat_of_a_code_that_waits_gives_no_second_scan),
		CHECK_TEST(test_the_kind_of_code_is_a_part_of_it),
		CHECK_TEST(test_frames_and_silence_as_an_end_are_acknowledged_too),
		CHECK_TEST(test_the_longest_code_is_known_again),
		CHECK_TEST(test_a_scanner_that_comes_anew_owes_and_is_owed_nothing),
		CHECK_TEST(test_a_line_that_is_not_set_so_is_never_answered),
	};

	return check_run("scanners/ack", tests, ARRAY_LEN(tests));
}
