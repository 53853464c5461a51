/*
 * What a Brother QL printer says: reports of 32 bytes, one for each ESC i S, and by itself while it
 * prints. It must not be asked while it prints.
 *
 * A page is reported as: phase change to printing, printing completed, phase change to receiving.
 * Only a completion that follows its own change to printing counts as a label (one that comes late,
 * from before, does not). Brother's flow charts say of the USB connection that the first page may
 * still be on its way to the cutter when its completion is sent, and show an error of that page
 * after it: so whoever wants proof asks once more when the printer is back to receiving, and takes
 * the label for printed when that answer finds nothing.
 *
 * Bytes of a report: 0 = 80h, 1 = 20h (its size), 2 = 42h ("B"); 3 and 4 series and model; 8 and 9
 * errors; 10 width in mm (0: none in it), 11 media type, 17 length in mm; 18 status type; 19 phase
 * type, 20-21 phase number; 22 notification. The others are fixed or not told, and differ from the
 * references (bytes 6 and 14: comments in mkienitz/brother_ql, status.rs): not looked at.
 *
 * Sources: Brother, Raster Command Reference QL-1100/1110NWB/1115NWB 1.00, page 22 (ESC i S) and
 * chapter 5; QL-710W/720NW, page 21, and ESC/P, page 89; ESC/P QL-810W/820NWB, page 90; Command
 * Reference QL-500 to 1060N, chapter 6; RJ-4030/4040, page 20 (errors that QL has not); status.rs
 * as above. Assumed until seen on hardware: that an error while printing comes as status type 02
 * with its bits set; and that a printer that never reports (notification turned off at its panel)
 * does not exist.
 */
#ifndef SPECIMEND_PRINTERS_LANG_BROTHER_STATUS_H
#define SPECIMEND_PRINTERS_LANG_BROTHER_STATUS_H

#include "printers/lang/driver.h"

#define BROTHER_QUERY "\033iS"
#define BROTHER_REPORT_BYTES 32u

struct brother_condition {
	uint8_t value;  /* errors: mask; else the whole byte */
	unsigned found; /* enum printer_state; 0: documented and harmless */
	const char *meaning;
};

/* Ended by a row whose meaning is NULL. A bit or value without a row is PRINTER_FAULT, never fine.
 */
extern const struct brother_condition brother_errors_1[];
extern const struct brother_condition brother_errors_2[];
extern const struct brother_condition brother_media_types[];
extern const struct brother_condition brother_status_types[];
extern const struct brother_condition brother_phases[];
extern const struct brother_condition brother_notifications[];

/* printer_driver.read of Brother: see there. Reports of progress that come late are skipped;
 * error_bits is byte 8 and, above it, byte 9. */
enum printer_reading brother_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status);

/* printer_driver.heard of Brother: see there. */
size_t brother_status_heard(struct bytes bytes, struct printer_status *status);

#endif
