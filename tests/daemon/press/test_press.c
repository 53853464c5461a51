/* The press over its link: contrib/CONTRACTS.md 2, "Core asks press". */
#include "daemon/press/press.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/press/pin.h"
#include "tests/check.h"
#include "tests/daemon/press/core_end.h"

static json_t *slip_new(const char *family)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s, s:s, s:s, s:s, s:b}}", "do",
		"label", "template", "slip", "language", "zpl", "dpi", 203, "width_um", 50800,
		"height_um", 25400, "content", "slip", "V101000000158", "family", family, "given",
		"Grace", "patient_number", "00123456", "practice", false);
}

static struct press *press_beside(struct core_end *core)
{
	core_end_open(core);
	const struct link_setup setup = { .loop = core->loop,
		.path = core->path,
		.peer_uid = geteuid(),
		.start_id = core->start_id };
	struct press *press = press_new(&setup);
	AUTO(char_free) char *dir = check_path("printers/templates");
	struct err err = { 0 };

	check_ok(press_prepare(press, dir, &err), &err);
	check(core_end_wait(core, 0));
	check_str(link_peer_role(core->link), "press");
	return press;
}

static void press_end(struct press *press, struct core_end *core)
{
	press_free(press);
	core_end_close(core);
}

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

/* ---- templates that come with their jobs ---- */

/* The text of a shipped template with one word of it replaced; "" changes nothing. Yours. */
static char *text_new(const char *name, const char *from, const char *to)
{
	AUTO(char_free) char *relative = xasprintf("printers/templates/%s.json", name);
	AUTO(char_free) char *path = check_path(relative);
	static char file[16384];
	FILE *in = fopen(path, "re");

	if (!in)
		return NULL;
	file[fread(file, 1, sizeof(file) - 1, in)] = 0;
	(void)fclose(in); /* it was only read */
	const char *at = strstr(file, from);

	check(at != NULL);
	return at ? xasprintf("%.*s%s%s", (int)(at - file), file, to, at + strlen(from)) : NULL;
}

static json_t *job_new(const char *what, const char *name, const char *text)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:i}", "do", what, "template", name,
		"template_version", 3, "template_body", text, "dpi", 300);
}

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
		CHECK_TEST(test_press_draws_with_the_version_that_the_job_brings),
		CHECK_TEST(test_press_refuses_a_version_without_its_text),
		CHECK_TEST(test_press_tries_a_template_with_the_golden_set),
		CHECK_TEST(test_press_tries_a_template_with_the_sites_own_cases),
		CHECK_TEST(test_press_says_which_case_a_template_fails),
		CHECK_TEST(test_press_finds_that_a_text_is_no_template),
		CHECK_TEST(test_press_makes_labels_between_those_of_a_golden_run),
		CHECK_TEST(test_press_answers_a_paper_with_its_pdf),
		CHECK_TEST(test_press_refuses_a_paper_by_the_check_that_failed),
		CHECK_TEST(test_press_makes_labels_between_the_pages_of_a_paper),
		CHECK_TEST(test_press_previews_what_a_label_job_draws),
		CHECK_TEST(test_press_draws_a_code_for_a_screen_in_both_kinds),
		CHECK_TEST(test_press_previews_an_ordinary_label_and_says_what_fails),
		CHECK_TEST(test_press_prints_beside_files_that_are_broken),
		CHECK_TEST(test_press_ends_with_jobs_waiting),
		CHECK_TEST(test_press_keeps_its_templates_when_new_ones_cannot_be_read),
	};

	if (sodium_init() < 0)
		return 99;
	pin_wipe_json();
	return check_run("press/press", tests, ARRAY_LEN(tests));
}
