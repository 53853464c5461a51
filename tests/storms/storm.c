/* Codes, seeds, numbers, the last line. */
#include "tests/storms/storm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"

void storm_code(unsigned scanner, unsigned long scan, char out[STORM_CODE_LEN + 1])
{
	(void)snprintf(out, STORM_CODE_LEN + 1, "%02u%010lu", scanner % 100, scan % 10000000000u);
}

void storm_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(99);
}

unsigned long storm_number(const char *name, unsigned long standard, unsigned long max)
{
	const char *text = getenv(name);
	uint64_t value = standard;

	if (text && !uint_parse(bytes_of_str(text), 1, max, &value, NULL))
		storm_fail("%s is a number from 1 to %lu", name, max);
	return (unsigned long)value;
}

static uint64_t dice;

void storm_seed(void)
{
	unsigned long seed = storm_number(
		"SPECIMEND_SEED", (unsigned long)(clock_real_us() / 1000000), 4294967295u);

	printf("# SPECIMEND_SEED=%lu\n", seed);
	(void)fflush(stdout);
	dice = (seed + 1) * 0x9e3779b97f4a7c15u;
}

/* xorshift64* (Vigna 2016) */
unsigned storm_roll(unsigned below)
{
	dice ^= dice >> 12;
	dice ^= dice << 25;
	dice ^= dice >> 27;
	return (unsigned)((dice * 0x2545f4914f6cdd1du >> 32) % below);
}

void storm_step_until(struct loop *loop, bool (*is_so)(void), int64_t ms)
{
	int64_t end_ms = clock_mono_ms() + ms;

	while (!is_so()) {
		if (clock_mono_ms() >= end_ms)
			storm_fail("it hangs");
		loop_step(loop, 5);
	}
}

int64_t storm_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

double storm_processor_s(int who)
{
	struct rusage usage = { 0 };

	(void)getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void storm_dir_make(char *out, size_t room)
{
	(void)snprintf(out, room, "/tmp/storm_XXXXXX");
	if (!mkdtemp(out))
		storm_fail("no directory in /tmp");
}

json_t *storm_device(int64_t device_id, const char *identity, const char *protocol)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:i, s:s}", "device_id", (json_int_t)device_id,
		"kind", "scanner", "transport", "usb", "identity", identity, "station_id", 1,
		"protocol", protocol);
}

int storm_end(bool ok)
{
	printf("%d passed, %d failed\n", ok, !ok);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
