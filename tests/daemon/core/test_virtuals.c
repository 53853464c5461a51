/* daemon/core/virtuals: virtual devices reach the bench, and their labels the page. */
#include "daemon/core/virtuals.h"

#include "daemon/base/auto.h"
#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

static void test_virtual_devices_pass_to_the_bench_in_practice_only(void)
{
	begin();
	check_int(http_status(http_post(rig, "/api/virtual_scan", STATION_A,
			  "{\"device_id\":11,\"text\":\"abc\"}")),
		200);
	check_str(last_text(&bench, "virtual_scan", "raw"), "YWJj");
	check_int(http_status(http_post(rig, "/api/virtual_printer", STATION_A,
			  "{\"device_id\":12,\"mode\":\"head_open\",\"labels_left\":3}")),
		200);
	check_str(last_text(&bench, "virtual_printer", "mode"), "head_open");
	const struct link_payloads payloads = { .items = { { "png", bytes_of_str("a picture") } },
		.count = 1 };
	AUTO(json_decref)
	json_t *notice = json_pack(
		"{s:s,s:i,s:i}", "what", "virtual_label", "device_id", 12, "print_job_id", 7);

	for (int i = 0; i < 60; i++)
		check(link_notice(bench.link, notice, &payloads, NULL));
	rig_run_ms(rig, 200);
	const char *answer = http_get(rig, "/api/virtual_labels?device_id=12", STATION_A);

	check_contains(answer, "{\"labels\":[{\"number\":60,\"print_job_id\":7,\"at\":\"20");
	check_contains(answer, "\"number\":11,");
	check(!strstr(answer, "\"number\":10,"));
	check_contains(
		http_get(rig, "/api/virtual_label?device_id=12&number=60", STATION_A), "a picture");
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=10", STATION_A)),
		404);
	rig_sql(rig, "insert into fake.control values ('practice', 'no')");
	rig_push_ms(11000);
	rig_run_ms(rig, 100);
	check_int(http_status(http_post(rig, "/api/virtual_scan", STATION_A,
			  "{\"device_id\":11,\"text\":\"abc\"}")),
		403);
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=60", STATION_A)),
		401); /* allow_virtual on a real node: a real patient is on it */
	check_int(
		http_status(http_get(rig, "/api/virtual_label?device_id=12&number=60", OPERATOR_C)),
		200);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_virtual_devices_pass_to_the_bench_in_practice_only),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/virtuals", tests, ARRAY_LEN(tests));
}
