/* A printer over TCP: daemon/bench/tcp_printer with daemon/bench/printer above it and a printer
 * behind a real socket. The clock is the test's: it moves only while neither end has anything to
 * do. */
#ifndef SPECIMEND_TESTS_BENCH_TCP_RIG_H
#define SPECIMEND_TESTS_BENCH_TCP_RIG_H

#include "daemon/bench/tcp_printer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/bench/printer.h"
#include "tests/check.h"
#include "tests/printers/lang/labels.h"
#include "tests/tcp/raw_printer.h"

#define LOOPBACK "127.0.0.1"
#define LABEL_MS 60
#define LABEL_BUSY_MS 300 /* long enough to be seen busy */
#define WAIT_MS 60000     /* no wait of a test is longer, by its clock */
#define STEP_MS 10        /* of the clock for one wait of a millisecond */

static struct {
	struct loop *loop;
	struct raw_printer far;
	struct printer *printer;
	const struct printer_driver *driver;
	struct label_bitmap label; /* as it was proved */
	struct buf bytes;          /* of it */
	char identity[64];
	struct buf told;
	struct buf evidence;
	char plug[TRANSPORT_PLUG_MAX + 1]; /* of the last result */
	struct err why;                    /* of the last result */
	struct err gone;
	bool free_on_here;
	bool free_on_result;
} it;

static int64_t now_ms = 1000;

static inline int64_t clock_fn(void)
{
	return now_ms;
}

/* ---- what is told ---- */

static inline void on_here(void *arg, bool here, const struct err *why)
{
	(void)arg;
	check_int(why != NULL, !here);
	buf_add_str(&it.told, here ? "here; " : "gone; ");
	if (why)
		it.gone = *why;
	if (!it.free_on_here)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

static inline void on_changed(void *arg, const struct printer_truth *truth)
{
	(void)arg;
	printer_state_words(truth->state, &it.told);
	buf_add_str(&it.told, "; ");
}

static inline void on_result(void *arg, const struct printer_result *result)
{
	(void)arg;
	buf_addf(&it.told, "%s; ", printer_result_word(result->state));
	buf_reset(&it.evidence);
	buf_add_str(&it.evidence, result->evidence);
	snprintf(it.plug, sizeof(it.plug), "%s", result->plug);
	it.why = result->why;
	if (!it.free_on_result)
		return;
	printer_free(it.printer);
	it.printer = NULL;
}

/* The picture that came out is the one that was proved, and white beside it. */
static inline void on_label(void *arg, const struct label_bitmap *label)
{
	AUTO_BITMAP out = { 0 };
	struct err err = { 0 };

	(void)arg;
	bitmap_copy(&out, label);
	check(out.width_dots >= it.label.width_dots);
	out.width_dots = it.label.width_dots;
	check_ok(bitmap_equal(&it.label, &out, &err), &err);
}

/* ---- time ---- */

/* Passes enough for what both ends have at hand; a slow reader takes a piece in each. */
static inline void step(void)
{
	for (unsigned pass = 0; pass < 10; pass++)
		loop_step(it.loop, 0);
	loop_step(it.loop, 1);
	int64_t due_ms = loop_next_due_ms(it.loop);

	now_ms += due_ms < 0 || due_ms > STEP_MS ? STEP_MS : due_ms;
}

static inline void run(int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (now_ms < end_ms)
		step();
}

/* The same where nothing is on its way: from timer to timer. */
static inline void skip(int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (now_ms < end_ms) {
		for (unsigned pass = 0; pass < 10; pass++)
			loop_step(it.loop, 0);
		int64_t due_ms = loop_next_due_ms(it.loop);

		now_ms += due_ms < 0 || due_ms > end_ms - now_ms ? end_ms - now_ms : due_ms;
	}
}

/* Until that was told; then told is emptied. False: not within WAIT_MS. */
static inline bool wait_within(const char *told, int64_t ms)
{
	int64_t end_ms = now_ms + ms;

	while (!strstr(buf_str(&it.told), told) && now_ms < end_ms)
		step();
	bool is_told = check_contains(buf_str(&it.told), told);

	buf_reset(&it.told);
	return is_told;
}

static inline void wait_told(const char *told)
{
	(void)wait_within(told, WAIT_MS);
}

/* ---- one printer ---- */

static inline void open_printer(void)
{
	static const struct printer_events events = { on_here, on_changed, on_result };
	struct printer_setup setup = {
		.loop = it.loop,
		.name = "P1",
		.identity = it.identity,
		.transport = &transport_tcp_printer,
		.driver = it.driver,
		.events = &events,
	};
	struct err err = { 0 };

	it.printer = printer_new(&setup, &err);
	check_ok(it.printer != NULL, &err);
}

static inline void label_make(unsigned height_dots)
{
	struct err err = { 0 };

	bitmap_done(&it.label);
	buf_reset(&it.bytes);
	label_noise(&it.label, 404, height_dots);
	check_ok(it.driver->encode(&it.label, &it.bytes, &err), &err);
}

static inline void make(const struct printer_driver *driver, const char *host)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.driver = driver;
	it.loop = loop_new(clock_fn, &err);
	check_ok(it.loop != NULL, &err);
	raw_printer_begin(&it.far, it.loop, host, 0, driver);
	it.far.label_ms = driver->proof == PRINTER_PROOF_BUSY ? LABEL_BUSY_MS : LABEL_MS;
	it.far.label = on_label;
	raw_printer_identity(host, it.far.port, it.identity, sizeof(it.identity));
	label_make(300);
	check_row(driver->language);
}

static inline void begin_at(const struct printer_driver *driver, const char *host)
{
	make(driver, host);
	open_printer();
	wait_told("here; ok; ");
}

static inline void begin(void)
{
	begin_at(&printer_driver_zpl, LOOPBACK);
}

static inline void end(void)
{
	printer_free(it.printer);
	raw_printer_end(&it.far);
	loop_free(it.loop);
	bitmap_done(&it.label);
	buf_done(&it.bytes);
	buf_done(&it.told);
	buf_done(&it.evidence);
	check_row(NULL);
}

static inline void print_bytes(struct bytes bytes)
{
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	check_ok(printer_print(it.printer, 7, bytes, &proof, &err), &err);
}

static inline void print(void)
{
	print_bytes(buf_bytes(&it.bytes));
}

/* A label that neither the sockets nor the printer's patience hold. */
static inline void print_huge(void)
{
	AUTO_BUF huge = { 0 };

	buf_add(&huge, buf_bytes(&it.bytes));
	while (huge.len < PRINTER_JOB_BYTES_MAX)
		buf_add_byte(&huge, ' ');
	print_bytes(buf_bytes(&huge));
}

#endif
