/* daemon/bench/bench as contrib/CONTRACTS.md 2 says: codes that the core has handed on. */
#include "daemon/bench/bench.h"

#include "tests/check.h"
#include "tests/daemon/bench/bench_rig.h"
#include "tests/daemon/bench/fake_way.h"

static void pass_begin(void)
{
	memset(&fake_way, 0, sizeof(fake_way));
	core.pass_ways = fake_ways;
	begin();
	json_t *list = core_devices_new(&core);

	json_object_set_new(list, "pass",
		json_pack("[{s:i, s:s, s:s, s:s}]", "station_id", 1, "way", "fake", "target", "lis",
			"terminator", "cr"));
	check_ok(core_ask(&core, list, NULL, 0), &core.err);
	check_str(fake_way_seen(), "open lis; ");
}

static bool pass_on(const char *start_id, int counter)
{
	return core_ask(&core,
		json_pack("{s:s, s:i, s:i, s:{s:s, s:i}, s:s}", "do", "pass_on", "station_id", 1,
			"device_id", CORE_SCANNER, "scan", "start_id", start_id, "counter", counter,
			"text", "101000000156"),
		NULL, 0);
}

static void test_a_code_is_handed_on_when_the_core_says_so(void)
{
	pass_begin();
	check_ok(virtual_scan("MTAxMDAwMDAwMTU2", "]C0"), &core.err);
	check_str(fake_way_seen(), ""); /* by itself nothing */
	check_ok(pass_on(core.bench_start_id, 1), &core.err);
	check_str(fake_way_seen(), "lis 101000000156; ");
	check(!pass_on(core.bench_start_id, 1));
	check_err(&core.err, ERR_CONFLICT, "was handed on");
	check_str(fake_way_seen(), "");
	core_end(&core);
	check_str(fake_way_seen(), "close lis; ");
	(void)fake_way_seen();
}

static void test_why_it_was_not_handed_on_is_said(void)
{
	pass_begin();
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	check_ok(virtual_scan("MTI0", "]C0"), &core.err);
	fake_way.fails = "the cable is out";
	check(!pass_on(core.bench_start_id, 1));
	check_err(&core.err, ERR_IO, "the cable is out");
	fake_way.refuses = "there is none";
	check(!pass_on(core.bench_start_id, 2));
	check_err(&core.err, ERR_DEVICE_OFFLINE, "there is none");
	core_end(&core);
	(void)fake_way_seen();
	(void)fake_way_seen();
}

static void test_a_scan_of_another_start_or_device_is_not_handed_on(void)
{
	struct transport_port *port;
	struct err err = { .code = ERR_DEVICE_OFFLINE };

	pass_begin();
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	check(!pass_on(core.start_id, 1));
	check_err(&core.err, ERR_CONFLICT, "not handed on");
	check(!pass_on(core.bench_start_id, 2)); /* which was not read yet */
	check_err(&core.err, ERR_CONFLICT, "");
	port = bench_port(core.bench, CORE_SCANNER);
	port->events->gone(port->arg, &err);
	port->events->here(port->arg, (struct bytes) { 0 });
	check(!pass_on(core.bench_start_id, 1));
	check_err(&core.err, ERR_CONFLICT, "plugged in after");
	check_str(fake_way_seen(), "");
	core_end(&core);
	(void)fake_way_seen();
	(void)fake_way_seen();
}

static void test_a_station_that_is_not_listed_hands_nothing_on(void)
{
	pass_begin();
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	check_ok(core_ask(&core, core_devices_new(&core), NULL, 0), &core.err);
	check_str(fake_way_seen(), "close lis; ");
	check(!pass_on(core.bench_start_id, 1));
	check_err(&core.err, ERR_NOT_FOUND, "hands nothing on");
	core_end(&core);
	(void)fake_way_seen();
	(void)fake_way_seen();
}

static void test_a_list_with_a_wrong_way_keeps_the_devices(void)
{
	pass_begin();
	json_t *list = core_devices_new(&core);

	json_object_set_new(list, "pass", json_pack("[{s:i, s:s}]", "station_id", 1, "way", "no"));
	check(!core_ask(&core, list, NULL, 0));
	check_err(&core.err, ERR_INVALID, "its way is not known");
	check_str(fake_way_seen(), ""); /* as it was */
	check_ok(virtual_scan("MTIz", "]C0"), &core.err);
	core_end(&core);
	(void)fake_way_seen();
	(void)fake_way_seen();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_code_is_handed_on_when_the_core_says_so),
		CHECK_TEST(test_why_it_was_not_handed_on_is_said),
		CHECK_TEST(test_a_scan_of_another_start_or_device_is_not_handed_on),
		CHECK_TEST(test_a_station_that_is_not_listed_hands_nothing_on),
		CHECK_TEST(test_a_list_with_a_wrong_way_keeps_the_devices),
	};

	return check_run("bench/bench_pass", tests, ARRAY_LEN(tests));
}
