/*
 * MLLP: messages in a stream of bytes, each between 0x0B and 0x1C 0x0D (HL-01). Pure: bytes in,
 * messages out, however the stream was cut up. What stands between frames is counted and skipped.
 * A frame that was broken off and begun again (0x0B MSH inside a frame) counts as skipped up to the
 * new beginning; any other 0x0B is content, because senders pass on text with vertical tabs.
 *
 * Source: HL7 Implementation Guide for 2.3, appendix C, "Minimal Lower Layer Protocol"; the restart
 * rule is ours.
 */
#ifndef SPECIMEND_HL7_FRAME_H
#define SPECIMEND_HL7_FRAME_H

#include "daemon/base/buf.h"

#define MLLP_MESSAGE_MAX ((size_t)1048576) /* bytes between the frame's ends */

enum mllp_got {
	MLLP_NOTHING,   /* feed more */
	MLLP_MESSAGE,   /* out is a whole message */
	MLLP_TOO_LARGE, /* out is the first MLLP_MESSAGE_MAX bytes; the stream can not be read on */
};

struct mllp_reader {
	struct buf buf;
	size_t at;        /* start in buf of what has not been given out or skipped */
	size_t searched;  /* from here on the end of the open frame is looked for */
	bool in_frame;    /* buf holds a frame from `at` on, its first byte 0x0B already passed */
	uint64_t skipped; /* bytes outside any frame so far */
};

void mllp_reader_init(struct mllp_reader *reader);
void mllp_reader_done(struct mllp_reader *reader);

/* Adds bytes of the stream. Not after MLLP_TOO_LARGE. */
void mllp_reader_feed(struct mllp_reader *reader, struct bytes bytes);

/* The next message, borrowed until the next call of feed, next or done. */
enum mllp_got mllp_reader_next(struct mllp_reader *reader, struct bytes *out);

/* True when a frame has begun and its end is not here yet. */
bool mllp_reader_in_frame(const struct mllp_reader *reader);

/* Appends message in a frame. */
void mllp_frame_write(struct bytes message, struct buf *out);

#endif
