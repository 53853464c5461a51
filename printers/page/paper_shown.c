/*
 * What a paper shows of its texts, by the rule of labels (shown.h): in normal form C; what no
 * installed font can write in the letters of passports, marked, and the true characters by number.
 * Nothing stands as a box.
 */
#include <stdlib.h>

#include <glib.h>

#include "daemon/base/auto.h"
#include "printers/page/content.h"
#include "printers/page/latin.h"
#include "printers/page/paper_inside.h"
#include "printers/page/shown.h"

#define SPELLED_MARK "\xe2\x89\x88" /* U+2248, almost equal to, as on labels */
#define ASCII_END 0x80
#define ANY_SIZE_DOTS 16 /* coverage is the same at every size */

struct showing {
	struct paper_words *words;
	struct page_fonts *fonts;
	enum page_check *out_failed;
};

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= ASCII_END)
			return false;
	}
	return true;
}

static bool is_covered(const struct showing *showing, const char *text)
{
	return is_ascii(text) ||
	       (page_text_is_covered(showing->fonts, text, false, ANY_SIZE_DOTS) &&
		       page_text_is_covered(showing->fonts, text, true, ANY_SIZE_DOTS));
}

static const char *text_keep(const struct showing *showing, const struct buf *text)
{
	return arena_strndup(showing->words->arena, buf_bytes(text));
}

static const char *normal_keep(const struct showing *showing, const char *text)
{
	char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
	const char *kept = arena_strdup(showing->words->arena, normal);

	g_free(normal);
	return kept;
}

/* What no font has (covered_too: all that is no ASCII) as U+0634 U+0627; the rest as it is. */
static const char *numbers_keep(const struct showing *showing, const char *text, bool covered_too)
{
	AUTO_BUF out = { 0 };
	bool is_open = false; /* a number stands before */

	for (const char *at = text; *at; at = g_utf8_find_next_char(at, NULL)) {
		char one[8] = { 0 }; /* a character has at most 4 bytes */

		memcpy(one, at, (size_t)(g_utf8_find_next_char(at, NULL) - at));
		const bool is_number = covered_too ? !is_ascii(one) : !is_covered(showing, one);

		if (is_number)
			buf_addf(&out, "%sU+%04X", is_open ? " " : "", g_utf8_get_char(at));
		else
			buf_add_str(&out, one);
		is_open = is_number;
	}
	return text_keep(showing, &out);
}

/* As a passport has it, marked; NULL when no table has all of it. */
static const char *spelled_keep(const struct showing *showing, const char *normal)
{
	AUTO_BUF latin = { 0 };

	buf_add_str(&latin, SPELLED_MARK);
	return page_latin_spell(normal, &latin) ? text_keep(showing, &latin) : NULL;
}

/* A name is shown whole in one kind of letters, or not at all: as on labels. */
static bool name_show(
	const struct showing *showing, const char **text, const char **out_true, struct err *err)
{
	const char *said = *text;

	if (is_ascii(said))
		return true;
	const char *normal = normal_keep(showing, said);
	const char *spelled = NULL;

	if (is_covered(showing, normal)) {
		*text = normal;
		return true;
	}
	spelled = spelled_keep(showing, normal);
	if (!spelled)
		return page_shown_lacks("a name", normal, showing->fonts, showing->out_failed, err);
	*text = spelled;
	*out_true = numbers_keep(showing, said, true);
	showing->words->is_spelled = true;
	return true;
}

/* Words of others: spelled when they can be, else with numbers where the letters lack. */
static void text_show(const struct showing *showing, const char **text)
{
	if (is_ascii(*text))
		return;
	const char *normal = normal_keep(showing, *text);

	if (!is_covered(showing, normal)) {
		const char *spelled = spelled_keep(showing, normal);

		normal = spelled ? spelled : numbers_keep(showing, normal, false);
		showing->words->is_spelled = true;
	}
	*text = normal;
}

static bool part_show(const struct showing *showing, struct paper_part *part, struct err *err)
{
	text_show(showing, &part->sub);
	for (size_t i = 0; i < part->fact_count; i++) {
		text_show(showing, &part->facts[i].name);
		text_show(showing, &part->facts[i].text);
	}
	return name_show(showing, &part->heading, &part->true_heading, err);
}

static bool row_show(const struct showing *showing, struct paper_row *row, struct err *err)
{
	for (size_t i = 0; i < row->line_count; i++)
		text_show(showing, &row->lines[i]);
	return name_show(showing, &row->name, &row->true_name, err);
}

bool paper_words_show(struct paper_words *words, struct page_fonts *fonts,
	enum page_check *out_failed, struct err *err)
{
	const struct showing showing = { .words = words, .fonts = fonts, .out_failed = out_failed };

	text_show(&showing, &words->title);
	text_show(&showing, &words->foot);
	for (size_t i = 0; i < words->part_count; i++) {
		if (!part_show(&showing, &words->parts[i], err))
			return false;
	}
	for (size_t i = 0; i < words->row_count; i++) {
		if (!row_show(&showing, &words->rows[i], err))
			return err_wrap(err, "row %zu", i + 1);
	}
	return true;
}
