/* daemon/core/routes against the running core: actions and views, each to its function and back. */
#include "daemon/core/routes.h"

#include "daemon/base/str.h"
#include "tests/check.h"
#include "tests/daemon/core/http_rig.h"

static void test_health_says_each_part(void)
{
	const char *answer = http_get(rig, "/api/health", NULL);

	check_contains(answer, "\"core\":{\"ok\":true,\"since\":\"20");
	check_contains(answer, "\"bench\":{\"ok\":false");
	check_contains(answer, "\"database\":{\"ok\":true");
}

#define ID "11111111-2222-4333-8444-555555555555"

static void test_action_goes_to_its_function_and_back(void)
{
	const char *answer = http_post(rig, "/api/reprint", OPERATOR_C,
		"{\"request_id\":\"" ID "\",\"args\":{\"specimen_id\":\"1\"}}");

	check_int(http_status(answer), 200);
	check_contains(answer, "\"verdict\": \"stored\"");
	check_str(rig_sql(rig, "select fn || ' ' || request_id || ' ' || left(session, 2) || ' ' "
			       "|| args from fake.call "
			       "where fn = 'reprint'"),
		"reprint " ID " cc {\"specimen_id\": \"1\"}");
	(void)http_post(rig, "/api/reprint", OPERATOR_C, "{\"request_id\":\"" ID "\"}");
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'reprint'"), "1");
}

/* How often `changed` was said since the last look. */
static unsigned changes_heard(void)
{
	unsigned count = 0;
	PGnotify *notify;

	check_int(PQconsumeInput(rig->pg), 1);
	while ((notify = PQnotifies(rig->pg))) {
		count += str_equal(notify->relname, "changed");
		PQfreemem(notify);
	}
	return count;
}

static void test_stored_action_is_told_to_other_cores_and_a_view_is_not(void)
{
	rig_run_ms(rig, 2 * DB_NOTIFY_MS); /* what came before */
	(void)rig_sql(rig, "listen changed");
	(void)changes_heard();
	(void)http_get(rig, "/api/me", STATION_A);
	rig_run_ms(rig, 2 * DB_NOTIFY_MS);
	check_int(changes_heard(), 0);
	(void)http_post(rig, "/api/visit_park", OPERATOR_C,
		"{\"request_id\":\"00000000-0000-4000-8000-000000000077\",\"args\":{}}");
	check(RIG_WAIT(rig, changes_heard() == 1));
	rig_run_ms(rig, 2 * DB_NOTIFY_MS);
	check_int(changes_heard(), 0);
	(void)rig_sql(rig, "unlisten changed");
}

static const struct action_case {
	const char *name;
	const char *path;
	const char *fields;
	const char *body;
	unsigned status;
} action_cases[] = {
	{ "no such action", "/api/nothing", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "for the core only", "/api/print_job_set", STATION_A, "{\"request_id\":\"" ID "\"}",
		404 },
	{ "service_open", "/api/service_open", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "order_message", "/api/order_message", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "a view by POST", "/api/me", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "deeper path", "/api/visit_open/x", STATION_A, "{\"request_id\":\"" ID "\"}", 404 },
	{ "no request id", "/api/visit_open", STATION_A, "{\"args\":{}}", 400 },
	{ "no UUID", "/api/visit_open", STATION_A, "{\"request_id\":\"x\",\"args\":{}}", 400 },
	{ "args no object", "/api/visit_open", STATION_A, "{\"request_id\":\"" ID "\",\"args\":[]}",
		400 },
	{ "no cookie", "/api/visit_open", NULL, "{\"request_id\":\"" ID "\"}", 401 },
	{ "malformed cookie", "/api/visit_open", "Cookie: specimend_station='; drop\r\n",
		"{\"request_id\":\"" ID "\"}", 401 },
	{ "unknown token", "/api/visit_open",
		"Cookie: "
		"specimend_station="
		"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\r\n",
		"{\"request_id\":\"" ID "\"}", 401 },
	{ "scan without raw", "/api/scan", STATION_A, "{\"request_id\":\"" ID "\",\"args\":{}}",
		400 },
	{ "scan, bad base64", "/api/scan", STATION_A,
		"{\"request_id\":\"" ID "\",\"args\":{\"raw\":\"@\"}}", 400 },
	{ "scan, bad source", "/api/scan", STATION_A,
		"{\"request_id\":\"" ID "\",\"args\":{\"raw\":\"YQ==\",\"source\":\"usb\"}}", 400 },
	{ "virtual printer, bad mode", "/api/virtual_printer", STATION_A,
		"{\"device_id\":12,\"mode\":\"x\"}", 400 },
	{ "virtual scan without bench", "/api/virtual_scan", STATION_A,
		"{\"device_id\":11,\"text\":\"x\"}", 503 },
};

static void test_actions_are_refused_as_the_table_says(void)
{
	for (size_t i = 0; i < ARRAY_LEN(action_cases); i++) {
		const struct action_case *row = &action_cases[i];

		check_row(row->name);
		check_int(http_status(http_post(rig, row->path, row->fields, row->body)),
			row->status);
	}
	check_row(NULL);
	check_str(rig_sql(rig, "select count(*) from fake.call where fn in ('visit_open', 'scan')"),
		"0");
}

static void test_view_gets_its_query_as_texts(void)
{
	const char *answer = http_get(rig, "/api/patient_find?query=M%C3%BCller+5&n=1", OPERATOR_C);

	check_int(http_status(answer), 200);
	check_contains(answer, "{\"n\": \"1\", \"query\": \"M\303\274ller 5\"}");
	check_int(http_status(http_get(rig, "/api/patient_find?query=a", NULL)), 401);
	check_int(http_status(http_get(rig, "/api/stations", NULL)), 200);
	check_int(http_status(http_get(rig, "/api/devices", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/print_jobs_open", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/visit_open", OPERATOR_C)), 404);
	check_int(http_status(http_get(rig, "/api/me", STATION_A)), 200);
}

static void test_scan_of_a_page_is_stored_as_typed(void)
{
	const char *answer = http_post(rig, "/api/scan", STATION_B,
		"{\"request_id\":\"21111111-2222-4333-8444-555555555555\",\"args\":{\"raw\":"
		"\"YWJj\",\"device_id\":11,\"late\":true}}");

	check_int(http_status(answer), 200);
	check_contains(answer, "\"text\": \"abc\"");
	check_str(rig_sql(rig, "select args::text from fake.call where fn = 'scan'"),
		"{\"aim\": null, \"raw\": \"YWJj\", \"late\": false, \"source\": \"typed\"}");
	check_str(rig_sql(rig, "select station from fake.scan"), "2");
}

static void test_scan_that_is_not_stored_says_so(void)
{
	/* "raise P0001" */
	const char *answer = http_post(rig, "/api/scan", STATION_A,
		"{\"request_id\":\"31111111-2222-4333-8444-555555555555\",\"args\":{\"raw\":"
		"\"cmFpc2UgUDAwMDE=\"}}");

	check_int(http_status(answer), 503);
	check_contains(answer, "Retry-After: 1\r\n");
	check_contains(answer, "\"verdict\":\"not_stored\"");
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_health_says_each_part),
		CHECK_TEST(test_action_goes_to_its_function_and_back),
		CHECK_TEST(test_stored_action_is_told_to_other_cores_and_a_view_is_not),
		CHECK_TEST(test_actions_are_refused_as_the_table_says),
		CHECK_TEST(test_view_gets_its_query_as_texts),
		CHECK_TEST(test_scan_of_a_page_is_stored_as_typed),
		CHECK_TEST(test_scan_that_is_not_stored_says_so),
	};

	(void)argc;
	return http_check_run(argv, "core/routes", tests, ARRAY_LEN(tests));
}
