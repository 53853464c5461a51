/* daemon/core/papers: who may, what the press is asked, and that nothing goes out before it is
 * stored. */
#include "daemon/core/papers.h"

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

#define LIST "/api/paper?paper=packing_list&bag=B101000000188"

static void test_paper_goes_from_database_to_press_to_database_to_person(void)
{
	begin();
	const char *answer = http_get(rig, LIST "&format=letter", OPERATOR_C);

	check_int(http_status(answer), 200);
	check_contains(answer, "%PDF a paper");
	check_contains(answer, "Content-Type: application/pdf\r\n");
	check_contains(answer, "Content-Disposition: inline; filename=\"packing-list.pdf\"\r\n");
	check_contains(answer, "X-Content-Type-Options: nosniff\r\n");
	check_contains(answer, "Cache-Control: no-store\r\n");
	check_str(json_string_value(json_object_get(
			  json_object_get(role_last(&press, "paper"), "paper"), "title")),
		"packing_list");
	check(sql_is("select args::text from fake.call where fn = 'paper'",
		"{\"bag\": \"B101000000188\", \"paper\": \"packing_list\", \"format\": "
		"\"letter\"}"));
	check(sql_is("select args::text from fake.call where fn = 'paper_made'",
		"{\"bag\": \"B101000000188\", \"pages\": 2, \"paper\": \"packing_list\", "
		"\"format\": "
		"\"letter\", \"sha256\": \"of the pdf\"}"));
	/* as the person who asked */
	check(sql_is("select (fake.who(session)).operator from fake.call where fn = 'paper_made'",
		"Ada"));
	end();
}

static void test_each_making_is_a_request_of_its_own(void)
{
	begin();
	check_int(http_status(http_get(rig, LIST, OPERATOR_C)), 200);
	check_int(http_status(http_get(rig, LIST, OPERATOR_C)), 200);
	check(sql_is(
		"select count(distinct request_id) from fake.call where fn = 'paper_made'", "2"));
	end();
}

static void test_who_may_not_asks_nothing_of_the_press(void)
{
	begin();
	const char *answer = http_get(rig, LIST, STATION_A);

	check_int(http_status(answer), 403);
	check_contains(answer, "sign_in_needed");
	check_int(http_status(http_get(rig, LIST, "")), 401);
	check_int(role_asked(&press, "paper"), 0);
	end();
}

static void test_unknown_paper_is_not_found(void)
{
	static const char *const rows[] = { "/api/paper", "/api/paper?paper=label",
		"/api/paper?paper=packing_list%22" };

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i]);
		check_int(http_status(http_get(rig, rows[i], OPERATOR_C)), 404);
	}
	check(sql_is("select count(*) from fake.call where fn like 'paper%'", "0"));
	end();
}

/* Nobody but the core tells the database that a paper was made, and a page cannot read its words.
 */
static void test_page_cannot_claim_a_paper(void)
{
	enum call_no call;

	check(!call_find_for_page("paper_made", CALL_WRITES, &call));
	check(!call_find_for_page("paper", CALL_READS, &call));
	check(call_find_for_page("stock_print", CALL_WRITES, &call));
	check(call_find_for_page("stock", CALL_READS, &call));
	check(call_find_for_page("downtime_enter", CALL_WRITES, &call));
	check(call_find_for_page("downtime", CALL_READS, &call));
}

static void test_what_the_press_refuses_is_told_and_not_stored(void)
{
	begin();
	press.fails_label = true;
	const char *answer = http_get(rig, LIST, OPERATOR_C);

	check_int(http_status(answer), 422);
	check_contains(answer, "the name does not fit");
	press.fails_label = false;
	press.has_no_paper = true;
	check_int(http_status(http_get(rig, LIST, OPERATOR_C)), 500);
	check(sql_is("select count(*) from fake.call where fn = 'paper_made'", "0"));
	end();
}

static void test_paper_that_is_not_stored_does_not_go_out(void)
{
	begin();
	rig_sql(rig, "insert into fake.control values ('paper', 'not_allowed')");
	const char *answer = http_get(rig, LIST, OPERATOR_C);

	check_int(http_status(answer), 403);
	check(!strstr(answer, "%PDF"));
	end();
}

static void test_without_a_press_there_is_no_paper(void)
{
	begin();
	press_leave();
	const char *answer = http_get(rig, LIST, OPERATOR_C);

	check_int(http_status(answer), 503);
	check_contains(answer, "the press is not there");
	check(sql_is("select count(*) from fake.call where fn = 'paper_made'", "0"));
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_paper_goes_from_database_to_press_to_database_to_person),
		CHECK_TEST(test_each_making_is_a_request_of_its_own),
		CHECK_TEST(test_who_may_not_asks_nothing_of_the_press),
		CHECK_TEST(test_unknown_paper_is_not_found),
		CHECK_TEST(test_page_cannot_claim_a_paper),
		CHECK_TEST(test_what_the_press_refuses_is_told_and_not_stored),
		CHECK_TEST(test_paper_that_is_not_stored_does_not_go_out),
		CHECK_TEST(test_without_a_press_there_is_no_paper),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/papers", tests, ARRAY_LEN(tests));
}
