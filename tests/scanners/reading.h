/* One report or one piece of a line through a driver: the tests of all drivers do it so. */
#ifndef SPECIMEND_TESTS_SCANNERS_READING_H
#define SPECIMEND_TESTS_SCANNERS_READING_H

#include "scanners/driver.h"
#include "tests/check.h"

/* A report is taken whole. */
static inline enum scan_reading read_report(const struct scanner_driver *driver,
	struct scan_collector *collector, struct bytes report, struct scan *out)
{
	enum scan_reading reading = driver->decode(collector, &report, out);

	check_int(report.len, 0);
	return reading;
}

#endif
