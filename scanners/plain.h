/*
 * The virtual scanner's reports, in the shape that real HID POS scanners have (data with a length,
 * the AIM identifier, and a flag that another report follows), so that a scan in practice goes the
 * way of a real one:
 *
 *     byte 0      bit 0: continued in the next report; other bits 0
 *     byte 1      length of the data, 0 to PLAIN_DATA_MAX
 *     bytes 2-4   AIM identifier, or three NUL when not told; the same in every report of a scan
 *     bytes 5...  the data, padded with NUL to PLAIN_REPORT_LEN
 *
 * Feedback is the verdict's word and a line feed. Source: our own (after Honeywell's HID POS
 * layout).
 */
#ifndef SPECIMEND_SCANNERS_PLAIN_H
#define SPECIMEND_SCANNERS_PLAIN_H

#include "scanners/driver.h"

#define PLAIN_REPORT_LEN 64u
#define PLAIN_DATA_MAX 56u

/*
 * The reports of a scan, one after the other, PLAIN_REPORT_LEN bytes each, appended to out.
 * Fails with ERR_TOO_LARGE above SCAN_MAX, ERR_INVALID for no bytes at all or an aim of another
 * length than SCAN_AIM_LEN (or 0).
 */
MUST_CHECK bool plain_encode(const struct scan *scan, struct buf *out, struct err *err);

#endif
