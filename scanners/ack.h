/*
 * Acknowledgements on a serial line: a scanner that is set to ACK/NAK says a code, and says nothing
 * else before it was told ACK (06), or gave up. What the text means and where it ends is the
 * affair of scanners/serial.h; this is what is answered, and which texts are repeats.
 *
 * ACK is said when the scan is stored, with its verdict and before the sound, and never when it is
 * only in the bench's memory: such a scanner then is a closed loop even where its maker has no
 * sound to command, for one that hears no ACK says an error by itself. Until then it cannot read,
 * and that is right: its person is to hear of each tube before the next.
 *
 * NAK is said when a scan could not be stored, or came broken, and asks for it again. Not all
 * makers count (Metrologic's repeat for ever unless set otherwise), so it is said ACK_NAKS_MAX
 * times in a row, and then nothing: that is an error too, after the scanner's own timeout, and
 * never a false good.
 *
 * ACK is heard as the answer to whatever the scanner said last. So it is said only while that is
 * the scan: not once anything else was begun, came broken or was asked for again. Then the
 * scanner's own timeout is the answer, an error; or the scan's repeat, which is acknowledged at
 * once, with the verdict's sound, when the scan was stored meanwhile. What was to be said and is
 * not said yet when something else begins is not said any more.
 *
 * A repeat is the text of the last scan, not acknowledged yet, within ACK_WAIT_MS of it, of its
 * NAK or of its repeat before; it is dropped, and answered as the scan was: by nothing before its
 * verdict, by NAK after it was refused. Later the same text is a person's, as it is after ACK, and
 * is a scan of its own: a scanner that gave up reads again. Only where it is known that ACK may not
 * have been heard (its write was cut, or a NAK of before was on its way when the scan was said, so
 * that the scanner may have taken that one for the answer) one more is a repeat: it is dropped and
 * acknowledged. Nothing is dropped because it came soon: an ACK that a converter took and that then
 * is lost on the wire is one that nobody can tell, and its repeat is a scan of its own. One by hand
 * that comes sooner, after an error, is answered like the scan before it, so its person hears of
 * that one.
 *
 * Source: Symbol (Zebra) LS 9208 Product Reference Guide, 6-18: NAK repeats, three attempts, then
 * an error; no answer in the "host serial response time-out" (2 s) is an error at once. Metrologic
 * (Honeywell) MS9540 programming guide, software handshaking: ACK 06h, NAK 15h, repeats without
 * limit, five when set so. Datalogic PowerScan D8530, 5.1.1: no signal for ACK, an error tone
 * without it; it cannot read while it waits. Assumed until seen on hardware: that none waits much
 * longer than ACK_WAIT_MS; one that does and repeats then comes as a scan of its own.
 */
#ifndef SPECIMEND_SCANNERS_ACK_H
#define SPECIMEND_SCANNERS_ACK_H

#include "scanners/driver.h"

#define ACK_NAKS_MAX 3
#define ACK_WAIT_MS 2000 /* Symbol's host serial response time-out */

/* What a line's begin does; is it set to ACK/NAK, its layout is the affair of this file. */
void ack_begin(struct scan_collector *collector);

/*
 * What came of the line: a repeat becomes SCAN_READING_NONE, and *scan is emptied; what has to be
 * answered at once is in collector->answer. Of a line that is not set to ACK/NAK nothing changes.
 */
enum scan_reading ack_reading(
	struct scan_collector *collector, enum scan_reading reading, struct scan *scan);

/*
 * Of a line that is set to ACK/NAK: true, and ACK in collector->answer, behind which the verdict's
 * sound may go. False: no sound, for the scanner waits for the answer to something else, or is busy
 * with its repeat: NAK in collector->answer for SCAN_NOT_STORED, unless that was said too often.
 */
MUST_CHECK bool ack_verdict(struct scan_collector *collector, enum scan_verdict verdict);

/* The scanner has begun to say something, or that was lost: it waits for no answer to what was
 * before. */
void ack_other(struct scan_collector *collector);

/* What was answered last may not have been heard: the repeat of a scan that was acknowledged is
 * none of its own. */
void ack_lost(struct scan_collector *collector);

/* A repeat may come yet. */
bool ack_is_asking(const struct scan_collector *collector);

/* Nothing came for one timeout of the line; after ACK_WAIT_MS of them the next text is a person's.
 */
void ack_silence(const struct scan_collector *collector);

#endif
