/* daemon/bench/bench as contrib/CONTRACTS.md 2 says: labels, and what is told of printers. */
#include "daemon/bench/bench.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/bench/printer.h"
#include "daemon/bench/virtual_printer.h"
#include "tests/check.h"
#include "tests/daemon/bench/bench_rig.h"

static json_t *state_words(void)
{
	check_ok(core_ask(&core,
			 json_pack("{s:s, s:i}", "do", "printer_query", "device_id", CORE_PRINTER),
			 NULL, 3 * PRINTER_ANSWER_MS),
		&core.err);
	return json_object_get(core.reply, "state");
}

static void test_a_label_is_sent_put_out_and_proved_by_the_counter(void)
{
	begin();
	print_out(7);
	check_str(core_log(&core), "result(7,sent,1000) label(11,7) result(7,printed,1001) ");
	check_int(json_integer_value(json_object_get(core.report, "device_id")), CORE_PRINTER);
	check_str(report_text("message"), "");
	check_contains(report_text("evidence"),
		"now: counter 1001, formats waiting 0, labels remaining 0");
	check(core.png.len > 8 && memcmp(core.png.data, "\x89PNG\r\n\x1a\n", 8) == 0);
	core_end(&core);
}

static void test_a_virtual_printer_speaks_the_language_of_its_device(void)
{
	core_begin(&core, true, false);
	core.language = "brother";
	core_devices(&core);
	print_out(7);
	check_str(core_log(&core), "result(7,sent,null) label(11,7) result(7,printed,null) ");
	check_contains(report_text("evidence"), "proved by the printer's report; ");
	check(core.png.len > 8);
	printer_mode("paused", -1);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "state(11,paused) ");
	core.language = "dymo"; /* another device, in its place */
	list_send();
	fake_loop_run(core.loop, 0);
	check_contains(core_log(&core), "state(11,ok) ");
	print(8);
	fake_loop_run(core.loop, VIRTUAL_PRINTER_BUSY_MS + 2 * PRINTER_WATCH_MS);
	check_str(core_log(&core), "result(8,sent,null) label(11,8) result(8,printed,null) ");
	check_contains(report_text("evidence"), "proved by busy, then idle; ");
	core_end(&core);
}

static void test_the_same_print_job_is_never_taken_twice(void)
{
	begin();
	print(7);
	check(!core_print(&core, 7));
	check_err(&core.err, ERR_CONFLICT, "print job 7 is under way");
	check(!core_print(&core, 8));
	check_err(&core.err, ERR_BUSY, "has a label under way");
	fake_loop_run(core.loop, LABEL_MS);
	check(!core_print(&core, 7));
	check_err(&core.err, ERR_CONFLICT, "print job 7 was printed");
	fake_loop_run(core.loop, 5000);
	check_str(core_log(&core), "result(7,sent,1000) label(11,7) result(7,printed,1001) ");
	print(8); /* refused as busy, so it was never taken */
	core_end(&core);
}

static void test_an_unknown_label_goes_out_again_only_when_its_counter_stood_still(void)
{
	begin();
	print(1);
	printer_mode("out_of_labels", -1);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "result(1,unknown,1000) ");
	print(1); /* still out, the label still inside */
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1000) ");
	printer_mode("ok", -1);
	fake_loop_run(core.loop, 2000); /* it comes out by itself */
	check_str(core_log(&core), "label(11,1) state(11,ok) ");
	print(1);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1001) ");
	check_contains(report_text("message"), "may have printed this label before");
	core_end(&core);
}

static void test_a_printer_that_left_and_came_proves_no_label_from_before(void)
{
	begin();
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);
	struct err err = { 0 };

	print(1);
	printer_mode("out_of_labels", -1);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "result(1,unknown,1000) ");
	port->events->gone(port->arg, &err);
	virtual_printer_set_counter(port, 999); /* another one: the label makes it 1000 */
	port->events->here(port->arg, (struct bytes) { 0 });
	printer_mode("ok", -1);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "label(11,1)");
	check_int(virtual_printer_counter(port), 1000);
	print(1);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "result(1,unknown,1000) ");
	check_contains(report_text("message"), "may have printed this label before");
	core_end(&core);
}

static void test_a_roll_that_ends_in_a_set_stops_it_until_the_core_goes_on(void)
{
	begin();
	printer_mode("ok", 2);
	print_out(1);
	print_out(2);
	check_str(core_log(&core),
		"result(1,sent,1000) label(11,1) result(1,printed,1001) "
		"result(2,sent,1001) label(11,2) result(2,printed,1002) state(11,media_out) ");
	print_out(3);
	check_str(core_log(&core), "result(3,failed,1002) ");
	check_contains(report_text("message"), "printer 'P1' cannot print: media_out");
	check_contains(report_text("hint"), "nothing was sent");
	printer_mode("ok", -1);
	fake_loop_run(core.loop, 5000);
	check_str(core_log(&core), "state(11,ok) "); /* and nothing printed by itself */
	print_out(4);
	check_str(core_log(&core), "result(4,sent,1002) label(11,4) result(4,printed,1003) ");
	core_end(&core);
}

static void test_labels_out_with_one_inside_is_unknown_and_the_next_is_refused(void)
{
	begin();
	print(1);
	printer_mode("out_of_labels", -1);
	fake_loop_run(core.loop, PRINTER_WATCH_MS);
	check_str(
		core_log(&core), "result(1,sent,1000) result(1,unknown,1000) state(11,media_out) ");
	printer_mode("ok", -1);
	print(2); /* before the first has come out */
	fake_loop_run(core.loop, 3000);
	check_str(core_log(&core), "result(2,failed,1000) state(11,ok) label(11,1) ");
	check_contains(report_text("message"), "still holds another label");
	print_out(3);
	check_str(core_log(&core), "result(3,sent,1001) label(11,3) result(3,printed,1002) ");
	core_end(&core);
}

static void test_an_open_head_shows_within_two_seconds_and_clears(void)
{
	begin();
	printer_mode("head_open", -1);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "state(11,head_open) ");
	printer_mode("ok", -1);
	fake_loop_run(core.loop, 2000);
	check_contains(core_log(&core), "state(11,ok) ");
	core_end(&core);
}

static void test_a_silent_printer_is_silent_and_its_label_unknown(void)
{
	begin();
	printer_mode("silent", -1);
	fake_loop_run(core.loop, 2000);
	check_str(core_log(&core), "state(11,silent) ");
	print(1);
	fake_loop_run(core.loop, 4 * PRINTER_ANSWER_MS + PRINTER_MUTE_MS);
	check_str(core_log(&core), "result(1,sent,null) label(11,1) result(1,unknown,null) ");
	core_end(&core);
}

static void test_a_printer_that_is_not_ok_is_told_every_ten_seconds(void)
{
	unsigned told = 0;

	begin();
	printer_mode("out_of_labels", -1);
	fake_loop_run(core.loop, 2000);
	(void)core_log(&core);
	fake_loop_run(core.loop, 3 * BENCH_NOT_OK_MS);
	for (const char *at = strstr(core_log(&core), "state(11,media_out)"); at;
		at = strstr(at + 1, "state(11,media_out)"))
		told++;
	check_int(told, 3);
	core_end(&core);
}

static void test_a_printer_tells_its_truth_when_asked(void)
{
	begin();
	json_t *words = state_words();

	check_int(json_array_size(words), 1);
	check_str(json_string_value(json_array_get(words, 0)), "ok");
	check_int(json_integer_value(json_object_get(core.reply, "counter")), 1000);
	check(json_is_true(json_object_get(core.reply, "answered")));
	check(json_is_false(json_object_get(core.reply, "may_hold")));
	printer_mode("silent", -1);
	words = state_words();
	check_str(json_string_value(json_array_get(words, 0)), "silent");
	check(json_is_null(json_object_get(core.reply, "counter")));
	check(json_is_false(json_object_get(core.reply, "answered")));
	check(json_is_true(json_object_get(core.reply, "may_hold")));
	core_end(&core);
}

static void plug_note(char plug[TRANSPORT_PLUG_MAX + 1])
{
	check(state_words() != NULL);
	const char *word = json_string_value(json_object_get(core.reply, "plug"));

	snprintf(plug, TRANSPORT_PLUG_MAX + 1, "%s", word ? word : "");
}

static void test_a_counter_is_told_with_the_plug_of_its_printer(void)
{
	char plug[TRANSPORT_PLUG_MAX + 1];
	struct err err = { 0 };

	begin();
	plug_note(plug);
	check_contains(plug, "virtual ");
	print_out(7);
	check_contains(core_log(&core), "result(7,printed,1001) ");
	check_str(report_text("plug"), plug);
	struct transport_port *port = bench_port(core.bench, CORE_PRINTER);

	port->events->gone(port->arg, &err);
	check(state_words() != NULL);
	check(json_is_null(json_object_get(core.reply, "plug")));
	core_end(&core);
}

static void test_a_virtual_printer_is_the_same_after_a_loss_only_with_its_tray(void)
{
	char plugs[4][TRANSPORT_PLUG_MAX + 1];
	char tray[96];

	begin();
	snprintf(tray, sizeof(tray), "%s/tray", core.dir);
	plug_note(plugs[0]);
	core_bench_again(&core, NULL);
	plug_note(plugs[1]);
	check(strcmp(plugs[1], plugs[0]) != 0);
	core_bench_again(&core, tray);
	plug_note(plugs[2]);
	check(plugs[2][0] != '\0' && strcmp(plugs[2], plugs[1]) != 0);
	core_bench_again(&core, tray);
	plug_note(plugs[3]);
	check_str(plugs[3], plugs[2]);
	check_int(rmdir(tray), 0);
	core_end(&core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_label_is_sent_put_out_and_proved_by_the_counter),
		CHECK_TEST(test_a_virtual_printer_speaks_the_language_of_its_device),
		CHECK_TEST(test_the_same_print_job_is_never_taken_twice),
		CHECK_TEST(test_an_unknown_label_goes_out_again_only_when_its_counter_stood_still),
		CHECK_TEST(test_a_printer_that_left_and_came_proves_no_label_from_before),
		CHECK_TEST(test_a_roll_that_ends_in_a_set_stops_it_until_the_core_goes_on),
		CHECK_TEST(test_labels_out_with_one_inside_is_unknown_and_the_next_is_refused),
		CHECK_TEST(test_an_open_head_shows_within_two_seconds_and_clears),
		CHECK_TEST(test_a_silent_printer_is_silent_and_its_label_unknown),
		CHECK_TEST(test_a_printer_that_is_not_ok_is_told_every_ten_seconds),
		CHECK_TEST(test_a_printer_tells_its_truth_when_asked),
		CHECK_TEST(test_a_counter_is_told_with_the_plug_of_its_printer),
		CHECK_TEST(test_a_virtual_printer_is_the_same_after_a_loss_only_with_its_tray),
	};

	return check_run("daemon/bench_print", tests, ARRAY_LEN(tests));
}
