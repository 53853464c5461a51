/*
 * What a language gives to have a reader (reader.h), and what all of them share. For
 * printers/lang/NAME/expand.c only: whoever feeds a reader needs none of it.
 */
#ifndef SPECIMEND_PRINTERS_LANG_READER_CLASS_H
#define SPECIMEND_PRINTERS_LANG_READER_CLASS_H

#include "printers/lang/reader.h"

/* `reader` is what printer_reader_new made: size_bytes of zeros that begin with a printer_reader.
 * No member may block, and each is needed but model. */
struct printer_reader_class {
	size_t size_bytes; /* of the language's own struct */
	const char *unit;  /* what one label is called in messages: "format" */
	const void *model; /* the language's own table: lines.h, or the head that two differ in */
	void (*feed)(void *reader, struct bytes bytes);
	bool (*is_partial)(const void *reader);
	bool (*is_at_rest)(const void *reader);
};

/* The first member of a language's own struct. */
struct printer_reader {
	const struct printer_reader_class *class;
	const struct printer_reader_events *events;
	void *arg;
	struct buf pending; /* what came and is not obeyed yet */
	bool in_noise;      /* what came last was refused byte by byte */
	/* the label being received */
	bool spoiled;    /* something in it was refused: it does not come out */
	struct buf rows; /* whole, 1 is black */
};

/* The label being received is a new one: no rows, not spoiled. */
void printer_reader_begin(struct printer_reader *reader);

/* --- what a reader tells; nothing of it but the refusals changes the reader ---------------------
 */

/* The rows are a label; stride_bytes (above 0) of each. Called for none that is spoiled. */
void printer_reader_label(const struct printer_reader *reader, size_t stride_bytes);

void printer_reader_query(
	const struct printer_reader *reader, enum printer_query query, unsigned form);
void printer_reader_act(
	const struct printer_reader *reader, enum printer_act act, const char *command);

/* Spoils the label being received. */
void printer_reader_refuse(struct printer_reader *reader, const struct err *err);
void printer_reader_refuse_because(struct printer_reader *reader, const char *why);

/* --- for languages that keep what came in pending until a command is whole ----------------------
 */

/*
 * Adds the bytes to pending in slices, so that dropping a command from the front moves little,
 * and calls step, which obeys the command at the front, until it says that it needs more.
 */
void printer_reader_feed_steps(
	struct printer_reader *reader, struct bytes bytes, bool (*step)(void *reader));

/* Drops len bytes that were understood. */
void printer_reader_consume(struct printer_reader *reader, size_t len);

/* Drops one byte that means nothing; the first of a run of them is refused. Returns true, as step
 * does. */
bool printer_reader_drop_noise(struct printer_reader *reader, const char *why);

#endif
