/* What a label says: lengths, characters, identifiers. */
#include "printers/page/content.h"

#include <glib.h>

#include "daemon/base/str.h"

const struct page_content_text page_content_texts[PAGE_CONTENT_COUNT] = {
#define PAGE_CONTENT_ROW(key, said, max_bytes) \
	{ #key, said, max_bytes, offsetof(struct page_content, key) },
	PAGE_CONTENT_TABLE(PAGE_CONTENT_ROW)
#undef PAGE_CONTENT_ROW
};

/* All compared without case. Source: contrib/DOMAIN.md LB-02; what interfaces send when a field has
 * no value. schema/clinic/unusual.sql has the same words; tests/data/page/names.txt holds them
 * together. */

/* Nobody is called so. */
static const char *const no_values[] = { "\"\"", "N/A", "NOT AVAILABLE", "TBD", "XXX", "XXXX",
	"ZZZ", "?", "??", "???", "-", "--", ".", "*", "0", "00", "000", "0000", "0000000",
	"00000000", "999999999" };

/* Some people are called so, and it is what a patient is called of whom no name is known. */
static const char *const doubtful_names[] = { "DOE", "TEST" };

/* The same, but alone they say of nobody who it is. FNU, LNU: first, last name unknown, as visas of
 * the United States have it for who bears one name. */
static const char *const unknown_names[] = { "UNKNOWN", "UNK", "UNKN", "UNNAMED", "NONE", "NULL",
	"FNU", "LNU" };

#define BIRTH_YEAR_MIN 1850u
#define YEAR_MAX 2200u
#define CONTAINERS_MAX 99u

static const char *text_get(
	const struct page_content *content, const struct page_content_text *text)
{
	const char *value;

	memcpy(&value, (const char *)content + text->offset, sizeof(value));
	return page_text_or_empty(value);
}

#define MARKS_MAX 4u /* on one letter: Hebrew, Arabic and Vietnamese need up to three */

/* Looks like nothing and is no format character. Source: content.h. */
static const struct {
	gunichar first, last;
} invisible[] = {
	{ 0x034f, 0x034f },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x2800, 0x2800 },
	{ 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f },
	{ 0xffa0, 0xffa0 },
	{ 0xfffc, 0xfffd },
	{ 0xe0000, 0xe0fff },
};

static bool char_is_invisible(gunichar c)
{
	for (size_t i = 0; i < ARRAY_LEN(invisible); i++) {
		if (c >= invisible[i].first && c <= invisible[i].last)
			return true;
	}
	return false;
}

static bool char_is_mark(gunichar c)
{
	return g_unichar_type(c) == G_UNICODE_NON_SPACING_MARK ||
	       g_unichar_type(c) == G_UNICODE_ENCLOSING_MARK;
}

static bool char_is_joiner(gunichar c)
{
	return c == 0x200c || c == 0x200d; /* zero width non-joiner, joiner */
}

static bool char_is_variation(gunichar c)
{
	return (c >= 0xfe00 && c <= 0xfe02) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Blocks of the scripts that are spelled with joiners: Arabic and its kin; India's. */
static bool script_has_joiners(gunichar letter)
{
	return (letter >= 0x0600 && letter <= 0x08ff) || (letter >= 0x0900 && letter <= 0x0dff);
}

/* An invisible character may follow this letter (0: none stands before it). */
static bool char_may_follow(gunichar c, gunichar letter)
{
	if (char_is_joiner(c))
		return script_has_joiners(letter) && g_unichar_isalpha(letter);
	return char_is_variation(c) && g_unichar_get_script(letter) == G_UNICODE_SCRIPT_HAN;
}

static bool char_is_allowed(gunichar c, gunichar letter)
{
	if (char_is_joiner(c) || char_is_invisible(c))
		return char_may_follow(c, letter);
	switch ((int)g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT: /* direction overrides: a name could be shown in another order */
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return false;
	}
	return true;
}

/* NULL: nothing is wrong with text. */
static const char *text_fault(const char *text)
{
	gunichar letter = 0; /* that c stands behind, its marks between */
	unsigned marks = 0;

	for (const char *at = text; *at; at = g_utf8_find_next_char(at, NULL)) {
		const gunichar c = g_utf8_get_char(at);

		if (!char_is_allowed(c, letter))
			return "holds a control or invisible character";
		if (!char_is_mark(c)) {
			letter = char_is_joiner(c) ? 0 : c;
			marks = 0;
		} else if (++marks > MARKS_MAX) {
			return "has more than four marks on one letter";
		}
	}
	return NULL;
}

bool page_text_is_plain(const char *text)
{
	return !text_fault(text);
}

static bool characters_check(
	const struct page_content *content, enum page_check *out_failed, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(page_content_texts); i++) {
		const struct page_content_text *text = &page_content_texts[i];
		const char *value = text_get(content, text);

		if (strlen(value) > text->max_bytes)
			return page_check_fail(out_failed, PAGE_CHECK_CHARACTER, err,
				"%s is longer than %zu bytes", text->said, text->max_bytes);
		if (!utf8_is_valid(bytes_of_str(value)))
			return page_check_fail(out_failed, PAGE_CHECK_CHARACTER, err,
				"%s is not well-formed UTF-8", text->said);
		const char *fault = text_fault(value);

		if (fault)
			return page_check_fail(
				out_failed, PAGE_CHECK_CHARACTER, err, "%s %s", text->said, fault);
	}
	return true;
}

static bool is_blank_padded(const char *text)
{
	const char *last = text + strlen(text);

	if (*text == 0)
		return false;
	last = g_utf8_find_prev_char(text, last);
	return g_unichar_isspace(g_utf8_get_char(text)) || g_unichar_isspace(g_utf8_get_char(last));
}

static bool is_one_of(const char *text, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (g_ascii_strcasecmp(text, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_no_value(const char *text)
{
	return is_one_of(text, no_values, ARRAY_LEN(no_values));
}

static bool says_unknown(const char *text)
{
	return is_one_of(text, unknown_names, ARRAY_LEN(unknown_names));
}

static bool is_doubtful(const char *text)
{
	return says_unknown(text) || is_one_of(text, doubtful_names, ARRAY_LEN(doubtful_names));
}

static bool blank_check(
	const char *text, const char *said, enum page_check *out_failed, struct err *err)
{
	return !is_blank_padded(text) || page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
						 "%s begins or ends with a blank", said);
}

static bool placeholder_fail(const char *said, enum page_check *out_failed, struct err *err)
{
	return page_check_fail(
		out_failed, PAGE_CHECK_IDENTIFIERS, err, "%s is a placeholder, not a value", said);
}

/* One identifying text that is no name of a patient. */
static bool identifier_check(
	const char *text, const char *said, enum page_check *out_failed, struct err *err)
{
	if (!blank_check(text, said, out_failed, err))
		return false;
	if (*text == 0)
		return page_check_fail(
			out_failed, PAGE_CHECK_IDENTIFIERS, err, "%s is empty", said);
	return !(is_no_value(text) || is_doubtful(text)) || placeholder_fail(said, out_failed, err);
}

/* A family or given name; once a person confirmed it, it may lack or look like a placeholder. */
static bool name_check(const char *text, const char *said, bool is_confirmed,
	enum page_check *out_failed, struct err *err)
{
	if (!blank_check(text, said, out_failed, err))
		return false;
	if (is_no_value(text) || (!is_confirmed && is_doubtful(text)))
		return placeholder_fail(said, out_failed, err);
	return is_confirmed || *text ||
	       page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err, "%s is empty", said);
}

static bool digits_read(
	const char *text, size_t from, size_t count, unsigned min, unsigned max, unsigned *out)
{
	unsigned value = 0;

	for (size_t i = from; i < from + count; i++) {
		if (!char_is_digit((unsigned char)text[i]))
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

/* YYYY-MM-DD; with may_be_partial also "", YYYY and YYYY-MM. */
static bool date_is_valid(const char *text, bool may_be_partial)
{
	static const unsigned month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const size_t len = strlen(text);
	unsigned year, month, day;

	if (len == 0)
		return may_be_partial;
	if (len != 10 && !(may_be_partial && (len == 4 || len == 7)))
		return false;
	if (!digits_read(text, 0, 4, BIRTH_YEAR_MIN, YEAR_MAX, &year))
		return false;
	if (len == 4)
		return true;
	if (text[4] != '-' || !digits_read(text, 5, 2, 1, 12, &month))
		return false;
	if (len == 7)
		return true;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return text[7] == '-' &&
	       digits_read(text, 8, 2, 1, month_days[month - 1] + (leap && month == 2), &day);
}

static bool id_read(const char *text, enum id_kind kind, const struct page_content *content,
	struct id *out, enum page_check *out_failed, struct err *err)
{
	struct err why = { 0 };

	if (!id_parse(out, bytes_of_str(text), &why) || out->kind != kind)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the %s id is not one of ours", id_kind_name(kind));
	if ((kind == ID_SPECIMEN || kind == ID_SLIP || kind == ID_BAG || kind == ID_FOUND) &&
		id_is_practice(out) != content->practice)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			content->practice
				? "a practice label asks for an id that is not a practice id"
				: "a real label asks for a practice id");
	return true;
}

static bool patient_check(
	const struct page_content *content, enum page_check *out_failed, struct err *err)
{
	const bool unusual = content->confirmed_unusual;
	const char *family = page_text_or_empty(content->family);
	const char *given = page_text_or_empty(content->given);

	if (!name_check(family, "the family name", unusual, out_failed, err) ||
		!name_check(given, "the given name", unusual, out_failed, err) ||
		!blank_check(
			page_text_or_empty(content->middle), "the middle name", out_failed, err))
		return false;
	if (*family == 0 && *given == 0)
		return page_check_fail(
			out_failed, PAGE_CHECK_IDENTIFIERS, err, "the patient has no name");
	if ((*family == 0 || says_unknown(family)) && (*given == 0 || says_unknown(given)))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the name says only that it is not known");
	return identifier_check(page_text_or_empty(content->patient_number), "the patient's number",
		out_failed, err);
}

/* The specimen's id and that of this very label. */
static bool specimen_ids_read(const struct page_content *content, struct id *out_id,
	struct id *out_matrix_id, enum page_check *out_failed, struct err *err)
{
	struct err why = { 0 };

	if (!id_read(page_text_or_empty(content->specimen_id), ID_SPECIMEN, content, out_id,
		    out_failed, err))
		return false;
	if (!id_make(out_matrix_id, ID_LABEL, out_id->block, out_id->sequence, content->copy, &why))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the label's copy number is not 1 to 99");
	return true;
}

/* What was poured off names what it was poured from, and not itself. */
static bool parent_check(const struct page_content *content, const struct id *id,
	enum page_check *out_failed, struct err *err)
{
	struct id parent;

	if (*page_text_or_empty(content->parent) == 0)
		return true;
	if (!id_read(content->parent, ID_SPECIMEN, content, &parent, out_failed, err))
		return false;
	if (str_equal(parent.text, id->text))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the specimen is said to be its own parent");
	return true;
}

static bool specimen_check(const struct page_content *content, struct id *out_id,
	struct id *out_matrix_id, enum page_check *out_failed, struct err *err)
{
	if (!specimen_ids_read(content, out_id, out_matrix_id, out_failed, err) ||
		!parent_check(content, out_id, out_failed, err) ||
		!patient_check(content, out_failed, err))
		return false;
	if (!date_is_valid(page_text_or_empty(content->birth_date), content->confirmed_unusual))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the birth date is not a whole date (YYYY-MM-DD)");
	if (!date_is_valid(page_text_or_empty(content->collected_date), true))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the collection date is not a date (YYYY-MM-DD)");
	if (content->number < 1 || content->number > content->of || content->of > CONTAINERS_MAX)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"container %u of %u is not possible", content->number, content->of);
	return identifier_check(
		page_text_or_empty(content->container), "the container", out_failed, err);
}

/* What is stuck on before anybody knows whose it is, or travels where others read it. */
static bool nobody_check(const struct page_content *content, const char *thing,
	enum page_check *out_failed, struct err *err)
{
	if (*page_text_or_empty(content->family) || *page_text_or_empty(content->given) ||
		*page_text_or_empty(content->middle) || *page_text_or_empty(content->birth_date) ||
		*page_text_or_empty(content->patient_number) ||
		*page_text_or_empty(content->spelled_family) ||
		*page_text_or_empty(content->spelled_given) ||
		*page_text_or_empty(content->spelled_middle))
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the label of a %s says nothing of a patient", thing);
	return true;
}

/* Stands between two patients' labels; an id on it would be one label more to account for. */
static bool separator_check(
	const struct page_content *content, enum page_check *out_failed, struct err *err)
{
	if (!patient_check(content, out_failed, err))
		return false;
	if (content->of < 1 || content->of > CONTAINERS_MAX)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"a separator of %u labels is not possible", content->of);
	return true;
}

/* Couriers and whoever stands by read it: what is in the bag is for the laboratory only. */
static bool bag_check(const struct page_content *content, struct id *out_id,
	enum page_check *out_failed, struct err *err)
{
	static const char *const classes[] = { "AMBIENT", "REFRIGERATED", "FROZEN" };
	bool is_known = false;

	if (!id_read(page_text_or_empty(content->bag), ID_BAG, content, out_id, out_failed, err))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		is_known |= str_equal(content->class, classes[i]);
	if (!is_known)
		return page_check_fail(out_failed, PAGE_CHECK_IDENTIFIERS, err,
			"the temperature class is not AMBIENT, REFRIGERATED or FROZEN");
	return nobody_check(content, "bag", out_failed, err) &&
	       identifier_check(page_text_or_empty(content->destination), "the destination",
		       out_failed, err);
}

bool page_content_check(const struct page_content *content, enum page_subject subject,
	struct id *out_id, struct id *out_matrix_id, enum page_check *out_failed, struct err *err)
{
	struct id id = { 0 };
	struct id matrix_id = { 0 };
	bool ok = characters_check(content, out_failed, err);

	if (!ok)
		return false;
	switch (subject) {
	case PAGE_SUBJECT_SPECIMEN:
		ok = specimen_check(content, &id, &matrix_id, out_failed, err);
		break;
	case PAGE_SUBJECT_VISIT:
		ok = id_read(page_text_or_empty(content->slip), ID_SLIP, content, &id, out_failed,
			     err) &&
		     patient_check(content, out_failed, err);
		break;
	case PAGE_SUBJECT_OPERATOR:
		ok = id_read(page_text_or_empty(content->badge), ID_BADGE, content, &id, out_failed,
			     err) &&
		     identifier_check(page_text_or_empty(content->name), "the operator's name",
			     out_failed, err);
		break;
	case PAGE_SUBJECT_COMMAND:
		ok = id_read(page_text_or_empty(content->command), ID_COMMAND, content, &id,
			     out_failed, err) &&
		     identifier_check(
			     page_text_or_empty(content->title), "the title", out_failed, err);
		break;
	case PAGE_SUBJECT_BAG:
		ok = bag_check(content, &id, out_failed, err);
		break;
	case PAGE_SUBJECT_FOUND:
		ok = id_read(page_text_or_empty(content->found), ID_FOUND, content, &id, out_failed,
			     err) &&
		     nobody_check(content, "FOUND roll", out_failed, err);
		break;
	case PAGE_SUBJECT_DOWNTIME:
		ok = specimen_ids_read(content, &id, &matrix_id, out_failed, err) &&
		     nobody_check(content, "downtime pack", out_failed, err);
		break;
	case PAGE_SUBJECT_PATIENT:
		ok = separator_check(content, out_failed, err);
		break;
	case PAGE_SUBJECT_PRINTER:
		ok = nobody_check(content, "test pattern", out_failed, err) &&
		     identifier_check(
			     page_text_or_empty(content->title), "the title", out_failed, err);
		break;
	}
	if (!ok)
		return false;
	*out_id = id;
	*out_matrix_id = matrix_id.text[0] ? matrix_id : id;
	return true;
}
