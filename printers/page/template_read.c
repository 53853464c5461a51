/* A template from its file. */
#include "printers/page/template_read.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto_json.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

DEFINE_AUTO(struct page_template, page_template_free)

#define PLACE_LEN_MAX 80

/* Where in the file we are, for messages. */
struct place {
	char text[PLACE_LEN_MAX];
	struct err *err;
};

static bool fault(const struct place *place, const char *what)
{
	return err_set(place->err, ERR_INVALID, "%s: %s", place->text, what);
}

static struct place place_below(const struct place *place, const char *key)
{
	struct place below = { .err = place->err };

	/* a message that is cut at its end still serves */
	(void)snprintf(below.text, sizeof(below.text), "%.40s%s%.30s", place->text,
		*place->text ? "." : "", key);
	return below;
}

/* ---- values ------------------------------------------------------------------------------- */

/*
 * Millimetres to whole micrometres. A decimal of at most three places is the double nearest to
 * um/1000, and that division gives just this double: so the comparison tells whether there were
 * more places, and nothing of a double is left in the result.
 */
static bool um_read(const struct place *place, const json_t *value, unsigned *out)
{
	if (!json_is_number(value))
		return fault(place, "is not a number of millimetres");
	const double mm = json_number_value(value);

	if (!(mm >= 0 && mm <= PAGE_TEMPLATE_UM_MAX / 1000.0))
		return fault(place, "is not 0 to 160 mm");
	const unsigned um = (unsigned)(mm * 1000 + 0.5);

	if (um / 1000.0 < mm || um / 1000.0 > mm)
		return fault(place, "has more than three decimals");
	*out = um;
	return true;
}

static bool count_read(const struct place *place, const json_t *value, unsigned max, unsigned *out)
{
	if (!json_is_integer(value) || json_integer_value(value) < 1 ||
		json_integer_value(value) > max)
		return fault(place, "is not a whole number in its range");
	*out = (unsigned)json_integer_value(value);
	return true;
}

static bool flag_read(const struct place *place, const json_t *value, bool *out)
{
	if (!json_is_boolean(value))
		return fault(place, "is not true or false");
	*out = json_is_true(value);
	return true;
}

/* The index of the word in a list; at 0 a list may have NULL: nothing that can be said. */
static bool word_read(const struct place *place, const json_t *value, const char *const *words,
	unsigned count, unsigned *out)
{
	const char *said = json_string_value(value);

	for (unsigned i = 0; said && i < count; i++) {
		if (words[i] && str_equal(words[i], said)) {
			*out = i;
			return true;
		}
	}
	return fault(place, "is not a word that is known here");
}

static bool turn_read(const struct place *place, const json_t *value, unsigned *out)
{
	const json_int_t degrees = json_integer_value(value);

	if (!json_is_integer(value) || degrees < 0 || degrees > 270 || degrees % 90 != 0)
		return fault(place, "is not 0, 90, 180 or 270");
	*out = (unsigned)degrees / 90;
	return true;
}

static bool field_read(const struct place *place, const json_t *value, enum page_field *out)
{
	const char *const words[] = {
#define FIELD_WORD(field, word, said) [field] = (field) == PAGE_FIELD_NONE ? NULL : (word),
		PAGE_FIELD_TABLE(FIELD_WORD)
#undef FIELD_WORD
	};
	unsigned field;

	if (!word_read(place, value, words, ARRAY_LEN(words), &field))
		return false;
	*out = (enum page_field)field;
	return true;
}

/* jansson has seen to well-formed UTF-8 without NUL. */
static bool words_read(const struct place *place, const json_t *value, char **out)
{
	const char *words = json_string_value(value);
	const size_t len = json_string_length(value);

	if (!words || len == 0 || len > PAGE_TEMPLATE_WORDS_MAX)
		return fault(place, "is not a text of 1 to 100 bytes");
	for (struct bytes at = bytes_of_str(words); at.len > 0;) {
		const size_t char_len = utf8_char_len(at);

		if (char_len == 0 || utf8_is_control(at))
			return fault(place, "holds a control character");
		at = bytes_of(at.data + char_len, at.len - char_len);
	}
	*out = xstrdup(words);
	return true;
}

/* ---- boxes -------------------------------------------------------------------------------- */

enum box_value {
	VALUE_UM,
	VALUE_FLAG,
	VALUE_FIELD,
	VALUE_WORDS,
	VALUE_ALIGN,
	VALUE_TURN,
	VALUE_COUNT,
};

#define TEXT (1u << PAGE_BOX_TEXT)
#define BARS (1u << PAGE_BOX_CODE128)
#define MATRIX (1u << PAGE_BOX_DATAMATRIX)
#define FRAME (1u << PAGE_BOX_FRAME)
#define EVERY (TEXT | BARS | MATRIX | FRAME | 1u << PAGE_BOX_RULE)
#define AT(member) offsetof(struct page_box, member)

/* clang-format off */
static const struct box_key {
	const char *key;
	enum box_value value;
	size_t offset;   /* in struct page_box */
	unsigned may;    /* kinds that may have it */
	unsigned must;   /* kinds that must */
} box_keys[] = {
	{ "x",            VALUE_UM,    AT(x_um),            EVERY,         EVERY },
	{ "y",            VALUE_UM,    AT(y_um),            EVERY,         EVERY },
	{ "width",        VALUE_UM,    AT(width_um),        EVERY,         EVERY },
	{ "height",       VALUE_UM,    AT(height_um),       EVERY,         EVERY },
	{ "rotate",       VALUE_TURN,  AT(turn),            TEXT | BARS,   0 },
	{ "field",        VALUE_FIELD, AT(field),           TEXT,          0 },
	{ "words",        VALUE_WORDS, AT(words),           TEXT,          0 },
	{ "size_max",     VALUE_UM,    AT(size_max_um),     TEXT,          TEXT },
	{ "size_min",     VALUE_UM,    AT(size_min_um),     TEXT,          TEXT },
	{ "align",        VALUE_ALIGN, AT(align),           TEXT,          0 },
	{ "bold",         VALUE_FLAG,  AT(bold),            TEXT,          0 },
	{ "inverse",      VALUE_FLAG,  AT(inverse),         TEXT,          0 },
	{ "may_shorten",  VALUE_FLAG,  AT(may_shorten),     TEXT,          0 },
	{ "must_fit",     VALUE_FLAG,  AT(must_fit),        TEXT,          0 },
	{ "required",     VALUE_FLAG,  AT(required),        TEXT,          0 },
	{ "gives_way_to", VALUE_FIELD, AT(gives_way_to),    TEXT,          0 },
	{ "narrow_width", VALUE_UM,    AT(narrow_width_um), TEXT,          0 },
	{ "modules",      VALUE_COUNT, AT(modules),         BARS | MATRIX, BARS | MATRIX },
	{ "line",         VALUE_UM,    AT(line_um),         FRAME,         FRAME },
};
/* clang-format on */

static bool member_read(const struct place *place, const struct box_key *key, const json_t *value,
	struct page_box *box)
{
	static const char *const aligns[] = {
		[PAGE_LEFT] = "left", [PAGE_CENTRE] = "centre", [PAGE_RIGHT] = "right"
	};
	void *member = (char *)box + key->offset;
	unsigned align;

	switch (key->value) {
	case VALUE_UM:
		return um_read(place, value, member);
	case VALUE_FLAG:
		return flag_read(place, value, member);
	case VALUE_FIELD:
		return field_read(place, value, member);
	case VALUE_WORDS:
		return words_read(place, value, member);
	case VALUE_ALIGN:
		if (!word_read(place, value, aligns, ARRAY_LEN(aligns), &align))
			return false;
		box->align = (enum page_align)align;
		return true;
	case VALUE_TURN:
		return turn_read(place, value, member);
	case VALUE_COUNT:
		return count_read(place, value, PAGE_SYMBOL_COLUMNS_MAX, member);
	}
	return false;
}

static const struct box_key *box_key_find(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(box_keys); i++) {
		if (str_equal(box_keys[i].key, key))
			return &box_keys[i];
	}
	return NULL;
}

static bool box_kind_read(const struct place *place, const json_t *object, enum page_box_kind *out)
{
	static const char *const kinds[PAGE_BOX_KINDS] = { [PAGE_BOX_TEXT] = "text",
		[PAGE_BOX_CODE128] = "code128",
		[PAGE_BOX_DATAMATRIX] = "datamatrix",
		[PAGE_BOX_RULE] = "rule",
		[PAGE_BOX_FRAME] = "box" };
	const struct place below = place_below(place, "kind");
	unsigned kind;

	if (!word_read(&below, json_object_get(object, "kind"), kinds, PAGE_BOX_KINDS, &kind))
		return false;
	*out = (enum page_box_kind)kind;
	return true;
}

static bool box_members_read(const struct place *place, json_t *object, struct page_box *box)
{
	const unsigned kind = 1u << box->kind;
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value) {
		const struct place below = place_below(place, name);
		const struct box_key *key = box_key_find(name);

		if (str_equal(name, "kind"))
			continue;
		if (!key || !(key->may & kind))
			return fault(&below, "is not known for a box of this kind");
		if (!member_read(&below, key, value, box))
			return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(box_keys); i++) {
		const struct place below = place_below(place, box_keys[i].key);

		if ((box_keys[i].must & kind) && !json_object_get(object, box_keys[i].key))
			return fault(&below, "is missing");
	}
	return true;
}

/* A name has forms that are shorter and marked, the others say what a reader does not need to tell
 * one label from another. A part of any other field is another one's. */
#define SHORTENABLE                                                                 \
	(1u << PAGE_FIELD_NAME | 1u << PAGE_FIELD_TESTS | 1u << PAGE_FIELD_SOURCE | \
		1u << PAGE_FIELD_CONTAINER | 1u << PAGE_FIELD_SPECIMEN_TYPE |       \
		1u << PAGE_FIELD_DESTINATION | 1u << PAGE_FIELD_TITLE | 1u << PAGE_FIELD_WORDS)

static bool text_check(const struct place *place, const struct page_box *box)
{
	const bool along_height = box->turn % 2;

	if ((box->field == PAGE_FIELD_NONE) == (box->words == NULL))
		return fault(place, "a text has either a field or words");
	if (box->size_min_um < PAGE_TEMPLATE_SIZE_UM_MIN || box->size_min_um > box->size_max_um)
		return fault(place, "size_min is below 1.2 mm or above size_max");
	if (box->may_shorten && (box->must_fit || box->words))
		return fault(place, "a text that must fit may not be shortened");
	if (box->may_shorten && !(SHORTENABLE & 1u << box->field))
		return fault(place, "what tells one from another is never shortened");
	if ((box->gives_way_to == PAGE_FIELD_NONE) != (box->narrow_width_um == 0) ||
		box->narrow_width_um > (along_height ? box->height_um : box->width_um))
		return fault(place, "gives_way_to needs a narrow_width within the box");
	return true;
}

static bool kind_is_code(enum page_box_kind kind)
{
	return kind == PAGE_BOX_CODE128 || kind == PAGE_BOX_DATAMATRIX;
}

/* Of a code only the white around it may. The box is on the label. */
static bool is_beyond_margin(const struct page_template *template, const struct page_box *box)
{
	const unsigned margin = template->margin_um;

	return box->x_um < margin || box->y_um < margin ||
	       template->width_um - box->x_um - box->width_um < margin ||
	       template->height_um - box->y_um - box->height_um < margin;
}

static bool box_check(
	const struct place *place, const struct page_template *template, const struct page_box *box)
{
	const unsigned least = box->width_um < box->height_um ? box->width_um : box->height_um;

	if (least == 0 || box->x_um + box->width_um > template->width_um ||
		box->y_um + box->height_um > template->height_um)
		return fault(place, "the box is empty or outside the label");
	if (!kind_is_code(box->kind) && is_beyond_margin(template, box))
		return fault(place, "the box reaches into the margin");
	switch (box->kind) {
	case PAGE_BOX_TEXT:
		return text_check(place, box);
	case PAGE_BOX_CODE128:
	case PAGE_BOX_DATAMATRIX:
		return true;
	case PAGE_BOX_RULE:
		return least >= PAGE_TEMPLATE_LINE_UM_MIN ||
		       fault(place, "a rule is at least 0.13 mm wide");
	case PAGE_BOX_FRAME:
		return (box->line_um >= PAGE_TEMPLATE_LINE_UM_MIN && least >= 4 * box->line_um) ||
		       fault(place, "the line is under 0.13 mm or over a quarter of the box");
	}
	return false;
}

static bool boxes_read(const struct place *place, json_t *array, struct page_template *template)
{
	const size_t count = json_array_size(array);

	if (count == 0 || count > PAGE_TEMPLATE_BOXES_MAX)
		return fault(place, "is not a list of 1 to 48 boxes");
	template->boxes = xcalloc(count, sizeof(*template->boxes));
	for (size_t i = 0; i < count; i++) {
		struct page_box *box = &template->boxes[i];
		json_t *object = json_array_get(array, i);
		struct place at = { .err = place->err };

		(void)snprintf(at.text, sizeof(at.text), "%.30s[%zu]", place->text, i);
		template->box_count++; /* now, so that its words are freed with the rest */
		if (!json_is_object(object))
			return fault(&at, "is not an object");
		if (!box_kind_read(&at, object, &box->kind) ||
			!box_members_read(&at, object, box) || !box_check(&at, template, box))
			return false;
	}
	return true;
}

/* ---- the whole ---------------------------------------------------------------------------- */

#define SHOWS(field) (UINT32_C(1) << PAGE_FIELD_##field)

/* clang-format off */
static const struct subject {
	const char *word;
	bool has_id;
	uint32_t shows; /* fields that no label of it may lack (LB-02) */
} subjects[] = {
	[PAGE_SUBJECT_SPECIMEN] = { "specimen", true,  SHOWS(NAME) | SHOWS(NUMBER) | SHOWS(ID) | SHOWS(CONTAINER) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_VISIT]    = { "visit",    true,  SHOWS(NAME) | SHOWS(NUMBER) | SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_OPERATOR] = { "operator", true,  SHOWS(NAME) | SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_COMMAND]  = { "command",  true,  SHOWS(TITLE) | SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_BAG]      = { "bag",      true,  SHOWS(CLASS) | SHOWS(DESTINATION) | SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_FOUND]    = { "found",    true,  SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_DOWNTIME] = { "downtime", true,  SHOWS(ID) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_PATIENT]  = { "patient",  false, SHOWS(NAME) | SHOWS(NUMBER) | SHOWS(LABELS) | SHOWS(PRACTICE) },
	[PAGE_SUBJECT_PRINTER]  = { "printer",  false, SHOWS(TITLE) | SHOWS(PRACTICE) },
};
/* clang-format on */

bool page_subject_find(const char *word, enum page_subject *out)
{
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		if (str_equal(word, subjects[i].word)) {
			*out = (enum page_subject)i;
			return true;
		}
	}
	return false;
}

static bool name_is_plain(const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		if (!(name[i] >= 'a' && name[i] <= 'z') && name[i] != '_' &&
			!char_is_digit((unsigned char)name[i]))
			return false;
	}
	return len > 0 && len <= PAGE_TEMPLATE_NAME_MAX;
}

static bool codes_read(const struct place *place, const json_t *array, unsigned *out)
{
	static const char *const words[] = {
		[PAGE_CODE128] = "code128", [PAGE_DATAMATRIX] = "datamatrix"
	};
	unsigned codes = 0;

	if (!json_is_array(array) || json_array_size(array) > ARRAY_LEN(words))
		return fault(place, "is not a list of the codes that a label must have");
	for (size_t i = 0; i < json_array_size(array); i++) {
		unsigned code;

		if (!word_read(place, json_array_get(array, i), words, ARRAY_LEN(words), &code))
			return false;
		if (codes & 1u << code)
			return fault(place, "names a code twice");
		codes |= 1u << code;
	}
	*out = codes;
	return true;
}

struct tally {
	size_t texts, codes, rules;
	uint32_t shows;
	unsigned symbologies;
};

static void tally_box(struct tally *tally, const struct page_box *box)
{
	switch (box->kind) {
	case PAGE_BOX_TEXT:
		tally->texts++;
		tally->shows |= UINT32_C(1) << box->field;
		break;
	case PAGE_BOX_CODE128:
		tally->codes++;
		tally->symbologies |= 1u << PAGE_CODE128;
		break;
	case PAGE_BOX_DATAMATRIX:
		tally->codes++;
		tally->symbologies |= 1u << PAGE_DATAMATRIX;
		break;
	case PAGE_BOX_RULE:
		tally->rules++;
		break;
	case PAGE_BOX_FRAME:
		tally->rules += 4;
		break;
	}
}

static bool missing_field(const struct place *place, uint32_t missing)
{
	unsigned field = 0;

	while (!(missing >> field & 1))
		field++;
	return err_set(place->err, ERR_INVALID, "%s: no box shows the field '%s'", place->text,
		page_field_word((enum page_field)field));
}

/* What the boxes are together. */
static bool whole_check(const struct place *place, const struct page_template *template)
{
	const struct subject *subject = &subjects[template->subject];
	struct tally tally = { 0 };

	for (size_t i = 0; i < template->box_count; i++)
		tally_box(&tally, &template->boxes[i]);
	if (tally.texts > PAGE_TEMPLATE_TEXTS_MAX || tally.codes > PAGE_TEMPLATE_CODES_MAX ||
		tally.rules > PAGE_TEMPLATE_RULES_MAX)
		return fault(place, "more than 32 texts, 2 codes or 24 rules (a box has 4)");
	if (subject->shows & ~tally.shows)
		return missing_field(place, subject->shows & ~tally.shows);
	if (template->codes != tally.symbologies)
		return fault(place, "the codes are not those that 'codes' declares");
	if (subject->has_id && !(template->codes & 1u << PAGE_DATAMATRIX))
		return fault(place, "a label with an id has a Data Matrix");
	if (!subject->has_id && (template->codes || tally.shows & SHOWS(ID)))
		return fault(place, "its subject has no id that it could show");
	return true;
}

static bool keys_check(const struct place *place, json_t *root)
{
	static const char *const keys[] = { "name", "version", "subject", "width", "height",
		"margin", "codes", "boxes" };
	const char *key;
	json_t *value;
	unsigned known = 0;

	json_object_foreach (root, key, value) {
		const struct place at = place_below(place, key);
		unsigned i = 0;

		while (i < ARRAY_LEN(keys) && !str_equal(keys[i], key))
			i++;
		if (i == ARRAY_LEN(keys))
			return fault(&at, "is not known");
		known |= 1u << i;
	}
	for (unsigned i = 0; i < ARRAY_LEN(keys); i++) {
		const struct place at = place_below(place, keys[i]);

		if (!(known & 1u << i))
			return fault(&at, "is missing");
	}
	return true;
}

static bool subject_read(const struct place *place, const json_t *value, enum page_subject *out)
{
	const char *words[ARRAY_LEN(subjects)];
	unsigned subject;

	for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
		words[i] = subjects[i].word;
	if (!word_read(place, value, words, ARRAY_LEN(subjects), &subject))
		return false;
	*out = (enum page_subject)subject;
	return true;
}

static bool head_read(const struct place *place, json_t *root, struct page_template *template)
{
	const char *name = json_string_value(json_object_get(root, "name"));
	const struct place at_name = place_below(place, "name");
	const struct place at_version = place_below(place, "version");
	const struct place at_subject = place_below(place, "subject");
	const struct place at_width = place_below(place, "width");
	const struct place at_height = place_below(place, "height");
	const struct place at_margin = place_below(place, "margin");
	const struct place at_codes = place_below(place, "codes");

	if (!name || !name_is_plain(name))
		return fault(&at_name, "is not 1 to 32 of a to z, 0 to 9 and _");
	template->name = xstrdup(name);
	if (!count_read(&at_version, json_object_get(root, "version"), PAGE_TEMPLATE_VERSION_MAX,
		    &template->version) ||
		!subject_read(&at_subject, json_object_get(root, "subject"), &template->subject) ||
		!um_read(&at_width, json_object_get(root, "width"), &template->width_um) ||
		!um_read(&at_height, json_object_get(root, "height"), &template->height_um) ||
		!um_read(&at_margin, json_object_get(root, "margin"), &template->margin_um))
		return false;
	return codes_read(&at_codes, json_object_get(root, "codes"), &template->codes);
}

bool page_template_read(struct page_template **out, struct bytes file, struct err *err)
{
	const struct place top = { .err = err };
	const struct place boxes = place_below(&top, "boxes");
	const struct place whole = { .text = "template", .err = err };
	json_error_t parse;

	if (file.len > PAGE_TEMPLATE_BYTES_MAX)
		return err_set(err, ERR_INVALID, "a template of more than %u bytes is not taken",
			PAGE_TEMPLATE_BYTES_MAX);
	AUTO(json_decref)
	json_t *root =
		json_loadb((const char *)file.data, file.len, JSON_REJECT_DUPLICATES, &parse);

	if (!root)
		return err_set(err, ERR_INVALID, "line %d: %s", parse.line, parse.text);
	if (!json_is_object(root))
		return fault(&whole, "is not an object");
	AUTO(page_template_free)
	struct page_template *template = xcalloc(1, sizeof(*template));

	if (!keys_check(&top, root) || !head_read(&top, root, template) ||
		!boxes_read(&boxes, json_object_get(root, "boxes"), template) ||
		!whole_check(&whole, template))
		return false;
	*out = TAKE(template);
	return true;
}
