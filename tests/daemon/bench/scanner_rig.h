/* A scanner at the end of a cable that a test holds: what it tells is one text. */
#ifndef SPECIMEND_TESTS_BENCH_SCANNER_RIG_H
#define SPECIMEND_TESTS_BENCH_SCANNER_RIG_H

#include "daemon/bench/scanner.h"
#include "tests/check.h"
#include "tests/daemon/bench/fake_port.h"

static struct {
	struct loop *loop;
	struct fake_port *fake;
	struct scanner *scanner;
	struct buf told;
	struct scanner_evidence evidence;
	bool free_on_scan;
} it;

static inline void on_here(void *arg, bool here)
{
	(void)arg;
	buf_add_str(&it.told, here ? "here; " : "gone; ");
}

static inline void on_scan(
	void *arg, const struct scan *scan, const struct scanner_evidence *evidence)
{
	(void)arg;
	buf_addf(&it.told, "scan %.*s %s; ", (int)scan->raw.len, (const char *)scan->raw.data,
		scan->aim);
	it.evidence = *evidence;
	if (!it.free_on_scan)
		return;
	scanner_free(it.scanner);
	it.scanner = NULL;
}

static inline void on_broken(void *arg, const char *why)
{
	(void)arg;
	buf_addf(&it.told, "broken: %s; ", why);
}

static const struct scanner_events events = { on_here, on_scan, on_broken };

static inline void begin_set(const struct scanner_driver *driver, struct scanner_settings settings)
{
	memset(&it, 0, sizeof(it));
	it.loop = fake_loop_new();
	it.fake = fake_port_reset();
	struct scanner_setup setup = {
		.loop = it.loop,
		.identity = "usb-2",
		.transport = &fake_transport,
		.driver = driver,
		.settings = settings,
		.events = &events,
	};
	struct err err = { 0 };

	it.scanner = scanner_new(&setup, &err);
	check(it.scanner != NULL);
	check(!scanner_is_here(it.scanner));
	fake_here(it.fake);
	check(scanner_is_here(it.scanner));
	check(it.fake->is_reading);
	check_str(buf_str(&it.told), "here; ");
	buf_reset(&it.told);
}

static inline void begin_with(const struct scanner_driver *driver)
{
	begin_set(driver, (struct scanner_settings) { 0 });
}

static inline void begin(void)
{
	begin_with(&scanner_driver_plain);
}

static inline void end(void)
{
	scanner_free(it.scanner);
	loop_free(it.loop);
	buf_done(&it.told);
	buf_done(&it.fake->seen);
}

static inline void report(const char *bytes, size_t len)
{
	it.fake->port->events->received(it.fake->port->arg, bytes_of(bytes, len));
}

#endif
