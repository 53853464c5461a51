/* Streams of every language, cut in every way. */
#include "tests/printers/lang/streams.h"

#include "printers/lang/expansion.h"
#include "tests/check.h"

static const char *const query_words[PRINTER_QUERIES] = { "host", "faults", "counter" };

static const char *const act_words[] = {
	[PRINTER_ACT_REPRINT_OFF] = "reprint no; ",
	[PRINTER_ACT_REPRINT_ON] = "reprint yes; ",
	[PRINTER_ACT_FEED] = "fed; ",
	[PRINTER_ACT_DEFAULTS] = "defaults; ",
};

static void tell_label(void *arg, const struct label_bitmap *label)
{
	struct telling *telling = arg;

	check_int(label->stride_bytes * 8, label->width_dots);
	buf_addf(&telling->told, "label %ux%u", label->width_dots, label->height_dots);
	if (telling->language->describe)
		telling->language->describe(telling->reader, &telling->told);
	buf_add_str(&telling->told, "; ");
	bitmap_done(&telling->last);
	bitmap_copy(&telling->last, label);
}

/* Nothing is told to have been asked that the language has no question for. */
static void tell_query(void *arg, enum printer_query query, unsigned form)
{
	struct telling *telling = arg;

	check(telling->language->driver->query[query].len > 0);
	buf_add_str(&telling->told, query_words[query]);
	if (form > 0)
		buf_addf(&telling->told, " %u", form);
	buf_add_str(&telling->told, "; ");
}

static void tell_act(void *arg, enum printer_act act, const char *command)
{
	struct telling *telling = arg;

	check(command[0] != 0);
	buf_add_str(&telling->told, act_words[act]);
}

static void tell_refused(void *arg, const struct err *err)
{
	struct telling *telling = arg;

	check_int(err->code, ERR_CHECK_FAILED);
	buf_addf(&telling->told, "refused (%s); ", err->message);
}

void telling_init(struct telling *telling, const struct stream_language *language)
{
	static const struct printer_reader_events events = {
		.label = tell_label,
		.query = tell_query,
		.act = tell_act,
		.refused = tell_refused,
	};

	*telling = (struct telling) { .language = language };
	telling->reader = printer_reader_new(language->driver->reader, &events, telling);
}

void telling_done(struct telling *telling)
{
	printer_reader_free(telling->reader);
	buf_done(&telling->told);
	bitmap_done(&telling->last);
}

void telling_feed(struct telling *telling, struct bytes bytes)
{
	printer_reader_feed(telling->reader, bytes);
}

static void stream_check(
	const struct stream_language *language, const struct stream *row, size_t step)
{
	AUTO_TELLING telling;

	telling_init(&telling, language);
	for (size_t at = 0; at < row->bytes.len; at += step) {
		size_t left = row->bytes.len - at;

		telling_feed(&telling, bytes_of(row->bytes.data + at, left < step ? left : step));
	}
	check_str(buf_str(&telling.told), row->told);
	check_int(printer_reader_is_at_rest(telling.reader), !row->goes_on);
	check(row->goes_on || !printer_reader_is_partial(telling.reader));
}

size_t check_streams(
	const struct stream_language *language, const struct stream *rows, size_t count)
{
	static const size_t steps[] = { 1, 2, 3, 7, 4096 };
	const char *by_piece = language->told_by_piece;
	size_t cut = 0;

	for (size_t i = 0; i < count; i++) {
		check_row(rows[i].name);
		if (by_piece && strstr(rows[i].told, by_piece)) {
			stream_check(language, &rows[i], rows[i].bytes.len);
			continue;
		}
		for (size_t s = 0; s < ARRAY_LEN(steps); s++)
			stream_check(language, &rows[i], steps[s]);
		cut++;
	}
	check_row(NULL);
	return cut;
}

void check_halves(
	const struct stream_language *language, const struct stream_half *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_TELLING telling;

		check_row(rows[i].name);
		telling_init(&telling, language);
		check(printer_reader_is_at_rest(telling.reader));
		check(!printer_reader_is_partial(telling.reader));
		telling_feed(&telling, rows[i].bytes);
		check(!printer_reader_is_at_rest(telling.reader));
		check_int(printer_reader_is_partial(telling.reader), rows[i].is_partial);
	}
	printer_reader_free(NULL);
}

void check_refusals(
	const struct stream_language *language, const struct stream_refusal *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_LABEL_LIST list = { 0 };
		struct err err = { 0 };

		check_row(rows[i].name);
		check(!printer_driver_expand(language->driver, rows[i].bytes, &list, &err));
		check_err(&err, ERR_CHECK_FAILED, rows[i].message);
		check_int(list.count, 0);
	}
}

void check_label_limit(const struct stream_language *language)
{
	AUTO_LABEL_LIST list = { 0 };
	AUTO_BUF bytes = { 0 };
	struct err err = { 0 };

	for (unsigned i = 0; i < LABEL_LIST_MAX; i++)
		buf_add(&bytes, language->label);
	check_ok(printer_driver_expand(language->driver, buf_bytes(&bytes), &list, &err), &err);
	check_int(list.count, LABEL_LIST_MAX);
	label_list_done(&list);
	buf_add(&bytes, language->label);
	check(!printer_driver_expand(language->driver, buf_bytes(&bytes), &list, &err));
	check_err(&err, ERR_CHECK_FAILED, "too many labels");
	check_int(list.count, 0);
}
