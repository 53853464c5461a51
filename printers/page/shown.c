/* What a label shows of its content. */
#include "printers/page/shown.h"

#include <stddef.h>
#include <stdlib.h>

#include <glib-object.h>
#include <glib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/latin.h"

#define SPELLED_MARK "\xe2\x89\x88" /* U+2248, almost equal to */

/* Coverage is the same at every size; this one is as good as another. */
#define ANY_SIZE_DOTS 16

void page_spelling_done(struct page_spelling *spelling)
{
	free(spelling->family);
	free(spelling->given);
	free(spelling->middle);
	*spelling = (struct page_spelling) { 0 };
}

void page_shown_done(struct page_shown *shown)
{
	for (size_t i = 0; i < PAGE_CONTENT_COUNT; i++)
		free(shown->texts[i]);
	*shown = (struct page_shown) { 0 };
}

/* Yours. */
static char *text_normal(const char *text)
{
	char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
	char *own = xstrdup(normal);

	g_free(normal);
	return own;
}

/* Takes the text; its place in the content borrows it. */
static void text_put(struct page_shown *out, size_t index, char *text_take)
{
	const char *borrowed = text_take;

	free(out->texts[index]);
	out->texts[index] = text_take;
	memcpy((char *)&out->content + page_content_texts[index].offset, &borrowed,
		sizeof(borrowed));
}

static void texts_put(struct page_shown *out, const struct page_content *content)
{
	out->content = *content;
	for (size_t i = 0; i < PAGE_CONTENT_COUNT; i++) {
		const char *text;

		memcpy(&text, (const char *)content + page_content_texts[i].offset, sizeof(text));
		if (text)
			text_put(out, i, text_normal(text));
	}
}

static bool is_covered(struct page_fonts *fonts, const char *text)
{
	const char *said = page_text_or_empty(text);

	return *said == 0 || (page_text_is_covered(fonts, said, false, ANY_SIZE_DOTS) &&
				     page_text_is_covered(fonts, said, true, ANY_SIZE_DOTS));
}

static bool name_is_covered(const struct page_content *content, struct page_fonts *fonts)
{
	return is_covered(fonts, content->family) && is_covered(fonts, content->given) &&
	       is_covered(fonts, content->middle);
}

/* "Devanagari" of a letter of it. */
static void script_add(gunichar letter, struct buf *out)
{
	GEnumClass *class = g_type_class_ref(G_TYPE_UNICODE_SCRIPT);
	const GEnumValue *value = g_enum_get_value(class, (int)g_unichar_get_script(letter));

	buf_add_str(out, value ? value->value_nick : "unknown");
	g_type_class_unref(class);
}

bool page_shown_lacks(const char *said, const char *text, struct page_fonts *fonts,
	enum page_check *out_failed, struct err *err)
{
	AUTO_BUF script = { 0 };

	for (const char *at = text; *at && script.len == 0; at = g_utf8_find_next_char(at, NULL)) {
		char one[8] = { 0 }; /* a character has at most 4 bytes */

		memcpy(one, at, (size_t)(g_utf8_find_next_char(at, NULL) - at));
		if (!is_covered(fonts, one))
			script_add(g_utf8_get_char(at), &script);
	}
	return page_check_fail(out_failed, PAGE_CHECK_CHARACTER, err,
		"%s holds a letter that no installed font has (script: %s)", said,
		script.len > 0 ? buf_str(&script) : "unknown");
}

/* Yours; NULL when no table has one of its letters, or nothing would be left of it. */
static char *part_spelled(const char *text)
{
	AUTO_BUF latin = { 0 };

	if (*page_text_or_empty(text) == 0)
		return xstrdup("");
	if (!page_latin_spell(text, &latin) || latin.len == 0)
		return NULL;
	return buf_take_str(&latin);
}

static bool name_spell(const struct page_content *content, struct page_spelling *out)
{
	out->family = part_spelled(content->family);
	out->given = part_spelled(content->given);
	out->middle = part_spelled(content->middle);
	if (out->family && out->given && out->middle)
		return true;
	page_spelling_done(out);
	return false;
}

/* Somebody looked at this spelling; of a part that the label has not (a slip's middle name) it does
 * not matter. */
static bool part_is_confirmed(const char *spelled, const char *confirmed)
{
	return *spelled == 0 || str_equal(spelled, page_text_or_empty(confirmed));
}

static bool spelling_is_confirmed(
	const struct page_content *content, const struct page_spelling *spelling)
{
	return part_is_confirmed(spelling->family, content->spelled_family) &&
	       part_is_confirmed(spelling->given, content->spelled_given) &&
	       part_is_confirmed(spelling->middle, content->spelled_middle);
}

static void text_replace(struct page_shown *out, size_t offset, const char *mark, const char *text)
{
	for (size_t i = 0; i < PAGE_CONTENT_COUNT; i++) {
		if (page_content_texts[i].offset == offset)
			text_put(out, i, xasprintf("%s%s", mark, text));
	}
}

/* The mark stands before what is there of the name. */
static void name_replace(struct page_shown *out, const struct page_spelling *spelling)
{
	const bool has_family = *spelling->family != 0;

	text_replace(out, offsetof(struct page_content, family), has_family ? SPELLED_MARK : "",
		spelling->family);
	text_replace(out, offsetof(struct page_content, given), has_family ? "" : SPELLED_MARK,
		spelling->given);
	text_replace(out, offsetof(struct page_content, middle), "", spelling->middle);
	out->content.is_spelled = true;
}

static const char *part_that_lacks(const struct page_content *content, struct page_fonts *fonts)
{
	return !is_covered(fonts, content->family)  ? content->family
	       : !is_covered(fonts, content->given) ? content->given
						    : content->middle;
}

bool page_shown_init(struct page_shown *out, const struct page_content *content,
	struct page_fonts *fonts, struct page_spelling *out_spelling, enum page_check *out_failed,
	struct err *err)
{
	struct page_spelling spelling = { 0 };

	*out = (struct page_shown) { 0 };
	texts_put(out, content);
	if (name_is_covered(&out->content, fonts))
		return true;
	if (!name_spell(&out->content, &spelling))
		return page_shown_lacks(
			"the name", part_that_lacks(&out->content, fonts), fonts, out_failed, err);
	if (spelling_is_confirmed(&out->content, &spelling)) {
		name_replace(out, &spelling);
		page_spelling_done(&spelling);
		return true;
	}
	*out_spelling = spelling;
	return page_check_fail(out_failed, PAGE_CHECK_SPELLING, err,
		"no installed font has all letters of the name, and nobody confirmed its spelling "
		"in Latin letters");
}
