/* daemon/bench/bench at a core that is one of several: which printers it opens, and keeps. */
#include "daemon/bench/bench.h"

#include "tests/check.h"
#include "tests/daemon/bench/bench_rig.h"

/* The list again, with what it says of printing; NULL: nothing, as from a core that is alone. */
static void list_with(const char *prints)
{
	json_t *body = core_devices_new(&core);

	if (prints)
		(void)json_object_set_new(
			body, "prints", json_loads(prints, JSON_DECODE_ANY, NULL));
	check_ok(core_ask(&core, body, NULL, 0), &core.err);
	fake_loop_run(core.loop, 0);
}

static const struct prints_case {
	const char *name;
	const char *before; /* what the lists say, the first one and the next */
	const char *then;
	bool is_open; /* the printer, after that */
} prints_cases[] = {
	{ "alone", NULL, NULL, true },
	{ "the lead", "true", "true", true },
	{ "not known yet", "null", "null", false },
	{ "another prints", "false", "false", false },
	{ "becomes the lead", "false", "true", true },
	{ "becomes the lead at its start", "null", "true", true },
	{ "another prints, as is known now", "null", "false", false },
	{ "is the lead no more", "true", "false", false },
	{ "lost the database", "true", "null", true },
	{ "lost it, was not the lead", "false", "null", false },
};

static void test_only_a_core_that_prints_has_its_printers_opened(void)
{
	for (size_t i = 0; i < ARRAY_LEN(prints_cases); i++) {
		const struct prints_case *row = &prints_cases[i];

		check_row(row->name);
		core_begin(&core, true, false);
		list_with(row->before);
		list_with(row->then);
		check_int(bench_port(core.bench, CORE_PRINTER) != NULL, row->is_open);
		check(bench_port(core.bench, CORE_SCANNER)); /* it is where it is plugged in */
		check_int(core_print(&core, 7), row->is_open);
		if (!row->is_open)
			check_err(&core.err, ERR_NOT_FOUND, "there is no device 11");
		core_end(&core);
	}
}

/* What it has begun it brings to its end, and then the printer is another's. */
static void test_printer_with_a_label_inside_is_let_go_when_that_ended(void)
{
	begin();
	print(7);
	list_with("false");
	check(bench_port(core.bench, CORE_PRINTER));
	check(!core_print(&core, 8)); /* it has the one */
	fake_loop_run(core.loop, LABEL_MS);
	check_contains(core_log(&core), "label(11,7) result(7,printed,1001) ");
	check(!bench_port(core.bench, CORE_PRINTER));
	list_with("true");
	check(bench_port(core.bench, CORE_PRINTER));
	core_end(&core);
}

static void test_printer_is_kept_that_is_the_leads_again_before_its_label_ended(void)
{
	begin();
	print(7);
	list_with("false");
	list_with("true");
	fake_loop_run(core.loop, LABEL_MS);
	check_contains(core_log(&core), "result(7,printed,1001) ");
	check(bench_port(core.bench, CORE_PRINTER));
	core_end(&core);
}

/* Without a core, whoever is the lead now may want the printer. */
static void test_bench_without_a_core_lets_its_printers_go(void)
{
	begin();
	core_leave(&core);
	fake_loop_run(core.loop, BENCH_ALONE_MS - 1000);
	check(bench_port(core.bench, CORE_PRINTER)); /* one that is started again is back by then */
	core_return(&core);
	fake_loop_run(core.loop, BENCH_ALONE_MS);
	check(bench_port(core.bench, CORE_PRINTER));
	core_leave(&core);
	fake_loop_run(core.loop, BENCH_ALONE_MS + 100);
	check(!bench_port(core.bench, CORE_PRINTER));
	check(bench_port(core.bench, CORE_SCANNER));
	core_return(&core);
	list_with("null");
	check(!bench_port(core.bench, CORE_PRINTER));
	list_with("true");
	check(bench_port(core.bench, CORE_PRINTER));
	core_end(&core);
}

/* A label that ends with the bench itself. */
static void test_bench_ends_with_a_label_inside_that_it_would_let_go_after(void)
{
	begin();
	print(7);
	list_with("false");
	check(bench_port(core.bench, CORE_PRINTER));
	core_end(&core);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_only_a_core_that_prints_has_its_printers_opened),
		CHECK_TEST(test_printer_with_a_label_inside_is_let_go_when_that_ended),
		CHECK_TEST(test_printer_is_kept_that_is_the_leads_again_before_its_label_ended),
		CHECK_TEST(test_bench_without_a_core_lets_its_printers_go),
		CHECK_TEST(test_bench_ends_with_a_label_inside_that_it_would_let_go_after),
	};

	return check_run("bench/bench_lead", tests, ARRAY_LEN(tests));
}
