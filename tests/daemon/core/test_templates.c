/* daemon/core/templates: who may, what the press is asked, and what becomes of its answer. */
#include "daemon/core/templates.h"

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

#define REQUEST_ID "\"request_id\": \"00000000-0000-4000-8000-000000000001\""
#define GOLDEN "{" REQUEST_ID ", \"args\": {\"template\": \"auto12\", \"version\": 3}}"
#define PREVIEW                                                                           \
	"{\"template\": \"auto12\", \"body\": \"the draft\", \"dpi\": 300, \"content\": " \
	"{\"copy\": 1}}"

static void test_golden_run_goes_from_database_to_press_to_database(void)
{
	begin();
	const char *answer = http_post(rig, "/api/template_golden", OPERATOR_C, GOLDEN);

	check_int(http_status(answer), 200);
	check_contains(answer, "template_passed");
	check_str(last_text(&press, "golden", "template"), "auto12");
	check_str(last_text(&press, "golden", "template_body"), "the text");
	check_int(json_array_size(json_object_get(role_last(&press, "golden"), "cases")), 1);
	check(sql_is("select count(*) from fake.call where fn = 'template_golden' and request_id = "
		     "'00000000-0000-4000-8000-000000000001'",
		"1"));
	check(sql_is("select args::text from fake.call where fn = 'template_golden'",
		"{\"site\": \"of the catalogue\", \"cases\": 12, \"failed\": 0, \"passed\": true, "
		"\"sha256\": \"of the text\", "
		"\"version\": 3, \"failures\": [], \"template\": \"auto12\"}"));
	/* by the core's own session, which alone may say it */
	check(sql_is("select (fake.who(session)).kind from fake.call where fn = 'template_golden'",
		"core"));
	end();
}

static void test_who_may_not_read_templates_asks_nothing_of_the_press(void)
{
	begin();
	const char *answer = http_post(rig, "/api/template_golden", STATION_A, GOLDEN);

	check_int(http_status(answer), 200);
	check_contains(answer, "sign_in_needed");
	answer = http_post(rig, "/api/template_preview", STATION_A, PREVIEW);
	check_int(http_status(answer), 200);
	check_contains(answer, "sign_in_needed");
	check_int(role_asked(&press, "golden") + role_asked(&press, "preview"), 0);
	end();
}

static void test_golden_run_that_is_malformed_is_refused(void)
{
	static const char *const rows[] = { "{}", "{" REQUEST_ID "}",
		"{\"request_id\": \"x\", \"args\": {}}", "{" REQUEST_ID ", \"args\": []}" };

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i]);
		check_int(http_status(http_post(rig, "/api/template_golden", OPERATOR_C, rows[i])),
			400);
	}
	check_int(role_asked(&press, "golden"), 0);
	end();
}

/* Nobody but the core tells the database what the golden set found. */
static void test_page_cannot_claim_a_golden_result(void)
{
	enum call_no call;

	check(!call_find_for_page("template_golden", CALL_WRITES, &call));
	check(call_find_for_page("template_propose", CALL_WRITES, &call));
	check(call_find_for_page("template_withdraw", CALL_WRITES, &call));
	check(call_find_for_page("template_publish", CALL_WRITES, &call));
	check(call_find_for_page("template_turn_down", CALL_WRITES, &call));
	check(call_find_for_page("template_put", CALL_WRITES, &call));
	check(call_find_for_page("template_list", CALL_READS, &call));
}

static void test_preview_is_answered_with_its_picture(void)
{
	begin();
	const char *answer = http_post(rig, "/api/template_preview", OPERATOR_C, PREVIEW);

	check_int(http_status(answer), 200);
	check_contains(answer, "\"ok\":true");
	check_contains(answer, "\"png\":\"YSBwaWN0dXJl\"");
	check_contains(answer, "\"warnings\":[\"name_shortened\"]");
	check_str(last_text(&press, "preview", "template_body"), "the draft");
	check_int(json_integer_value(json_object_get(role_last(&press, "preview"), "dpi")), 300);
	check(json_is_object(json_object_get(role_last(&press, "preview"), "content")));
	end();
}

static void test_preview_says_which_check_failed(void)
{
	begin();
	press.fails_label = true;
	const char *answer = http_post(rig, "/api/template_preview", OPERATOR_C, PREVIEW);

	check_int(http_status(answer), 200);
	check_contains(answer, "\"ok\":false");
	check_contains(answer, "\"check\":\"fits\"");
	check_contains(answer, "the name does not fit");
	end();
}

static void test_without_a_press_nothing_is_tried(void)
{
	begin();
	press_leave();
	check_int(http_status(http_post(rig, "/api/template_golden", OPERATOR_C, GOLDEN)), 503);
	const char *answer = http_post(rig, "/api/template_preview", OPERATOR_C, PREVIEW);

	check_int(http_status(answer), 503);
	check_contains(answer, "the press is not there");
	check(sql_is("select count(*) from fake.call where fn = 'template_golden'", "0"));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_golden_run_goes_from_database_to_press_to_database),
		CHECK_TEST(test_who_may_not_read_templates_asks_nothing_of_the_press),
		CHECK_TEST(test_golden_run_that_is_malformed_is_refused),
		CHECK_TEST(test_page_cannot_claim_a_golden_result),
		CHECK_TEST(test_preview_is_answered_with_its_picture),
		CHECK_TEST(test_preview_says_which_check_failed),
		CHECK_TEST(test_without_a_press_nothing_is_tried),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/templates", tests, ARRAY_LEN(tests));
}
