/*
 * What an EPL2 printer says about itself: the answer to ^ee, "NN" or "NN,NN,..." and CR LF, and the
 * report that a printer sends by itself when somebody switched that on (US): "NNPnnn" or
 * "NNPnnnLyyyyy", code, labels still to print, raster lines still to send. P000: nothing is left.
 * The first whole line of either kind is the answer; blanks of the line (XON, XOFF, NAK and other
 * controls) before it are skipped.
 *
 * ^ee is read at the place of a command and while the printer waits for the end of an error, not
 * inside downloaded data: a printer whose label lost bytes swallows the question as dots and is
 * silent until it has its number of bytes; the next label's N then clears what it made of them.
 * There is no counter, and no question for the buffers: 50 (busy) is all that ^ee says of printing.
 *
 * 07 is "out of media or ribbon", and the printer does not say which: both words are told, since
 * one of them is true and a person must look at both. Codes that stop the printer and have no word
 * of their own are a fault, and so is any code that has no row.
 *
 * Sources: Intermec "ESim v5.12 for EasyCoder PD4", ^ee and appendix A (form of the answer; 00 and
 * 11 seen in examples); Zebra "EPL Programming Guide" 14245L-003, ^ee and eR; US reports and the
 * other codes as read by Cellivar/WebZLP, which talks to real LP 2844. Assumed until seen on
 * hardware: that ^ee says 50 from the P1 on until the label is out.
 */
#ifndef SPECIMEND_PRINTERS_LANG_EPL2_STATUS_H
#define SPECIMEND_PRINTERS_LANG_EPL2_STATUS_H

#include "printers/lang/driver.h"

#define EPL2_QUERY_HOST "^ee\r\n"

/* Bytes of an answer's line with its carriage return; one with all codes there are has 72. */
#define EPL2_ANSWER_MAX 80u

/* One documented code. */
struct epl2_code {
	unsigned code;
	unsigned found; /* set of enum printer_state; 0: nothing is wrong */
	bool is_busy;
	const char *meaning;
};

/* Ended by a row whose meaning is NULL. */
extern const struct epl2_code epl2_codes[];

/*
 * printer_driver.read of EPL2; see there. Answers PRINTER_QUERY_HOST only. error_bits: the last
 * four codes, two hexadecimal digits each reading as the code does (07 and 11: 00000711).
 */
enum printer_reading epl2_status_read(
	enum printer_query query, struct bytes reply, struct printer_status *status);

#endif
