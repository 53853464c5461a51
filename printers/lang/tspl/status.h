/*
 * What a TSPL printer says about itself, in two forms. ESC !? is answered by one byte, ESC !S (TSC,
 * firmware V6.29 EZ and later) by STX, four bytes, ETX CR LF; both at any time, in an error too.
 * Neither is ended by CR LF. Many clones answer neither: they are silent, never ok. There is no
 * counter; that a label is out is known only by "printing" that came and went.
 *
 * The one byte has no frame, and each of its 256 values is a legal answer: nothing in it can show
 * that it is a late answer to an earlier question, or noise. What protects is only who asks: reads
 * until nothing is left before the question, and takes one byte, at once. So more than one byte is
 * no answer at all, instead of a guess which of them is. The frame protects from noise (four bytes
 * with bit 6 set and bit 7 not, between their marks), though not from a late frame; where the
 * printer has it, it is the better choice: the language `tspl2` asks for it, `tspl` for the byte.
 *
 * Sources: TSC "TSPL/TSPL2 Programming Language" (TTP-244 Plus, 2013), ESC !? and ESC !S p. 85;
 * Gprinter "GP-2120T", ESC !? (bits 6 and 7). Bit 7 is "other error" to TSC and "temperature out of
 * range" to Gprinter: a fault to us. Paper and ribbon low, head error (in byte 2 and 3), ribbon jam
 * and head open (byte 4) as read by public code for newer TSC printers; the manual of 2013 has
 * "reserved" for the first two, and bits of byte 2 that are still reserved are a fault. Assumed
 * until seen on hardware.
 */
#ifndef SPECIMEND_PRINTERS_LANG_TSPL_STATUS_H
#define SPECIMEND_PRINTERS_LANG_TSPL_STATUS_H

#include "printers/lang/driver.h"

#define TSPL_QUERY_BYTE "\033!?"
#define TSPL_QUERY_FRAME "\033!S"

/* One documented bit or value. */
struct tspl_condition {
	uint8_t value;  /* a mask; in tspl_messages the whole byte */
	unsigned found; /* set of enum printer_state; 0: nothing is wrong */
	bool is_busy;
	const char *meaning;
};

/* Ended by a row whose meaning is NULL. A bit or value without a row is PRINTER_FAULT. */
extern const struct tspl_condition tspl_byte_bits[];
extern const struct tspl_condition tspl_messages[];     /* byte 1 of the frame */
extern const struct tspl_condition tspl_warning_bits[]; /* byte 2 */
extern const struct tspl_condition tspl_error_bits[];   /* byte 3 */
extern const struct tspl_condition tspl_media_bits[];   /* byte 4 */

/*
 * printer_driver.read of `tspl`; see there. Answers PRINTER_QUERY_HOST only. error_bits: the byte.
 */
enum printer_reading tspl_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status);

/*
 * printer_driver.read of `tspl2`. What stands before STX is skipped; the CR LF is not waited for.
 * error_bits: bytes 3 and 4; warning_bits: bytes 1 and 2, the first in the higher place.
 */
enum printer_reading tspl_status_read_frame(
	enum printer_query query, struct bytes reply, struct printer_status *status);

#endif
