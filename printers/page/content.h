/*
 * What a label says, as it comes from outside: plain texts, one table of them with their limits,
 * and the checks of LB-02 (two identifiers, never empty, blank-padded or a placeholder) and of
 * characters that could mislead. Whether a font has the letters is shown.h's and text.h's to find
 * out. Keys are the keys of the press's JSON (contrib/CONTRACTS.md 6).
 *
 * Refused (PAGE_CHECK_CHARACTER), since two names would look the same or one in another order:
 * - controls, line separators, private and unassigned characters, U+FFFD and U+FFFC;
 * - whatever is invisible: format characters (direction marks, overrides and isolates, U+200B,
 *   U+FEFF, tags) and the other default ignorables (fillers of Hangul, U+034F, variation
 * selectors);
 * - more than four marks on one letter, which would run into the lines around it.
 * Allowed where a script is spelled with them: U+200C and U+200D behind a letter of Arabic script
 * or of India's scripts, a variation selector behind a Han letter (the form of it that its bearer
 * uses). Source: Unicode TR 36, 2 and 3; DerivedCoreProperties, Default_Ignorable_Code_Point; TR
 * 31, 2.3.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_CONTENT_H
#define SPECIMEND_PRINTERS_PAGE_CONTENT_H

#include "daemon/base/id.h"
#include "printers/page/check.h"

/*      key              said to a person          longest, bytes of UTF-8 */
/* clang-format off */
#define PAGE_CONTENT_TABLE(X) \
	X(specimen_id,     "the specimen id",          12) \
	X(slip,            "the slip's id",            13) \
	X(badge,           "the badge's id",           13) \
	X(command,         "the command's id",         13) \
	X(bag,             "the bag's id",             13) \
	X(family,          "the family name",         160) \
	X(given,           "the given name",          160) \
	X(middle,          "the middle name",         160) \
	X(name,            "the operator's name",     160) \
	X(birth_date,      "the birth date",           10) \
	X(patient_number,  "the patient's number",     32) \
	X(sex,             "the sex",                   8) \
	X(collected_date,  "the collection date",      10) \
	X(collector,       "the collector's initials", 16) \
	X(container,       "the container",            60) \
	X(tests,           "the tests",               400) \
	X(account,         "the account number",       32) \
	X(priority,        "the priority",             12) \
	X(source,          "the source",              100) \
	X(class,           "the temperature class",    12) \
	X(destination,     "the destination",         160) \
	X(title,           "the title",                60) \
	X(words,           "the words",               100) \
	X(specimen_type,   "the specimen type",        40) \
	X(parent,          "the parent's id",          12) \
	X(site,            "the site",                100) \
	X(side,            "the side",                 12) \
	X(jar,             "the jar's letter",          4) \
	X(time_point,      "the time point",           12) \
	X(found,           "the FOUND sticker's id",   13) \
	X(spelled_family,  "the family name's spelling", 640) \
	X(spelled_given,   "the given name's spelling",  640) \
	X(spelled_middle,  "the middle name's spelling", 640)
/* clang-format on */

struct page_content {
#define PAGE_CONTENT_MEMBER(key, said, max_bytes) const char *key; /* borrowed; NULL means "" */
	PAGE_CONTENT_TABLE(PAGE_CONTENT_MEMBER)
#undef PAGE_CONTENT_MEMBER
	unsigned copy;          /* 1-99, specimen and downtime labels only */
	unsigned number;        /* container 2 ... */
	unsigned of;            /* ... of 4; both 1-99. On a separator: that many labels follow */
	bool practice;          /* PRACTICE is printed; the id must be of a practice block */
	bool confirmed_unusual; /* a person confirmed one name, DOE, an unknown or partial birth
				   date */
	bool is_spelled;        /* shown.h's own: the name is in Latin letters and marked so */
};

/* One text of the content, for those who walk them all. */
struct page_content_text {
	const char *key;
	const char *said;
	size_t max_bytes;
	size_t offset; /* of the member in struct page_content */
};

#define PAGE_CONTENT_COUNT 33
extern const struct page_content_text page_content_texts[PAGE_CONTENT_COUNT];

static inline const char *page_text_or_empty(const char *text)
{
	return text ? text : "";
}

/* Whether well-formed UTF-8 has only characters that cannot mislead: no control, no direction
 * override, nothing invisible but the two joiners that some scripts spell with. */
bool page_text_is_plain(const char *text);

/* What a content is about: which identifiers it must have. */
enum page_subject {
	PAGE_SUBJECT_SPECIMEN, /* specimen id and copy, name, patient number, birth date, container,
				  count */
	PAGE_SUBJECT_VISIT,    /* slip, name, patient number */
	PAGE_SUBJECT_OPERATOR, /* badge, name */
	PAGE_SUBJECT_COMMAND,  /* command, title */
	PAGE_SUBJECT_BAG,      /* bag, class, destination; nothing of a patient */
	PAGE_SUBJECT_FOUND,    /* found; nothing of a patient: it is stuck on what nobody knows */
	PAGE_SUBJECT_DOWNTIME, /* specimen id and copy; nothing of a patient: it is written by hand
				*/
	PAGE_SUBJECT_PATIENT,  /* name, patient number, count of labels; no id at all */
	PAGE_SUBJECT_PRINTER,  /* title; a test pattern: no id, nothing of a patient */
};

/*
 * Checks everything that content alone can tell. On success out_id is the id for the Code 128 and
 * out_matrix_id the one for the Data Matrix (the label instance of a specimen, else the same; both
 * of empty text for a subject without id).
 *
 * Fails with PAGE_CHECK_CHARACTER or PAGE_CHECK_IDENTIFIERS in out_failed. Messages hold no patient
 * data. Source: contrib/DOMAIN.md LB-02, LB-05; real patients with one name, DOE or a partial birth
 * date pass when confirmed_unusual says that a person confirmed them. A name that only says that it
 * is not known (UNKNOWN, FNU LNU) never passes, nor what nobody is called ("", N/A, -).
 */
MUST_CHECK bool page_content_check(const struct page_content *content, enum page_subject subject,
	struct id *out_id, struct id *out_matrix_id, enum page_check *out_failed, struct err *err);

#endif
