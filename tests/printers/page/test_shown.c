/* LB-03: what a label shows of a name that no font has; HL-16: no letter is ever dropped. */
#include "printers/page/shown.h"

#include <glib.h>

#include "tests/check.h"

#define MARK "\xe2\x89\x88"
#define NFD "Nguye\xcc\x82\xcc\x83n"
#define NFC "Nguy\xe1\xbb\x85n"

/* clang-format off */
static const struct {
	const char *name;
	struct page_content content;
	enum page_check failed;
	const char *family, *given, *middle; /* shown; with SPELLING: what is asked about */
	bool is_spelled;
} rows[] = {
	{ "plain", { .family = "Okafor", .given = "Grace" }, PAGE_CHECK_NONE, "Okafor", "Grace", NULL, false },
	{ "normal form C", { .family = NFD, .given = "A\xcc\x8a" }, PAGE_CHECK_NONE, NFC, "\xc3\x85", NULL, false },
	{ "another script that fonts have", { .family = "الحسيني", .given = "Ольга" }, PAGE_CHECK_NONE, "الحسيني", "Ольга", NULL, false },
	{ "covered, a spelling is not looked at", { .family = "Okafor", .given = "Grace", .spelled_family = "X" }, PAGE_CHECK_NONE,
		"Okafor", "Grace", NULL, false },
	{ "not confirmed", { .family = "شاہ", .given = "Grace" }, PAGE_CHECK_SPELLING, "XSHAXXG", "GRACE", "", false },
	{ "confirmed", { .family = "شاہ", .given = "Grace", .spelled_family = "XSHAXXG", .spelled_given = "GRACE" },
		PAGE_CHECK_NONE, MARK "XSHAXXG", "GRACE", "", true },
	{ "the whole name or none of it", { .family = "Müller", .given = "شاہ", .middle = "B", .spelled_family = "MUELLER",
		.spelled_given = "XSHAXXG", .spelled_middle = "B" }, PAGE_CHECK_NONE, MARK "MUELLER", "XSHAXXG", "B", true },
	{ "only the given name is there", { .given = "شاہ", .spelled_given = "XSHAXXG" }, PAGE_CHECK_NONE, "", MARK "XSHAXXG", "", true },
	{ "only the middle name lacks", { .family = "Ali", .given = "A", .middle = "شاہ" }, PAGE_CHECK_SPELLING, "ALI", "A", "XSHAXXG", false },
	{ "another spelling was confirmed", { .family = "شاہ", .given = "Grace", .spelled_family = "SHAH", .spelled_given = "GRACE" },
		PAGE_CHECK_SPELLING, "XSHAXXG", "GRACE", "", false },
	{ "one part was confirmed", { .family = "شاہ", .given = "Grace", .spelled_family = "XSHAXXG" }, PAGE_CHECK_SPELLING,
		"XSHAXXG", "GRACE", "", false },
	{ "a slip has no middle name", { .family = "شاہ", .given = "Grace", .spelled_family = "XSHAXXG", .spelled_given = "GRACE",
		.spelled_middle = "ADA" }, PAGE_CHECK_NONE, MARK "XSHAXXG", "GRACE", "", true },
	{ "no table has it", { .family = "ทักษิณ", .given = "Grace" }, PAGE_CHECK_CHARACTER, NULL, NULL, NULL, false },
	{ "no table has one part", { .family = "شاہ", .given = "ท" }, PAGE_CHECK_CHARACTER, NULL, NULL, NULL, false },
	{ "confirmed, and no table has it", { .family = "ท", .given = "A", .spelled_family = "T", .spelled_given = "A" },
		PAGE_CHECK_CHARACTER, NULL, NULL, NULL, false },
};
/* clang-format on */

static void test_shown_by_its_one_rule(void)
{
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page_shown shown;
		struct page_spelling spelling = { 0 };
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };
		const bool asks = rows[i].failed == PAGE_CHECK_SPELLING;

		check_row(rows[i].name);
		check_int(
			page_shown_init(&shown, &rows[i].content, fonts, &spelling, &failed, &err),
			rows[i].failed == PAGE_CHECK_NONE);
		check_int(failed, rows[i].failed);
		if (failed != PAGE_CHECK_CHARACTER) {
			check_str(asks ? spelling.family : shown.content.family, rows[i].family);
			check_str(asks ? spelling.given : shown.content.given, rows[i].given);
			check_str(asks ? spelling.middle : shown.content.middle, rows[i].middle);
		}
		check_int(shown.content.is_spelled, rows[i].is_spelled);
		check_int(spelling.family != NULL, asks);
		page_spelling_done(&spelling);
		page_shown_done(&shown);
	}
	page_fonts_free(fonts);
}

/* What a person is told: which script; nothing of the patient. */
static void test_shown_says_which_script_lacks(void)
{
	static const struct {
		const char *text, *script;
	} scripts[] = { { "A ท", "thai" }, { "शर्मा", "devanagari" }, { "አበበ", "ethiopic" },
		{ "\xf0\xa0\x80\x8b", "han" }, { "Grace", "unknown" } };
	struct page_fonts *fonts = page_fonts_new();

	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		enum page_check failed = PAGE_CHECK_NONE;
		struct err err = { 0 };
		char part[40];

		check_row(scripts[i].script);
		check(!page_shown_lacks("the name", scripts[i].text, fonts, &failed, &err));
		check_int(failed, PAGE_CHECK_CHARACTER);
		(void)g_snprintf(part, sizeof(part), "(script: %s)", scripts[i].script);
		check_err(&err, ERR_CHECK_FAILED, part);
		check(strstr(err.message, scripts[i].text) == NULL);
	}
	page_fonts_free(fonts);
}

/* The stored text is the caller's, and stays as it was typed. */
static void test_shown_leaves_the_content_alone(void)
{
	struct page_fonts *fonts = page_fonts_new();
	const struct page_content content = { .family = NFD, .tests = NFD };
	struct page_shown shown;
	struct page_spelling spelling = { 0 };
	enum page_check failed = PAGE_CHECK_NONE;
	struct err err = { 0 };

	if (check_ok(page_shown_init(&shown, &content, fonts, &spelling, &failed, &err), &err)) {
		check_str(content.family, NFD);
		check_str(shown.content.tests, NFC);
		check(shown.content.given == NULL);
	}
	page_shown_done(&shown);
	page_fonts_free(fonts);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_shown_by_its_one_rule),
		CHECK_TEST(test_shown_says_which_script_lacks),
		CHECK_TEST(test_shown_leaves_the_content_alone),
	};

	return check_run("printers/page/shown", tests, ARRAY_LEN(tests));
}
