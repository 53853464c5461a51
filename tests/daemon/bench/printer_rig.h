/* One printer at the end of a cable that the test holds in its hand (fake_port.h), and what it
 * told. */
#ifndef SPECIMEND_TESTS_BENCH_PRINTER_RIG_H
#define SPECIMEND_TESTS_BENCH_PRINTER_RIG_H

#include "daemon/bench/printer.h"

#include <stdio.h>

#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

static const char label[] = "label 8 1 ff\n";

/* One printer under test and what it told. */
static struct {
	struct loop *loop;
	struct fake_port *fake;
	struct printer *printer;
	struct buf told; /* "here; ok; sent 100; printed 101; " */
	char evidence[600];
	char plug[TRANSPORT_PLUG_MAX + 1]; /* of the last result */
	struct err why;
	bool has_before;
	struct ledger_proof proof;
	bool free_on_result;
	bool free_on_change;
	uint64_t answered_tag;
	unsigned answered;
	struct printer_truth answer;
} it;

static inline void on_here(void *arg, bool here, const struct err *why)
{
	(void)arg;
	check_int(why != NULL, !here);
	buf_add_str(&it.told, here ? "here; " : "gone; ");
}

static inline void on_changed(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &it.told);
	buf_add_str(&it.told, "; ");
	if (!it.free_on_change)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static inline void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	check_int(result->job, 7);
	buf_addf(&it.told, "%s", printer_result_word(result->state));
	if (result->has_counter)
		buf_addf(&it.told, " %llu", (unsigned long long)result->counter);
	buf_add_str(&it.told, "; ");
	snprintf(it.evidence, sizeof(it.evidence), "%s", result->evidence);
	snprintf(it.plug, sizeof(it.plug), "%s", result->plug);
	it.why = result->why;
	it.has_before = result->has_before;
	if (!it.free_on_result)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static inline void on_truth(void *arg, uint64_t tag, const struct printer_truth *truth)
{
	(void)arg;
	it.answered_tag = tag;
	it.answered++;
	it.answer = *truth;
}

static const struct printer_events events = { on_here, on_changed, on_result };

/* A printer that nobody plugged in yet. */
static inline void open_with(const struct printer_driver *driver)
{
	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	it.fake = fake_port_reset();
	struct printer_setup setup = {
		.loop = it.loop,
		.name = "P1",
		.identity = "usb-1",
		.transport = &fake_transport,
		.driver = driver,
		.events = &events,
	};
	struct err err = { 0 };

	it.printer = printer_new(&setup, &err);
	check(it.printer != NULL);
}

static inline void open_it(void)
{
	open_with(&printer_driver_null);
}

#define BEGUN_MS (PRINTER_FRESH_MS + 1)

/* A printer that is here and was asked once, BEGUN_MS ago: it is asked anew for a label. */
static inline void begin_with(const struct printer_driver *driver)
{
	open_with(driver);
	fake_here(it.fake);
	fake_loop_run(it.loop, BEGUN_MS);
	check_str(buf_str(&it.told), "here; ok; ");
	buf_reset(&it.told);
}

static inline void begin(void)
{
	begin_with(&printer_driver_null);
}

static inline void end(void)
{
	printer_free(it.printer);
	loop_free(it.loop);
	buf_done(&it.told);
	buf_done(&it.fake->seen);
}

static inline void print(void)
{
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, bytes_of_str(label), &it.proof, &err), &err);
}

#endif
