/*
 * What is checked alike of every language's reader (printers/lang/reader.h): tables of streams, fed
 * in pieces of many sizes, against what the reader tells of them.
 *
 * Told are, in their order: "label 16x2; ", "host; ", "faults; ", "counter; " ("host 1; ": in the
 * form of that number, when it is not 0), "reprint yes; ", "reprint no; ", "fed; ", "defaults; ",
 * and "refused (the message); ".
 */
#ifndef SPECIMEND_TESTS_PRINTERS_LANG_STREAMS_H
#define SPECIMEND_TESTS_PRINTERS_LANG_STREAMS_H

#include "printers/lang/driver.h"
#include "printers/lang/reader.h"

/* Bytes of a row, NULs too. */
#define S(literal) BYTES_LITERAL(literal)

struct stream_language {
	const struct printer_driver *driver;

	struct bytes label; /* one whole label */

	/* Adds to what is told of the label; NULL: nothing. */
	void (*describe)(const struct printer_reader *reader, struct buf *out);

	/* A refusal told once per piece, so that a row with it is fed in one; NULL: there is none.
	 */
	const char *told_by_piece;
};

struct stream {
	const char *name;
	struct bytes bytes;
	const char *told;
	bool goes_on; /* something is half read when the bytes end */
};

/* Feeds each row in pieces of 1 byte and of other sizes. Returns how many rows were. */
size_t check_streams(
	const struct stream_language *language, const struct stream *rows, size_t count);

struct stream_half {
	const char *name;
	struct bytes bytes;
	bool is_partial; /* false: only a command is half read */
};

/* A reader is at rest when it is new, and not when the bytes of a row have come. */
void check_halves(
	const struct stream_language *language, const struct stream_half *rows, size_t count);

struct stream_refusal {
	const char *name;
	struct bytes bytes;
	const char *message; /* a part of it */
};

/* No row makes a list of labels (printer_driver_expand). */
void check_refusals(
	const struct stream_language *language, const struct stream_refusal *rows, size_t count);

/* A list of LABEL_LIST_MAX labels can be, a longer one not. */
void check_label_limit(const struct stream_language *language);

/* --- one reader ------------------------------------------------------------------------------- */

struct telling {
	const struct stream_language *language;
	struct printer_reader *reader;
	struct buf told;
	struct label_bitmap last; /* the last label */
};

void telling_init(struct telling *telling, const struct stream_language *language);
void telling_done(struct telling *telling);
void telling_feed(struct telling *telling, struct bytes bytes);

static inline void telling_auto(struct telling *telling)
{
	telling_done(telling);
}
/* AUTO_TELLING x; telling_init(&x, &language); */
#define AUTO_TELLING __attribute__((cleanup(telling_auto))) struct telling

#endif
