/* The press over its link: contrib/CONTRACTS.md 2, "Core asks press"; templates that come with a
 * job are test_press_templates.c's. */

#include "tests/daemon/press/press_rig.h"

static void test_press_answers_a_label_with_its_bytes_and_picture(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		check_int(json_integer_value(json_object_get(core.reply, "width_dots")), 400);
		check_int(json_integer_value(json_object_get(core.reply, "height_dots")), 200);
		check_int(strlen(json_string_value(json_object_get(core.reply, "sha256"))), 64);
		check(json_is_array(json_object_get(core.reply, "warnings")));
		check_contains(buf_str(&core.bytes), "^XA");
		check_int(json_integer_value(
				  json_object_get(json_object_get(core.reply, "bytes"), "len")),
			core.bytes.len);
		check(core.png.len > 8 && memcmp(core.png.data, "\x89PNG", 4) == 0);
	}
	press_end(press, &core);
}

static void test_press_says_which_check_failed(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, slip_new("UNKNOWN"));
	if (check(core_end_wait(&core, 1))) {
		check_err(&core.err, ERR_CHECK_FAILED, "placeholder");
		check(core.err.hint[0] != 0);
		check_str(json_string_value(json_object_get(core.reply, "check")), "identifiers");
		check_int(core.bytes.len, 0);
	}
	core_end_ask(&core, json_pack("{s:s}", "do", "label"));
	if (check(core_end_wait(&core, 2))) {
		check_err(&core.err, ERR_INVALID, "lacks template");
		check(json_object_get(core.reply, "check") == NULL);
	}
	press_end(press, &core);
}

static void test_press_warns_of_a_shortened_name(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, slip_new("Wolfeschlegelsteinhausenbergerdorff-Montgomery"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE))
		check_str(json_string_value(
				  json_array_get(json_object_get(core.reply, "warnings"), 0)),
			"name_shortened");
	press_end(press, &core);
}

static void test_press_checks_pins(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);
	char hash[crypto_pwhash_STRBYTES] = "";

	core_end_ask(&core, json_pack("{s:s, s:s}", "do", "pin_hash", "pin", "4711"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE))
		check(str_copy(hash, sizeof(hash),
			json_string_value(json_object_get(core.reply, "hash"))));
	core_end_ask(&core, json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "4711", "hash", hash));
	if (check(core_end_wait(&core, 2)))
		check(json_is_true(json_object_get(core.reply, "match")));
	core_end_ask(&core, json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "0000", "hash", hash));
	if (check(core_end_wait(&core, 3)))
		check(json_is_false(json_object_get(core.reply, "match")));
	core_end_ask(&core, json_pack("{s:s, s:s}", "do", "pin_hash", "pin", "1"));
	if (check(core_end_wait(&core, 4)))
		check_err(&core.err, ERR_INVALID, "4 to 64 characters");
	press_end(press, &core);
}

/* "Label jobs go first": PINs that came before wait; each kind keeps its order. */
static void test_press_takes_labels_first(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, json_pack("{s:s, s:s}", "do", "pin_hash", "pin", "4711"));
	core_end_ask(&core, json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "4711", "hash", ""));
	core_end_ask(&core, slip_new("Okafor"));
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 4)))
		check_str(buf_str(&core.order), "label label hash match ");
	press_end(press, &core);
}

static void test_press_refuses_what_it_does_not_know(void)
{
	static const char *const rows[] = { "{\"do\": \"print\"}", "{\"do\": 7}", "{}" };
	struct core_end core;
	struct press *press = press_beside(&core);

	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i]);
		core_end_ask(&core, json_loads(rows[i], 0, NULL));
		if (check(core_end_wait(&core, i + 1)))
			check_err(&core.err, ERR_INVALID, "does not know that job");
	}
	press_end(press, &core);
}

/* The press holds nothing: jobs of a link that closed are dropped, and it connects again. */
static void test_press_drops_its_jobs_and_connects_again(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, slip_new("Okafor"));
	core_end_ask(&core, json_pack("{s:s, s:s}", "do", "pin_hash", "pin", "4711"));
	loop_step(core.loop, 100);
	link_free(core.link);
	core.link = NULL;
	check_str(buf_str(&core.order), "ERR_DEVICE_OFFLINE ERR_DEVICE_OFFLINE ");
	check(core_end_wait(&core, 0));
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 3)))
		check_str(buf_str(&core.order), "ERR_DEVICE_OFFLINE ERR_DEVICE_OFFLINE label ");
	press_end(press, &core);
}

/* A paper with so many parts of one row, each on a page of its own. */
static json_t *paper_new_of(size_t pages)
{
	AUTO(json_decref)
	json_t *part = json_pack("{s:s, s:s, s:s, s:[], s:[{s:s, s:b, s:s, s:[s]}]}", "id",
		"B101000000188", "heading", "AMBIENT", "sub", "Laboratory", "facts", "rows", "id",
		"101000000156", "symbol", true, "name", "Okafor, Grace", "lines", "CBC");
	json_t *parts = json_array();

	for (size_t i = 0; i < pages; i++)
		json_array_append(parts, part);
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:b, s:b, s:o}}", "do", "paper", "paper",
		"format", "a4", "made_at", "2026-11-22T11:05:00Z", "title", "Packing list", "foot",
		"", "practice", false, "tick", true, "parts", parts);
}

static void test_press_answers_a_paper_with_its_pdf(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, paper_new_of(3));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		AUTO_BUF hex = { 0 };
		uint8_t hash[crypto_hash_sha256_BYTES];

		crypto_hash_sha256(hash, core.bytes.data, core.bytes.len);
		hex_encode(bytes_of(hash, sizeof(hash)), &hex);
		check_contains(buf_str(&core.bytes), "%PDF-");
		check_int(json_integer_value(json_object_get(core.reply, "pages")), 3);
		check_str(json_string_value(json_object_get(core.reply, "sha256")), buf_str(&hex));
		check(json_is_false(json_object_get(core.reply, "lacks_letters")));
	}
	press_end(press, &core);
}

static void test_press_refuses_a_paper_by_the_check_that_failed(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);
	json_t *ask = paper_new_of(1);

	json_object_set_new(json_object_get(ask, "paper"), "practice", json_true());
	core_end_ask(&core, ask);
	if (check(core_end_wait(&core, 1))) {
		check_err(&core.err, ERR_CHECK_FAILED, "not one of ours");
		check_str(json_string_value(json_object_get(core.reply, "check")), "identifiers");
	}
	core_end_ask(&core, json_pack("{s:s}", "do", "paper"));
	if (check(core_end_wait(&core, 2)))
		check_err(&core.err, ERR_INVALID, "format");
	press_end(press, &core);
}

/* A page at a time: what waits for a label does not wait for a paper. */
static void test_press_makes_labels_between_the_pages_of_a_paper(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, paper_new_of(100));
	loop_step(core.loop, 100);
	loop_step(core.loop, 100);
	core_end_ask(&core, json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "4711", "hash", ""));
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 3)))
		check_str(buf_str(&core.order), "label match paper ");
	press_end(press, &core);
}

/* What they read as: tests/printers/page/test_screen.c. */
static void test_press_draws_a_code_for_a_screen_in_both_kinds(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core,
		json_pack("{s:s, s:s}", "do", "screen", "text", "E101000000188042317Qz\"=\x1dM"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		check(core.bytes.len > 8 && core.png.len > 8);
		check_bytes(bytes_of(core.bytes.data, 4), bytes_of("\x89PNG", 4));
		check_bytes(bytes_of(core.png.data, 4), bytes_of("\x89PNG", 4));
		check(!bytes_equal(buf_bytes(&core.bytes), buf_bytes(&core.png)));
	}
	core_end_ask(&core, json_pack("{s:s, s:i}", "do", "screen", "text", 7));
	if (check(core_end_wait(&core, 2)))
		check_int(core.err.code, ERR_INVALID);
	press_end(press, &core);
}

static void test_press_ends_with_jobs_waiting(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	AUTO(char_free) char *text = text_new("slip", "", "");

	core_end_ask(&core, job_new("golden", "slip", text));
	loop_step(core.loop, 100);
	loop_step(core.loop, 100);
	core_end_ask(&core, slip_new("Okafor"));
	core_end_ask(&core, json_pack("{s:s, s:s}", "do", "pin_hash", "pin", "4711"));
	loop_step(core.loop, 100);
	press_end(press, &core); /* nothing leaks, nothing is called later */
	check(true);
}

/* The label that is tried at start is press_beside's; templates that are gone take nothing away. */
static void test_press_keeps_its_templates_when_new_ones_cannot_be_read(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);
	struct err err = { 0 };

	check(!press_prepare(press, "/nonexistent", &err));
	check_contains(err.message, "templates '/nonexistent'");
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 1)))
		check_int(core.err.code, ERR_NONE);
	press_end(press, &core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_press_answers_a_label_with_its_bytes_and_picture),
		CHECK_TEST(test_press_says_which_check_failed),
		CHECK_TEST(test_press_warns_of_a_shortened_name),
		CHECK_TEST(test_press_checks_pins),
		CHECK_TEST(test_press_takes_labels_first),
		CHECK_TEST(test_press_refuses_what_it_does_not_know),
		CHECK_TEST(test_press_drops_its_jobs_and_connects_again),
		CHECK_TEST(test_press_answers_a_paper_with_its_pdf),
		CHECK_TEST(test_press_refuses_a_paper_by_the_check_that_failed),
		CHECK_TEST(test_press_makes_labels_between_the_pages_of_a_paper),
		CHECK_TEST(test_press_draws_a_code_for_a_screen_in_both_kinds),
		CHECK_TEST(test_press_ends_with_jobs_waiting),
		CHECK_TEST(test_press_keeps_its_templates_when_new_ones_cannot_be_read),
	};

	if (sodium_init() < 0)
		return 99;
	pin_wipe_json();
	return check_run("press/press", tests, ARRAY_LEN(tests));
}
