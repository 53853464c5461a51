/* The press and the text of a template: a version that comes with its job, a golden set, a preview.
 */

#include "tests/daemon/press/press_rig.h"

/* The label is drawn with the version that came with it, not with the file of that name. */
static void test_press_draws_with_the_version_that_the_job_brings(void)
{
	AUTO(char_free)
	char *text = text_new("slip", "\"kind\": \"text\"",
		"\"kind\": \"rule\", \"x\": 1, \"y\": 23.6, \"width\": 48, \"height\": 0.3}, "
		"{\"kind\": \"text\"");
	AUTO(json_decref) json_t *old = NULL;
	struct core_end core;
	struct press *press = press_beside(&core);
	json_t *label = slip_new("Okafor");

	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE))
		old = json_incref(json_object_get(core.reply, "sha256"));
	(void)json_object_set_new(label, "template_version", json_integer(2));
	(void)json_object_set_new(label, "template_body", json_string(text));
	core_end_ask(&core, label);
	if (check(core_end_wait(&core, 2)) && check_int(core.err.code, ERR_NONE))
		check(!json_equal(old, json_object_get(core.reply, "sha256")));
	core_end_ask(&core, slip_new("Okafor")); /* nothing of it is kept */
	if (check(core_end_wait(&core, 3)))
		check(json_equal(old, json_object_get(core.reply, "sha256")));
	press_end(press, &core);
}

/* A version that cannot be had or read is never replaced by another: that label fails, alone. */
static void test_press_refuses_a_version_without_its_text(void)
{
	AUTO(char_free) char *other = text_new("badge", "", "");
	const struct {
		const char *name, *text, *said;
	} rows[] = {
		{ "missing", NULL, "lacks template or template_body" },
		{ "no template", "{}", "template 'slip': name: is missing" },
		{ "another's", other, "name: is 'badge' in its text" },
	};
	struct core_end core;
	struct press *press = press_beside(&core);

	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *label = slip_new("Okafor");

		check_row(rows[i].name);
		(void)json_object_set_new(label, "template_version", json_integer(2));
		if (rows[i].text)
			(void)json_object_set_new(
				label, "template_body", json_string(rows[i].text));
		core_end_ask(&core, label);
		if (check(core_end_wait(&core, 2 * i + 1)))
			check_err(&core.err, ERR_INVALID, rows[i].said);
		core_end_ask(&core, slip_new("Okafor"));
		if (check(core_end_wait(&core, 2 * i + 2)))
			check_int(core.err.code, ERR_NONE);
	}
	press_end(press, &core);
}

static void test_press_tries_a_template_with_the_golden_set(void)
{
	AUTO(char_free) char *text = text_new("slip", "", "");
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, job_new("golden", "slip", text));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		AUTO_BUF hex = { 0 };
		uint8_t hash[crypto_hash_sha256_BYTES];

		crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
		hex_encode(bytes_of(hash, sizeof(hash)), &hex);
		check(json_is_true(json_object_get(core.reply, "passed")));
		check_int(json_integer_value(json_object_get(core.reply, "cases")), 12);
		check_int(json_integer_value(json_object_get(core.reply, "failed")), 0);
		check_int(json_array_size(json_object_get(core.reply, "failures")), 0);
		check_str(json_string_value(json_object_get(core.reply, "sha256")), buf_str(&hex));
	}
	press_end(press, &core);
}

static const char *failure_text(const struct core_end *core, const char *key)
{
	return json_string_value(
		json_object_get(json_array_get(json_object_get(core->reply, "failures"), 0), key));
}

/* LB-14: the site's own cases go with the run. */
static void test_press_tries_a_template_with_the_sites_own_cases(void)
{
	AUTO(char_free) char *text = text_new("slip", "", "");
	json_t *job = job_new("golden", "slip", text);
	json_t *none = job_new("golden", "slip", text);
	struct core_end core;
	struct press *press = press_beside(&core);

	(void)json_object_set_new(job, "cases",
		json_pack("[{s:s, s:s, s:b, s:{s:s, s:s, s:s, s:s}}]", "name", "here: long",
			"subject", "visit", "whole", 1, "content", "slip", "V101000000158",
			"family", "Wolfeschlegelsteinhausenbergerdorff", "given", "Hubert",
			"patient_number", "1"));
	(void)json_object_set_new(none, "cases", json_string("all"));
	core_end_ask(&core, job);
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		check(json_is_false(json_object_get(core.reply, "passed")));
		check_int(json_integer_value(json_object_get(core.reply, "cases")), 15);
		check_str(failure_text(&core, "case"), "here: long");
		check_str(failure_text(&core, "check"), "name_shortened");
	}
	core_end_ask(&core, none);
	if (check(core_end_wait(&core, 2)))
		check_err(&core.err, ERR_INVALID, "no list");
	press_end(press, &core);
}

/* The longest class beside the word STAT, where the line was made too short for it. */
static void test_press_says_which_case_a_template_fails(void)
{
	AUTO(char_free)
	char *text = text_new("bag", "\"narrow_width\": 37.8", "\"narrow_width\": 20");
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, job_new("golden", "bag", text));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		check(json_is_false(json_object_get(core.reply, "passed")));
		check_int(json_integer_value(json_object_get(core.reply, "cases")), 24);
		check_int(json_integer_value(json_object_get(core.reply, "failed")), 3);
		check_str(failure_text(&core, "case"), "class REFRIGERATED, STAT");
		check_str(failure_text(&core, "check"), "text_ink");
		check_contains(failure_text(&core, "message"), "the temperature class");
	}
	press_end(press, &core);
}

static void test_press_finds_that_a_text_is_no_template(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, job_new("golden", "slip", "{\"name\": \"slip\"}"));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE)) {
		check(json_is_false(json_object_get(core.reply, "passed")));
		check_int(json_integer_value(json_object_get(core.reply, "cases")), 0);
		check_int(json_integer_value(json_object_get(core.reply, "failed")), 1);
		check_str(failure_text(&core, "check"), "template");
		check_contains(failure_text(&core, "message"), "version: is missing");
	}
	core_end_ask(&core, json_pack("{s:s}", "do", "golden"));
	if (check(core_end_wait(&core, 2)))
		check_err(&core.err, ERR_INVALID, "lacks template or template_body");
	press_end(press, &core);
}

/* Labels, PINs and previews that come while a golden run is under way are answered before it. */
static void test_press_makes_labels_between_those_of_a_golden_run(void)
{
	AUTO(char_free) char *text = text_new("slip", "", "");
	struct core_end core;
	struct press *press = press_beside(&core);

	core_end_ask(&core, job_new("golden", "slip", text));
	loop_step(core.loop, 100);
	loop_step(core.loop, 100);
	core_end_ask(&core, job_new("preview", "slip", text));
	core_end_ask(&core, json_pack("{s:s, s:s, s:s}", "do", "pin", "pin", "4711", "hash", ""));
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 4)))
		check_str(buf_str(&core.order), "label match preview golden ");
	press_end(press, &core);
}

/* The preview is the label: the same picture, dot for dot, for the same content. */
static void test_press_previews_what_a_label_job_draws(void)
{
	AUTO(char_free) char *text = text_new("slip", "", "");
	struct core_end core;
	struct press *press = press_beside(&core);
	json_t *label = slip_new("Okafor");
	json_t *preview = job_new("preview", "slip", text);
	AUTO_BUF png = { 0 };

	(void)json_object_set(preview, "content", json_object_get(label, "content"));
	(void)json_object_set(preview, "dpi", json_object_get(label, "dpi"));
	core_end_ask(&core, label);
	if (check(core_end_wait(&core, 1)))
		buf_add(&png, buf_bytes(&core.png));
	core_end_ask(&core, preview);
	if (check(core_end_wait(&core, 2)) && check_int(core.err.code, ERR_NONE)) {
		check(png.len > 8);
		check_bytes(buf_bytes(&core.png), buf_bytes(&png));
		check_int(json_integer_value(json_object_get(core.reply, "width_dots")), 400);
		check_int(json_integer_value(json_object_get(core.reply, "height_dots")), 200);
		check_int(json_array_size(json_object_get(core.reply, "warnings")), 0);
	}
	press_end(press, &core);
}

static void test_press_previews_an_ordinary_label_and_says_what_fails(void)
{
	AUTO(char_free) char *text = text_new("slip", "", "");
	struct core_end core;
	struct press *press = press_beside(&core);
	json_t *odd = job_new("preview", "slip", text);
	json_t *no_dpi = job_new("preview", "slip", text);

	core_end_ask(&core, job_new("preview", "slip", text));
	if (check(core_end_wait(&core, 1)) && check_int(core.err.code, ERR_NONE))
		check_int(json_integer_value(json_object_get(core.reply, "width_dots")), 591);
	(void)json_object_set_new(odd, "content", json_pack("{s:s}", "slip", "V101000000158"));
	core_end_ask(&core, odd);
	if (check(core_end_wait(&core, 2))) {
		check_int(core.err.code, ERR_CHECK_FAILED);
		check_str(json_string_value(json_object_get(core.reply, "check")), "identifiers");
		check_int(core.png.len, 0);
	}
	(void)json_object_del(no_dpi, "dpi");
	core_end_ask(&core, no_dpi);
	if (check(core_end_wait(&core, 3)))
		check_err(&core.err, ERR_INVALID, "lacks dpi");
	press_end(press, &core);
}

/* A file that is no template, and a golden set that is none, take no label away. */
static void test_press_prints_beside_files_that_are_broken(void)
{
	AUTO(char_free) char *command = text_new("command", "", "");
	AUTO(char_free) char *slip = text_new("slip", "", "");
	struct core_end core;
	struct press *press;
	char dir[] = "/tmp/specimend-templates-XXXXXX";
	const char *const files[][2] = { { "command.json", command }, { "slip.json", slip },
		{ "badge.json", "{" } };
	struct err err = { 0 };

	core_end_open(&core);
	check(mkdtemp(dir) != NULL);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(char_free) char *path = xasprintf("%s/%s", dir, files[i][0]);
		FILE *file = fopen(path, "we");

		if (check(file != NULL)) {
			fputs(files[i][1], file);
			check_int(fclose(file), 0);
		}
	}
	const struct link_setup setup = { .loop = core.loop,
		.path = core.path,
		.peer_uid = geteuid(),
		.start_id = core.start_id };

	press = press_new(&setup);
	log_set_level((enum log_level)0);
	check_ok(press_prepare(press, dir, &err), &err);
	log_set_level(LOG_LEVEL_ERROR);
	check(core_end_wait(&core, 0));
	core_end_ask(&core, slip_new("Okafor"));
	if (check(core_end_wait(&core, 1)))
		check_int(core.err.code, ERR_NONE);
	core_end_ask(&core, job_new("golden", "slip", slip));
	if (check(core_end_wait(&core, 2)))
		check_err(&core.err, ERR_NOT_FOUND, "no golden set");
	core_end_ask(&core, job_new("preview", "slip", slip));
	if (check(core_end_wait(&core, 3)))
		check_err(&core.err, ERR_NOT_FOUND, "has no label for this template");
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		AUTO(char_free) char *path = xasprintf("%s/%s", dir, files[i][0]);

		check_int(unlink(path), 0);
	}
	check_int(rmdir(dir), 0);
	press_end(press, &core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_press_draws_with_the_version_that_the_job_brings),
		CHECK_TEST(test_press_refuses_a_version_without_its_text),
		CHECK_TEST(test_press_tries_a_template_with_the_golden_set),
		CHECK_TEST(test_press_tries_a_template_with_the_sites_own_cases),
		CHECK_TEST(test_press_says_which_case_a_template_fails),
		CHECK_TEST(test_press_finds_that_a_text_is_no_template),
		CHECK_TEST(test_press_makes_labels_between_those_of_a_golden_run),
		CHECK_TEST(test_press_previews_what_a_label_job_draws),
		CHECK_TEST(test_press_previews_an_ordinary_label_and_says_what_fails),
		CHECK_TEST(test_press_prints_beside_files_that_are_broken),
	};

	if (sodium_init() < 0)
		return 99;
	pin_wipe_json();
	return check_run("press/press_templates", tests, ARRAY_LEN(tests));
}
