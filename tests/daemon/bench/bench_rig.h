/* The whole role with virtual devices, at the end of a real link (fake_core.h). */
#ifndef SPECIMEND_TESTS_BENCH_BENCH_RIG_H
#define SPECIMEND_TESTS_BENCH_BENCH_RIG_H

#include "daemon/bench/bench.h"

#include "daemon/bench/printer.h"
#include "daemon/bench/virtual_printer.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_core.h"
#include "tests/daemon/bench/fake_port.h"

static struct fake_core core;

/* Long enough for one label to be asked about, sent, put out and proved. */
#define LABEL_MS (VIRTUAL_PRINTER_LABEL_MS + 2 * PRINTER_WATCH_MS)

static inline void begin(void)
{
	core_begin(&core, true, false);
	core_devices(&core);
}

static inline bool virtual_scan(const char *raw, const char *aim)
{
	return core_ask(&core,
		json_pack("{s:s, s:i, s:s, s:o}", "do", "virtual_scan", "device_id", CORE_SCANNER,
			"raw", raw, "aim", aim ? json_string(aim) : json_null()),
		NULL, 0);
}

/* The bench takes the label. */
static inline void print(int print_job_id)
{
	check_ok(core_print(&core, print_job_id), &core.err);
}

/* And so long passes that it is out. */
static inline void print_out(int print_job_id)
{
	print(print_job_id);
	fake_loop_run(core.loop, LABEL_MS);
}

/* labels_left: -1 for a full roll. */
static inline void printer_mode(const char *mode, int labels_left)
{
	check_ok(core_printer_mode(&core, mode, labels_left), &core.err);
}

/* The core says which devices there are. */
static inline void list_send(void)
{
	check_ok(core_ask(&core, core_devices_new(&core), NULL, 0), &core.err);
}

/* A word of the last report. */
static inline const char *report_text(const char *key)
{
	return json_string_value(json_object_get(core.report, key));
}

#endif
