/* What the readers of all languages share. */
#include "printers/lang/reader_class.h"

#include <stdlib.h>

#include "daemon/base/cursor.h"
#include "daemon/base/xalloc.h"

/* Bytes added to pending at once. */
#define SLICE_MAX 4096u

struct printer_reader *printer_reader_new(const struct printer_reader_class *class,
	const struct printer_reader_events *events, void *arg)
{
	struct printer_reader *reader = xcalloc(1, class->size_bytes);

	reader->class = class;
	reader->events = events;
	reader->arg = arg;
	return reader;
}

void printer_reader_free(struct printer_reader *reader)
{
	if (!reader)
		return;
	buf_done(&reader->pending);
	buf_done(&reader->rows);
	free(reader);
}

void printer_reader_feed(struct printer_reader *reader, struct bytes bytes)
{
	reader->class->feed(reader, bytes);
}

bool printer_reader_is_partial(const struct printer_reader *reader)
{
	return reader->class->is_partial(reader);
}

bool printer_reader_is_at_rest(const struct printer_reader *reader)
{
	return reader->class->is_at_rest(reader);
}

void printer_reader_begin(struct printer_reader *reader)
{
	reader->spoiled = false;
	buf_reset(&reader->rows);
}

void printer_reader_label(const struct printer_reader *reader, size_t stride_bytes)
{
	struct label_bitmap label = {
		.width_dots = (unsigned)stride_bytes * 8,
		.height_dots = (unsigned)(reader->rows.len / stride_bytes),
		.stride_bytes = stride_bytes,
		.data = reader->rows.data,
	};

	reader->events->label(reader->arg, &label);
}

void printer_reader_query(
	const struct printer_reader *reader, enum printer_query query, unsigned form)
{
	reader->events->query(reader->arg, query, form);
}

void printer_reader_act(
	const struct printer_reader *reader, enum printer_act act, const char *command)
{
	reader->events->act(reader->arg, act, command);
}

void printer_reader_refuse(struct printer_reader *reader, const struct err *err)
{
	reader->spoiled = true;
	reader->events->refused(reader->arg, err);
}

void printer_reader_refuse_because(struct printer_reader *reader, const char *why)
{
	struct err err = { 0 };

	(void)err_set(&err, ERR_CHECK_FAILED, "%s", why);
	printer_reader_refuse(reader, &err);
}

void printer_reader_feed_steps(
	struct printer_reader *reader, struct bytes bytes, bool (*step)(void *reader))
{
	struct cursor in = cursor_over(bytes);

	while (in.left.len > 0) {
		size_t len = in.left.len < SLICE_MAX ? in.left.len : SLICE_MAX;

		buf_add(&reader->pending, cursor_take(&in, len));
		while (reader->pending.len > 0 && step(reader))
			continue;
	}
}

void printer_reader_consume(struct printer_reader *reader, size_t len)
{
	buf_drop(&reader->pending, len);
	reader->in_noise = false;
}

bool printer_reader_drop_noise(struct printer_reader *reader, const char *why)
{
	buf_drop(&reader->pending, 1);
	reader->spoiled = true;
	if (!reader->in_noise)
		printer_reader_refuse_because(reader, why);
	reader->in_noise = true;
	return true;
}
