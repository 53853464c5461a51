/*
 * What an EPL2 printer says about itself: the answer to ^ee, "NN" or "NN,NN,..." and CR LF, and the
 * report of an error that a printer sends by itself when somebody switched that on (US): NAK and
 * "NNPnnn" or "NNPnnnLyyyyy", code, labels still to print, raster lines still to send. The first
 * whole line of either kind is the answer; blanks of the line (XON, XOFF, NAK and other
 * controls) before it are skipped.
 *
 * ^ee is read at the place of a command and while the printer waits for the end of an error, not
 * inside downloaded data: a printer whose label lost bytes swallows the question as dots and is
 * silent until it has its number of bytes; the next label's N then clears what it made of them.
 * There is no counter, and no question for the buffers: 50 (busy) is all that ^ee says of printing.
 *
 * Why a label is proved by busy (weak) and not by what US makes the printer report: US is stored in
 * the printer, like all of its switches, so it would change a printer that others use, and UN at
 * the end would undo what they had set; of a label that came out it reports no more than ACK, one
 * byte without a frame, number or name, which is also the echo of each command that was understood;
 * the P of a report belongs to errors; and all of it is documented for the serial port, with nobody
 * known to have seen it on USB.
 *
 * 07 is "out of media or ribbon", and the printer does not say which: both words are told, since
 * one of them is true and a person must look at both. Codes that stop the printer and have no word
 * of their own are a fault, and so is any code that has no row.
 *
 * Sources: Intermec "ESim v5.12 for EasyCoder PD4", ^ee and appendix A (form of the answer; 00 and
 * 11 seen in examples); Zebra "EPL Programming Guide" 14245L-003, ^ee and eR ("via the RS-232
 * serial interface"); Intermec "ESim for the PC4 and PF8", US (saved in flash memory; ACK and NAK
 * in its examples, under "Reply on RS232" in that for the PD4); US reports and the other codes as
 * read by Cellivar/WebZLP, which talks to real LP 2844 and doubts that they come over USB. Assumed
 * until seen on hardware: that ^ee says 50 from the P1 on until the label is out.
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
