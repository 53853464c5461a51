/*
 * What a LabelWriter says when asked (ESC A): one byte. It may be asked at any time.
 *
 * Top of form is the only evidence of a label: not set while a label is printed and fed, set when
 * the next mark has come. A label that was cut off leaves it unset as well, so a printer that stays
 * busy needs a person, who presses the feed button; nothing is sent again (DYMO's own driver sends
 * the whole label again after an error).
 *
 * Sources: LabelWriter 400 Series Technical Reference (DYMO/Sanford, LW400 4_08), page 11 (the
 * status byte) and ESC A: bit 0 ready (page 11: always 1; ESC A: paper in, no jam), 1 top of form,
 * 5 no paper, 6 jam, 7 error, with no paper too; the others not used. Bit 3, another roll was taken
 * (Twin Turbo): dymo-cups-drivers, LabelWriterLanguageMonitor.h. Assumed until seen on hardware:
 * that top of form is unset from the first row on.
 */
#ifndef SPECIMEND_PRINTERS_LANG_DYMO_STATUS_H
#define SPECIMEND_PRINTERS_LANG_DYMO_STATUS_H

#include "printers/lang/driver.h"

#define DYMO_QUERY "\033A"

struct dymo_condition {
	uint8_t bit;
	unsigned found; /* enum printer_state; 0: not a condition */
	const char *meaning;
};

/* Ended by a row whose meaning is NULL. A bit without a row is PRINTER_FAULT, never fine; so are
 * an error, and a printer that is not ready, when no row says why. */
extern const struct dymo_condition dymo_status_bits[];

/* printer_driver.read of dymo: see there. error_bits is the byte. */
enum printer_reading dymo_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status);

#endif
