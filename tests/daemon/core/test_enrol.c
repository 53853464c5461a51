/*
 * daemon/core/enrol and devices: which scanner is enrolled reaches the bench; the code for the
 * screen is drawn for those who may see it.
 */
#include "daemon/core/enrol.h"

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

#define TASK "{\"enrolment_id\": 7, \"identity\": \"usb:0c2e:0a10:A\", \"code\": \"E1\"}"
#define PICTURE "/api/enrol_picture"

static void control_set(const char *key, const char *value)
{
	char sql[400];

	(void)snprintf(sql, sizeof(sql),
		"insert into fake.control values ('%s', '%s') on conflict (key) do update set "
		"value = excluded.value",
		key, value);
	rig_sql(rig, sql);
}

static void test_which_scanner_is_enrolled_reaches_the_bench(void)
{
	size_t asked;

	begin();
	check(json_is_null(json_object_get(role_last(&bench, "devices"), "enrol")));
	asked = role_asked(&bench, "devices");
	control_set("enrol", TASK);
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > asked));
	const json_t *enrol = json_object_get(role_last(&bench, "devices"), "enrol");

	check_int(json_integer_value(json_object_get(enrol, "enrolment_id")), 7);
	check_str(json_string_value(json_object_get(enrol, "code")), "E1");
	asked = role_asked(&bench, "devices");
	rig_sql(rig, "delete from fake.control where key = 'enrol'");
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > asked));
	check(json_is_null(json_object_get(role_last(&bench, "devices"), "enrol")));
	end();
}

/* Opened by a page: the bench hears of it without waiting for the next reading. */
static void test_a_page_that_opens_it_hurries_the_bench(void)
{
	static const char body[] =
		"{\"request_id\": \"6d1d3e50-0b5e-4c1e-8f1e-2f4f8b1c9a01\", \"args\": {}}";

	begin();
	size_t asked = role_asked(&bench, "devices");

	control_set("enrol", TASK);
	check_int(http_status(http_post(rig, "/api/enrol_open", OPERATOR_C, body)), 200);
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > asked));
	check(json_is_object(json_object_get(role_last(&bench, "devices"), "enrol")));
	end();
}

static void test_the_code_is_drawn_for_those_who_may_see_it(void)
{
	begin();
	control_set(
		"enrolment", "{\"enrolment_id\": 7, \"code\": \"E1\\u001dM\", \"ended\": null}");
	const char *answer = http_post(rig, PICTURE, OPERATOR_C, "{}");

	check_int(http_status(answer), 200);
	check_contains(answer, "\"enrolment_id\":7");
	check_contains(answer, "\"code128\":\"YmFycw==\"");
	check_contains(answer, "\"datamatrix\":\"c3F1YXJlcw==\"");
	check_str(last_text(&press, "screen", "text"), "E1\x1dM");
	answer = http_post(rig, PICTURE, STATION_A, "{}");
	check_contains(answer, "sign_in_needed");
	check_int(role_asked(&press, "screen"), 1);
	end();
}

static void test_without_an_open_enrolment_there_is_no_picture(void)
{
	begin();
	check_int(http_status(http_post(rig, PICTURE, OPERATOR_C, "{}")), 404);
	control_set("enrolment", "{\"enrolment_id\": 7, \"code\": \"E1\", \"ended\": \"expired\"}");
	check_int(http_status(http_post(rig, PICTURE, OPERATOR_C, "{}")), 404);
	check_int(role_asked(&press, "screen"), 0);
	control_set("enrolment", "{\"enrolment_id\": 7, \"code\": \"E1\", \"ended\": null}");
	press.has_no_paper = true;
	check_contains(http_post(rig, PICTURE, OPERATOR_C, "{}"), "the press drew no code");
	press_leave();
	check_contains(http_post(rig, PICTURE, OPERATOR_C, "{}"), "the press is not there");
	end();
}

static void test_the_code_for_a_new_page_is_drawn_in_the_same_way(void)
{
	static const char path[] = "/api/page_picture";

	begin();
	check_int(http_status(http_post(rig, path, OPERATOR_C, "{}")), 404);
	control_set("page_code", "{\"page_code_id\": 9, \"code\": \"12345678\", \"ended\": null}");
	const char *answer = http_post(rig, path, OPERATOR_C, "{}");

	check_contains(answer, "\"page_code_id\":9");
	check_contains(answer, "\"datamatrix\":\"c3F1YXJlcw==\"");
	check_str(last_text(&press, "screen", "text"), "12345678");
	check_contains(http_post(rig, path, STATION_A, "{}"), "sign_in_needed");
	control_set("page_code", "{\"page_code_id\": 9, \"code\": null, \"ended\": \"bound\"}");
	check_int(http_status(http_post(rig, path, OPERATOR_C, "{}")), 404);
	check_int(role_asked(&press, "screen"), 1);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_which_scanner_is_enrolled_reaches_the_bench),
		CHECK_TEST(test_a_page_that_opens_it_hurries_the_bench),
		CHECK_TEST(test_the_code_is_drawn_for_those_who_may_see_it),
		CHECK_TEST(test_without_an_open_enrolment_there_is_no_picture),
		CHECK_TEST(test_the_code_for_a_new_page_is_drawn_in_the_same_way),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/enrol", tests, ARRAY_LEN(tests));
}
