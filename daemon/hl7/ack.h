/*
 * The answer to a message: MSH, MSA and, unless it is AA, ERR. It is built only from the message's
 * own header and from what the database stored about it, so that the same message sent again gets
 * the first answer byte for byte (HL-06).
 *
 * Level: a message whose MSH-15 asks for an accept acknowledgement (AL, ER, SU) is answered with
 * one, ACK with CA, CE or CR; any other with the application's: AA, AE or AR, in an ORL^O22 for an
 * OML^O21, else in an ACK. There is one answer to a message and it is never withheld, whatever
 * MSH-15 and MSH-16 say: over MLLP a sender without an answer sends again. The answer goes out
 * after the commit, so it says as much at either level. The ORL holds no orders: which were drawn
 * already the sender does not learn from it.
 *
 * Source: HL7 2.3 and 2.5.1 chapter 2, ACK, MSA, ERR, 2.9 (acknowledgement modes), tables 0008 and
 * 0155; up to 2.4 ERR-1 says all, since 2.5 ERR-2, ERR-3, ERR-4 and ERR-8. 2.5.1 4.4.7 ORL^O22.
 */
#ifndef SPECIMEND_HL7_ACK_H
#define SPECIMEND_HL7_ACK_H

#include <jansson.h>

#include "daemon/base/buf.h"
#include "daemon/base/err.h"
#include "daemon/hl7/message.h"

#define HL7_ANSWER_ERRORS_MAX 10
#define HL7_ANSWER_ID_MAX 20 /* MSH-10 */

struct hl7_answer {
	enum hl7_ack_code code;
	char control_id[HL7_ANSWER_ID_MAX + 1]; /* of the answer itself */
	int64_t at_s;                           /* seconds since 1970 UTC */
	struct hl7_fault errors[HL7_ANSWER_ERRORS_MAX];
	size_t error_count;
};

/*
 * Reads the `data` of order_message's reply: message_id (becomes MSH-10), ack_at, ack_code, errors
 * [{code: "101", location: "PID-3", text}]. Errors past HL7_ANSWER_ERRORS_MAX are left out. An
 * answer other than AA without any gets one that says so. Fails with ERR_INTERNAL when the
 * database's reply lacks or contradicts something.
 */
MUST_CHECK bool hl7_answer_read(struct hl7_answer *out, const json_t *data, struct err *err);

/* An answer with one error, for what the database never saw. */
void hl7_answer_make(struct hl7_answer *out, const char *control_id, int64_t at_s,
	const struct hl7_fault *fault);

/* Appends the answer, each segment with its CR, in the delimiters and version of header. */
void hl7_answer_write(
	const struct hl7_answer *answer, const struct hl7_header *header, struct buf *out);

#endif
