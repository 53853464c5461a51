/* The press over its link: contrib/CONTRACTS.md 2, "Core asks press". */
#include "daemon/press/press.h"

#include <sodium.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
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
		check_int(json_integer_value(json_object_get(core.reply, "width_dots")), 406);
		check_int(json_integer_value(json_object_get(core.reply, "height_dots")), 203);
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

static void test_press_ends_with_jobs_waiting(void)
{
	struct core_end core;
	struct press *press = press_beside(&core);

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
		CHECK_TEST(test_press_ends_with_jobs_waiting),
		CHECK_TEST(test_press_keeps_its_templates_when_new_ones_cannot_be_read),
	};

	if (sodium_init() < 0)
		return 99;
	pin_wipe_json();
	return check_run("press/press", tests, ARRAY_LEN(tests));
}
