/*
 * daemon/core/found and devices: what the bench sees plugged in reaches the database whole, and
 * what a person assigns there reaches the bench without a restart.
 */
#include "daemon/core/found.h"

#include "daemon/base/str.h"
#include "daemon/core/devices.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;
static struct role bench;

static void begin(void)
{
	rig = rig_new();
	rig_core_start(rig);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db))); /* the bench gets its list once */
	memset(&bench, 0, sizeof(bench));
}

static void bench_start(void)
{
	role_start(rig, &bench, "bench", 1);
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > 0));
}

static void bench_stop(void)
{
	role_stop(&bench);
	json_decref(bench.requests);
	json_decref(bench.jobs);
	memset(&bench, 0, sizeof(bench));
}

static void end(void)
{
	bench_stop();
	rig_free(rig);
}

static void say(json_t *devices)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:s,s:o}", "what", "usb_devices", "devices", devices);
	struct err err = { 0 };

	check_ok(link_notice(bench.link, body, NULL, &err), &err);
}

/* The devices that the database was told last; "null" when nobody looks, too. */
static const char *stored(void)
{
	return rig_sql(rig, "select coalesce((select args ->> 'devices' from fake.call where fn = "
			    "'devices_found' order by no desc limit 1), 'null')");
}

static const char *stored_count(void)
{
	return rig_sql(rig, "select count(*) from fake.call where fn = 'devices_found'");
}

static json_t *device(const char *identity)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:s}", "identity", identity, "kind",
		"scanner", "protocols", "hid_pos keyboard", "maker", "M", "model", "N5600",
		"serial", "", "path", "1-2", "vendor", "0c2e", "assigned", 0, "problem",
		"no permission");
}

#define HASH_1201 "17564af7f02d007fde572f1408db9c50b1a2048c4a2565f8c0e7fd7a8634fdd8"

#define STORED_ONE                                                                                \
	"[{\"kind\": \"scanner\", \"path\": \"1-2\", \"maker\": \"M\", \"model\": \"N5600\","     \
	" \"serial\": \"\", \"problem\": \"no permission\", \"identity\": \"usb:0c2e:0967@1-2\"," \
	" \"protocols\": \"hid_pos keyboard\"}]"

static void test_what_the_bench_sees_is_stored(void)
{
	begin();
	check(RIG_WAIT(rig, str_equal(stored_count(), "1"))); /* nobody looks yet */
	check_str(stored(), "null");
	bench_start();
	say(json_pack("[o]", device("usb:0c2e:0967@1-2")));
	check(RIG_WAIT(rig, str_equal(stored(), STORED_ONE)));
	say(json_array());
	check(RIG_WAIT(rig, str_equal(stored(), "[]")));
	say(json_pack("[{s:s,s:b},{s:s,s:b},{s:s,s:s}]", "identity", "a", "used", 1, "identity",
		"b", "used", 0, "identity", "c", "used", "true"));
	check(RIG_WAIT(rig, str_equal(stored(), "[{\"used\": true, \"identity\": \"a\"}, "
						"{\"identity\": \"b\"}, {\"identity\": \"c\"}]")));
	bench_stop();
	check(RIG_WAIT(rig, str_equal(stored_count(), "5")));
	check_str(stored(), "null");
	bench_start();
	end();
}

/* SHA-256 of the bytes 12 01, checked with sha256sum. */
static void test_descriptors_go_on_as_their_hash(void)
{
	begin();
	bench_start();
	say(json_pack("[{s:s,s:s},{s:s,s:s},{s:s,s:s},{s:s,s:s},{s:s,s:i}]", "identity", "a",
		"descriptors", "1201", "identity", "b", "descriptors", "", "identity", "c",
		"descriptors", "12x1", "identity", "d", "descriptors", "120", "identity", "e",
		"descriptors", 7));
	check(RIG_WAIT(
		rig, str_equal(stored(), "[{\"identity\": \"a\", \"descriptors\": \"" HASH_1201
					 "\"}, {\"identity\": \"b\"}, {\"identity\": \"c\"}, "
					 "{\"identity\": \"d\"}, {\"identity\": \"e\"}]")));
	end();
}

static void test_lists_that_make_no_sense_are_dropped(void)
{
	json_t *many = json_array();
	char text[FOUND_TEXT_MAX + 2];

	begin();
	bench_start();
	for (unsigned i = 0; i <= FOUND_MAX; i++)
		json_array_append_new(many, json_object());
	say(many);
	say(json_object());
	say(json_null());
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	say(json_pack("[n,i,[],{s:s,s:i,s:s}]", 7, "identity", text, "kind", 3, "more", "x"));
	check(RIG_WAIT(rig, str_equal(stored(), "[{}, {}, {}, {}]")));
	check_str(rig_sql(rig, "select count(*) from fake.call where fn = 'devices_found' and "
			       "args ->> 'devices' is not null"),
		"1");
	end();
}

static void test_only_the_newest_list_is_stored_after_a_slow_one(void)
{
	begin();
	bench_start();
	check(RIG_WAIT(rig, str_equal(stored_count(), "1")));
	rig_sql(rig, "begin; lock table fake.call");
	for (unsigned i = 0; i < 5; i++) {
		say(json_pack("[{s:s}]", "identity", i == 4 ? "last" : "early"));
		rig_run_ms(rig, 20);
	}
	rig_sql(rig, "commit");
	check(RIG_WAIT(rig, str_equal(stored(), "[{\"identity\": \"last\"}]")));
	check_str(stored_count(), "3"); /* null, the first, the last */
	end();
}

static void test_what_was_not_stored_is_stored_again(void)
{
	begin();
	bench_start();
	check(RIG_WAIT(rig, str_equal(stored_count(), "1")));
	rig_sql(rig, "alter table fake.request rename to request_away");
	say(json_pack("[o]", device("usb:0c2e:0967@1-2")));
	rig_run_ms(rig, 200);
	rig_sql(rig, "alter table fake.request_away rename to request");
	check_str(stored_count(), "1");
	rig_push_ms(FOUND_RETRY_MS);
	check(RIG_WAIT(rig, str_equal(stored(), STORED_ONE)));
	/* the connections break: what the database has now is not known */
	rig_sql(rig, "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> "
		     "pg_backend_pid() and datname = current_database()");
	check(RIG_WAIT(rig, str_equal(stored_count(), "3")));
	check_str(stored(), STORED_ONE);
	end();
}

static void test_what_is_assigned_reaches_the_bench_without_a_restart(void)
{
	size_t asked;

	begin();
	bench_start();
	asked = role_asked(&bench, "devices");
	check_int(json_array_size(json_object_get(role_last(&bench, "devices"), "devices")), 3);
	rig_sql(rig, "insert into fake.control values ('usb', 'yes')");
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > asked));
	json_t *list = json_object_get(role_last(&bench, "devices"), "devices");
	json_t *usb = json_array_get(list, 3);

	check_int(json_array_size(list), 4);
	check_str(json_string_value(json_object_get(usb, "identity")), "usb:0c2e:0967@1-2");
	check_str(json_string_value(json_object_get(usb, "transport")), "usb");
	check_int(devices_station(rig->core, 31), 1);
	rig_sql(rig, "delete from fake.control where key = 'usb'");
	rig_sql(rig, "notify changed");
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > asked + 1));
	check_int(json_array_size(json_object_get(role_last(&bench, "devices"), "devices")), 3);
	end();
}

static void test_a_list_that_was_read_before_the_change_is_read_again(void)
{
	begin();
	bench_start();
	rig_sql(rig, "insert into fake.control values ('devices_nap', '0.3')");
	devices_reload(rig->core);
	rig_run_ms(rig, 100); /* read, and not answered yet */
	rig_sql(rig, "insert into fake.control values ('usb', 'yes')");
	devices_reload(rig->core);
	check(RIG_WAIT(rig, devices_station(rig->core, 31) == 1));
	end();
}

static void test_hints_without_a_change_do_not_hurry_the_core(void)
{
	char before[24];

	begin();
	bench_start();
	rig_run_ms(rig, 2 * DEVICES_CHANGED_MS);
	(void)str_copy(before, sizeof(before),
		rig_sql(rig, "select count(*) from fake.call where fn = 'devices'"));
	for (unsigned i = 0; i < 50; i++) {
		rig_sql(rig, "notify changed");
		rig_run_ms(rig, 1);
	}
	rig_run_ms(rig, 2 * DEVICES_CHANGED_MS);
	check_str(rig_sql(rig, "select count(*) > 0 from fake.call where fn = 'devices'"), "t");
	uint64_t was = 0;
	uint64_t now = 0;

	check(uint_parse(bytes_of_str(before), 0, 1000, &was, NULL));
	check(uint_parse(
		bytes_of_str(rig_sql(rig, "select count(*) from fake.call where fn = 'devices'")),
		0, 1000, &now, NULL));
	check(now > was);
	check(now <= was + 4);
	check_int(role_asked(&bench, "devices"), 1); /* the list is the same: the bench has it */
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_what_the_bench_sees_is_stored),
		CHECK_TEST(test_descriptors_go_on_as_their_hash),
		CHECK_TEST(test_lists_that_make_no_sense_are_dropped),
		CHECK_TEST(test_only_the_newest_list_is_stored_after_a_slow_one),
		CHECK_TEST(test_what_was_not_stored_is_stored_again),
		CHECK_TEST(test_what_is_assigned_reaches_the_bench_without_a_restart),
		CHECK_TEST(test_a_list_that_was_read_before_the_change_is_read_again),
		CHECK_TEST(test_hints_without_a_change_do_not_hurry_the_core),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("daemon/core/found", tests, ARRAY_LEN(tests));
}
