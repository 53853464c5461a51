/*
 * What a Zebra printer says about itself: ~HS, ~HQES and the life counter, each read on its own and
 * merged into struct printer_status (driver.h).
 *
 * Why three: the guide says of ~HS that it is not answered in MEDIA OUT, RIBBON OUT, HEAD OPEN,
 * REWINDER FULL and HEAD OVER-TEMPERATURE (older units do answer, hence its flags); ~HQES answers
 * then, but does not show a pause (only KR403 does) nor the buffers. Neither shows whether a label
 * came out: that is the counter. Replies are STX ... ETX, may come in pieces or glued, with or
 * without CR LF behind.
 *
 * Sources: Zebra "ZPL II Programming Guide" P1099958: ~HS, ~HQ with its error and warning tables,
 * "SGD" odometer.total_label_count (labels in the printer's life; feeds and calibration do not
 * count). Framing and padding of ~HQES as logged in michaelrsweet/lprint #117: STX CR LF CR LF, "
 * PRINTER STATUS", CR LF, "ERRORS:         0 00000000 00000000", CR LF, "WARNINGS:       0 00000000
 * 00000000", CR LF, ETX. Assumed until seen on hardware: the counter's reply is one quoted number
 * and steps when a label is out.
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_STATUS_H
#define SPECIMEND_PRINTERS_LANG_ZPL_STATUS_H

#include "printers/lang/driver.h"

#define ZPL_QUERY_HOST "~HS\r\n"
#define ZPL_QUERY_FAULTS "~HQES\r\n"
/* Name in lower case, double quotes, CR LF at the end (SGD "getvar"). */
#define ZPL_QUERY_COUNTER "! U1 getvar \"odometer.total_label_count\"\r\n"

/* Bytes between STX and ETX; the longest documented reply, ~HQES, has about 120. */
#define ZPL_FRAME_MAX 512u

/* One documented bit of ~HQES, or field of ~HS. */
struct zpl_condition {
	uint32_t bit;   /* ~HQES: mask in group 1; ~HS: (string 0-1) << 8 | field, both from 0 */
	unsigned found; /* enum printer_state; 0: documented and harmless, said in the evidence only
			 */
	const char *meaning;
};

/* Ended by a row whose meaning is NULL. A bit of ~HQES without a row is PRINTER_FAULT, never fine.
 */
extern const struct zpl_condition zpl_error_bits[];
extern const struct zpl_condition zpl_warning_bits[];
extern const struct zpl_condition zpl_host_fields[];

/* printer_driver.read of ZPL; see there. Frames that answer another question (late ones) are
 * skipped. */
enum printer_reading zpl_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status);

#endif
