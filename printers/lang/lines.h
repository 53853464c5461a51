/*
 * The reader of a language of lines with one binary picture per label, EPL2 and TSPL: lines end
 * with LF, CR before it allowed, empty ones are skipped; the data of the picture stands behind the
 * last comma of its command, and every byte of it counts, LF too; its bits are 1 where white.
 */
#ifndef SPECIMEND_PRINTERS_LANG_LINES_H
#define SPECIMEND_PRINTERS_LANG_LINES_H

#include "daemon/base/cursor.h"
#include "printers/lang/reader_class.h"

/* Bytes of a line; the longest that we send, TSPL's BITMAP with its numbers, has 22. */
#define LINE_MAX_BYTES 64u

struct line_reader {
	struct printer_reader base; /* its pending is the line being received */
	unsigned commas;            /* in that line */
	bool is_too_long;           /* the rest of the line is skipped */
	/* the label being received */
	int step; /* what it has, the language's own; 0: no label is begun */
	size_t stride_bytes;
	unsigned height_dots;
	size_t data_left; /* bytes of the picture that have not come */
};

/* params: what stands behind the name. Fails with ERR_CHECK_FAILED: refused. */
struct line_command {
	const char *name;
	bool (*read)(struct line_reader *reader, struct cursor *params, struct err *err);
};

/* printer_reader_class.model of such a language. */
struct line_language {
	const struct line_command *commands; /* up to a NULL name; the first that fits is meant */
	const char *picture;                 /* what the command with the data begins with */
	unsigned picture_commas;             /* in it, before its data */
	/* Called with each byte that is not data; true: it is none of a line. NULL: all are. */
	bool (*takes)(void *reader, uint8_t byte);
};

/* Members of a printer_reader_class. */
void line_reader_feed(void *reader, struct bytes bytes);
bool line_reader_is_partial(const void *reader);
bool line_reader_is_at_rest(const void *reader);

/* --- for the commands --------------------------------------------------------------------------
 */

/* The width and height in dots of a label that can be: whole bytes of width, within bitmap.h. */
bool line_width_is_valid(uint64_t width_dots);
bool line_height_is_valid(uint64_t height_dots);

/* A new label begins, or none when step is 0. */
void line_reader_begin(struct line_reader *reader, int step);

/* The data of the picture comes next: height_dots rows of stride_bytes. */
void line_reader_expect_picture(struct line_reader *reader, int step);

/* The label comes out, unless it is spoiled, and none is begun any more. */
void line_reader_put_out(struct line_reader *reader);

#endif
