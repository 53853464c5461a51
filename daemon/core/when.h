/* A moment as ISO 8601 in UTC with milliseconds: 2026-03-04T05:06:07.089Z. */
#ifndef SPECIMEND_CORE_WHEN_H
#define SPECIMEND_CORE_WHEN_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define WHEN_LEN 24

/* real_us: microseconds since 1970 UTC, of our own clock. */
static inline void when_format(int64_t real_us, char out[WHEN_LEN + 1])
{
	time_t seconds = (time_t)(real_us / 1000000);
	struct tm tm = { 0 };
	char date[20];

	(void)gmtime_r(&seconds, &tm); /* our clock is within its range */
	(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(
		out, WHEN_LEN + 1, "%.19s.%03uZ", date, (unsigned)(real_us / 1000 % 1000) % 1000);
}

#endif
