/* What each field of a template says, made from the content. */
#include "printers/page/template.h"

/* What always stays of a shortened name: enough to find it in a list (LB-03). */
#define FAMILY_KEEP 6
#define GIVEN_KEEP 3
#define MIDDLE_KEEP 1

static const struct {
	const char *word;
	const char *said;
} fields[] = {
#define PAGE_FIELD_ROW(field, word, said) [field] = { word, said },
	PAGE_FIELD_TABLE(PAGE_FIELD_ROW)
#undef PAGE_FIELD_ROW
};

const char *page_field_word(enum page_field field)
{
	return fields[field].word;
}

const char *page_field_said(enum page_field field)
{
	return fields[field].said;
}

const char *page_box_said(const struct page_box *box)
{
	return box->words ? "the template's own words" : page_field_said(box->field);
}

static void part_add(
	struct page_parts *parts, const char *separator, const char *text, unsigned keep)
{
	parts->part[parts->count].text = page_text_or_empty(text);
	parts->part[parts->count].separator = separator;
	parts->part[parts->count++].keep = keep;
}

/* A patient's name in parts; an operator's name as it is. */
static void name_parts(const struct page_content *content, struct page_parts *out)
{
	if (*page_text_or_empty(content->name)) {
		part_add(out, "", content->name, FAMILY_KEEP);
		return;
	}
	const unsigned mark = content->is_spelled ? 1 : 0; /* before the letters that stay */

	part_add(out, "", content->family, FAMILY_KEEP + mark);
	part_add(out, ", ", content->given, GIVEN_KEEP + mark);
	part_add(out, " ", content->middle, MIDDLE_KEEP);
}

/* As wide as a whole date, so that it fits wherever one does. */
static void birth_text(const struct page_content *content, struct buf *out)
{
	static const char unknown[] = "\?\?\?\?-\?\?-\?\?";
	const char *date = page_text_or_empty(content->birth_date);
	const size_t known = strlen(date) < strlen(unknown) ? strlen(date) : strlen(unknown);

	buf_addf(out, "DOB %s%s", *date ? date : "unknown", *date ? unknown + known : "");
}

/* The date is printed, never the time, which has not happened yet; a kit gets a line to write on.
 */
static void collected_text(const struct page_content *content, struct buf *out)
{
	const char *date = page_text_or_empty(content->collected_date);

	buf_addf(out, "Coll %s", *date ? date : "____-__-__");
}

static void prefixed(const char *prefix, const char *text, struct buf *out)
{
	if (*page_text_or_empty(text))
		buf_addf(out, "%s%s", prefix, text);
}

void page_field_parts(enum page_field field, const struct page_content *content,
	const struct id *id, struct buf *scratch, struct page_parts *out)
{
	*out = (struct page_parts) { 0 };
	buf_reset(scratch);
	switch (field) {
	case PAGE_FIELD_NONE:
		break;
	case PAGE_FIELD_NAME:
		name_parts(content, out);
		return;
	case PAGE_FIELD_BIRTH:
		birth_text(content, scratch);
		break;
	case PAGE_FIELD_SEX:
		prefixed("", content->sex, scratch);
		break;
	case PAGE_FIELD_NUMBER:
		prefixed("No. ", content->patient_number, scratch);
		break;
	case PAGE_FIELD_ID:
		buf_add_str(scratch, id->text);
		break;
	case PAGE_FIELD_COLLECTED:
		collected_text(content, scratch);
		break;
	case PAGE_FIELD_COLLECTOR:
		buf_addf(scratch, "by %s",
			*page_text_or_empty(content->collector) ? content->collector : "____");
		break;
	case PAGE_FIELD_CONTAINER:
		prefixed("", content->container, scratch);
		break;
	case PAGE_FIELD_COUNT:
		buf_addf(scratch, "%u of %u", content->number, content->of);
		break;
	case PAGE_FIELD_TESTS:
		prefixed("", content->tests, scratch);
		break;
	case PAGE_FIELD_SOURCE:
		prefixed("", content->source, scratch);
		break;
	case PAGE_FIELD_ACCOUNT:
		prefixed("Acct ", content->account, scratch);
		break;
	case PAGE_FIELD_COPY:
		buf_addf(scratch, "copy %u", content->copy);
		break;
	case PAGE_FIELD_PRIORITY:
		prefixed("", content->priority, scratch);
		break;
	case PAGE_FIELD_PRACTICE:
		prefixed("", content->practice ? "PRACTICE" : "", scratch);
		break;
	case PAGE_FIELD_CLASS:
		prefixed("", content->class, scratch);
		break;
	case PAGE_FIELD_DESTINATION:
		prefixed("To ", content->destination, scratch);
		break;
	case PAGE_FIELD_TITLE:
		buf_add_str(scratch, *page_text_or_empty(content->title) ? content->title
				     : id->kind == ID_SLIP               ? "VISIT SLIP"
									 : "BADGE");
		break;
	case PAGE_FIELD_WORDS:
		prefixed("", content->words, scratch);
		break;
	case PAGE_FIELD_SPECIMEN_TYPE:
		prefixed("", content->specimen_type, scratch);
		break;
	case PAGE_FIELD_PARENT:
		prefixed("from ", content->parent, scratch);
		break;
	case PAGE_FIELD_SITE:
		prefixed("", content->site, scratch);
		break;
	case PAGE_FIELD_SIDE:
		prefixed("", content->side, scratch);
		break;
	case PAGE_FIELD_JAR:
		prefixed("", content->jar, scratch);
		break;
	case PAGE_FIELD_TIME_POINT:
		prefixed("", content->time_point, scratch);
		break;
	case PAGE_FIELD_LABELS:
		buf_addf(scratch, "%u label%s", content->of, content->of == 1 ? "" : "s");
		break;
	}
	part_add(out, "", buf_str(scratch), 1);
}
