/* daemon/bench/pass: which codes are handed on, once, and only as news. */
#include "daemon/bench/pass.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"
#include "tests/daemon/bench/fake_way.h"

static struct {
	struct loop *loop;
	struct pass *pass;
	struct buf told; /* of pass_fn: "7 ok; 8 broken; " */
	struct err err;
} it;

static void on_told(void *arg, uint64_t tag, const struct err *err)
{
	check(arg == &it);
	buf_addf(&it.told, "%llu %s; ", (unsigned long long)tag, err ? err->message : "ok");
}

static void check_told(const char *told)
{
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
}

static bool list(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	it.err = (struct err) { 0 };
	bool ok = pass_replace(it.pass, json, &it.err);

	json_decref(json);
	return ok;
}

#define ONE(station, target)                                                      \
	"{\"station_id\": " #station ", \"way\": \"fake\", \"target\": \"" target \
	"\", \"terminator\": \"cr\"}"

static void begin(void)
{
	memset(&it, 0, sizeof(it));
	memset(&fake_way, 0, sizeof(fake_way));
	it.loop = fake_loop_new();
	it.pass = pass_new(it.loop, fake_ways);
	check_ok(list("[" ONE(1, "a") "," ONE(2, "b") "]"), &it.err);
	check_str(fake_way_seen(), "open a; open b; ");
}

static void end(void)
{
	pass_free(it.pass);
	check_str(fake_way_seen(), "close a; close b; ");
	(void)fake_way_seen();
	loop_free(it.loop);
	buf_done(&it.told);
}

/* tag: as the counter */
static bool give(int64_t station_id, uint64_t counter, struct bytes text)
{
	struct pass_code code = { station_id, counter, text };

	it.err = (struct err) { 0 };
	return pass_give(it.pass, &code, on_told, &it, counter, &it.err);
}

static void check_refused(int64_t station_id, uint64_t counter, struct bytes text,
	enum err_code code, const char *why)
{
	check(!give(station_id, counter, text));
	check_err(&it.err, code, why);
	check_told("");
	check_str(fake_way_seen(), "");
}

static void check_given(int64_t station_id, uint64_t counter, const char *seen)
{
	AUTO_BUF told = { 0 };

	check_ok(give(station_id, counter, bytes_of_str("101000000156")), &it.err);
	check_str(buf_str(&it.told), ""); /* not from inside */
	buf_addf(&told, "%llu ok; ", (unsigned long long)counter);
	check_told(buf_str(&told));
	check_str(fake_way_seen(), seen);
}

#define CODE bytes_of_str("101000000156")

static void test_a_code_goes_to_its_station_once(void)
{
	begin();
	pass_scanned(it.pass, 1);
	pass_scanned(it.pass, 2);
	check_given(2, 1, "b 101000000156; ");
	check_given(1, 2, "a 101000000156; ");
	check_refused(1, 2, CODE, ERR_CONFLICT, "handed on");
	check_refused(2, 1, CODE, ERR_CONFLICT, "handed on");
	check_refused(3, 1, CODE, ERR_NOT_FOUND, "station 3");
	end();
}

static void test_an_older_scan_does_not_follow_a_newer(void)
{
	begin();
	pass_scanned(it.pass, 1);
	pass_scanned(it.pass, 2);
	check_given(1, 2, "a 101000000156; ");
	check_refused(1, 1, CODE, ERR_CONFLICT, "a later one");
	end();
}

static void test_only_a_scan_that_was_read_just_now(void)
{
	begin();
	check_refused(1, 7, CODE, ERR_CONFLICT, "too long"); /* of a bench before this one */
	check_refused(1, 0, CODE, ERR_CONFLICT, "too long");
	pass_scanned(it.pass, 1);
	fake_loop_run(it.loop, PASS_LIVE_MS);
	check_given(1, 1, "a 101000000156; ");
	pass_scanned(it.pass, 2);
	fake_loop_run(it.loop, PASS_LIVE_MS + 1);
	check_refused(1, 2, CODE, ERR_CONFLICT, "too long");
	for (uint64_t counter = 3; counter <= 3 + PASS_SCANS_MAX; counter++)
		pass_scanned(it.pass, counter);
	check_refused(1, 3, CODE, ERR_CONFLICT, "too long"); /* so many came since */
	check_given(1, 4, "a 101000000156; ");
	end();
}

static void test_only_plain_text(void)
{
	char long_text[PASS_TEXT_MAX + 1];

	memset(long_text, '1', sizeof(long_text));
	begin();
	pass_scanned(it.pass, 1);
	check_refused(1, 1, bytes_of("", 0), ERR_INVALID, "no code");
	check_refused(1, 1, bytes_of("1\0002", 3), ERR_INVALID, "no code");
	check_refused(1, 1, bytes_of_str("1\x1d"), ERR_INVALID, "no code");
	check_refused(1, 1, bytes_of_str("\x7f"), ERR_INVALID, "no code");
	check_refused(1, 1, bytes_of_str("\xc3\xa4"), ERR_INVALID, "no code");
	check_refused(1, 1, bytes_of(long_text, sizeof(long_text)), ERR_INVALID, "no code");
	check_ok(give(1, 1, bytes_of(long_text, PASS_TEXT_MAX)), &it.err);
	check_told("1 ok; ");
	check(str_has_prefix(fake_way_seen(), "a 1111"));
	end();
}

static void test_one_that_failed_is_not_tried_again(void)
{
	begin();
	pass_scanned(it.pass, 1);
	pass_scanned(it.pass, 2);
	fake_way.refuses = "no cable";
	check_refused(1, 1, CODE, ERR_DEVICE_OFFLINE, "no cable");
	fake_way.refuses = NULL;
	check_refused(1, 1, CODE, ERR_CONFLICT, "handed on");
	fake_way.fails = "broken";
	check_ok(give(1, 2, CODE), &it.err);
	check_told("2 broken; ");
	check_str(fake_way_seen(), "a 101000000156; ");
	check_refused(1, 2, CODE, ERR_CONFLICT, "handed on");
	end();
}

static void test_codes_do_not_run_into_each_other(void)
{
	begin();
	for (uint64_t counter = 1; counter <= 4; counter++)
		pass_scanned(it.pass, counter);
	fake_way.is_holding = true;
	check_ok(give(1, 1, CODE), &it.err);
	check_str(fake_way_seen(), "a 101000000156; ");
	check_refused(1, 2, CODE, ERR_BUSY, "the code before");
	fake_way.is_holding = false;
	check_given(2, 3, "b 101000000156; "); /* another station's way is its own */
	loop_timer_set(fake_way_sink->timer, -1);
	fake_way.is_holding = true;
	check_told("");
	end(); /* with the first under way: nobody is told any more */
	check_str(buf_str(&it.told), "");
}

static void test_what_stays_the_same_stays_open(void)
{
	begin();
	pass_scanned(it.pass, 1);
	pass_scanned(it.pass, 2);
	check_given(1, 1, "a 101000000156; ");
	check_ok(list("[" ONE(1, "a") "," ONE(3, "c") "]"), &it.err);
	check_str(fake_way_seen(), "close b; open c; ");
	check_refused(2, 2, CODE, ERR_NOT_FOUND, "station 2");
	check_refused(1, 1, CODE, ERR_CONFLICT, "handed on");
	check_ok(list("[" ONE(1, "A") "," ONE(2, "b") "]"), &it.err);
	check_str(fake_way_seen(), "close a; close c; open A; open b; ");
	check_refused(1, 1, CODE, ERR_CONFLICT, "handed on"); /* nor by another way */
	check_ok(list("null"), &it.err);
	check_str(fake_way_seen(), "close A; close b; ");
	check_ok(list("[" ONE(1, "a") "," ONE(2, "b") "]"), &it.err);
	check_str(fake_way_seen(), "open a; open b; ");
	end();
}

static void test_one_that_is_changed_in_a_code_says_so(void)
{
	begin();
	pass_scanned(it.pass, 1);
	fake_way.is_holding = true;
	check_ok(give(1, 1, CODE), &it.err);
	check_ok(list("[" ONE(2, "b") "]"), &it.err);
	check_told("1 pass-through was set up otherwise; ");
	check_str(fake_way_seen(), "a 101000000156; close a; ");
	check_ok(list("[" ONE(1, "a") "," ONE(2, "b") "]"), &it.err);
	check_str(fake_way_seen(), "open a; ");
	pass_free(it.pass);
	it.pass = NULL;
	check_str(fake_way_seen(), "close b; close a; ");
	(void)fake_way_seen();
	loop_free(it.loop);
	buf_done(&it.told);
}

static void test_a_list_that_makes_no_sense_changes_nothing(void)
{
	static const struct {
		const char *list;
		const char *why;
	} rows[] = {
		{ "7", "makes no sense" },
		{ "[7]", "no number" },
		{ "[{\"station_id\": 0}]", "no number" },
		{ "[{\"station_id\": 1}]", "way" },
		{ "[{\"station_id\": 1, \"way\": \"keyboard\"}]", "way" }, /* not of these */
		{ "[{\"station_id\": 1, \"way\": \"fake\"}]", "target" },
		{ "[{\"station_id\": 1, \"way\": \"fake\", \"target\": \"?\"}]", "target" },
		{ "[{\"station_id\": 1, \"way\": \"fake\", \"target\": \"a\"}]", "terminator" },
		{ "[{\"station_id\": 1, \"way\": \"fake\", \"target\": \"a\","
		  " \"terminator\": \"lf\"}]",
			"terminator" },
		{ "[" ONE(1, "x") "," ONE(1, "y") "]", "twice" },
		{ "[" ONE(1, "x") "," ONE(2, "x") "]", "twice" },
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].list);
		check(!list(rows[i].list));
		check_err(&it.err, ERR_INVALID, rows[i].why);
		check_str(fake_way_seen(), "");
	}
	end();
}

static void test_more_stations_than_there_may_be_are_refused(void)
{
	AUTO_BUF text = { 0 };

	buf_add_byte(&text, '[');
	for (unsigned i = 0; i <= PASS_STATIONS_MAX; i++)
		buf_addf(&text,
			"%s{\"station_id\": %u, \"way\": \"fake\", \"target\": \"%u\", "
			"\"terminator\": \"cr\"}",
			i > 0 ? "," : "", i + 1, i);
	buf_add_byte(&text, ']');
	begin();
	check(!list(buf_str(&text)));
	check_err(&it.err, ERR_INVALID, "makes no sense");
	end();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_code_goes_to_its_station_once),
		CHECK_TEST(test_an_older_scan_does_not_follow_a_newer),
		CHECK_TEST(test_only_a_scan_that_was_read_just_now),
		CHECK_TEST(test_only_plain_text),
		CHECK_TEST(test_one_that_failed_is_not_tried_again),
		CHECK_TEST(test_codes_do_not_run_into_each_other),
		CHECK_TEST(test_what_stays_the_same_stays_open),
		CHECK_TEST(test_one_that_is_changed_in_a_code_says_so),
		CHECK_TEST(test_a_list_that_makes_no_sense_changes_nothing),
		CHECK_TEST(test_more_stations_than_there_may_be_are_refused),
	};

	return check_run("bench/pass", tests, ARRAY_LEN(tests));
}
