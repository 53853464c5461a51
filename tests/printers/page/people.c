/* Made-up people and labels. */
#include "tests/printers/page/people.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "tests/check.h"

#define FIRST_ID .specimen_id = "101000000156", .copy = 1
#define FIRST_CODES .code = "101000000156", .matrix = "1010000001560186"
#define LAVENDER .container = "LAVENDER EDTA 4 mL", .number = 2, .of = 4
#define DRAWN .collected_date = "2026-03-14", .collector = "MK"

/* clang-format off */
#define W40 "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
#define W160 W40 W40 W40 W40
#define LONGEST_CODES .code = "900999999922", .matrix = "9009999999229983"
/* 160 bytes for each name, 400 of tests; a practice label, so that PRACTICE is there too */
#define LONGEST .specimen_id = "900999999922", .copy = 99, .practice = true, .number = 99, .of = 99, \
	.family = W160, .given = W160, .middle = W160, .birth_date = "1999-12-30", .sex = "F", .priority = "TIMED", \
	.collected_date = "2026-12-30", .collector = "WMcG", .patient_number = "2204-118-9931-07", \
	.tests = W160 W160 W40 W40, .account = "NWL-301170"
#define LONGEST_CONTAINER "LAVENDER EDTA 4 mL, on ice"

const struct person_row people[] = {
	{ .name = "plain", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .middle = "Adaeze", .birth_date = "1961-04-09", .sex = "F",
		.patient_number = "00123456", .tests = "CBC A1C", .account = "48213" } },
	{ .name = "stat", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, DRAWN,
		.family = "Lindqvist", .given = "Per", .birth_date = "1948-12-30", .sex = "M", .priority = "STAT",
		.patient_number = "7720981", .container = "LIGHT BLUE citrate 2.7 mL", .number = 1, .of = 1,
		.tests = "PT aPTT DDIM", .account = "48213" } },
	{ .name = "practice", .template = "auto12", .code = "900000004224", .matrix = "9000000042240186",
		.content = { LAVENDER, DRAWN, .specimen_id = "900000004224", .copy = 1, .practice = true,
		.family = "Practice", .given = "Paula", .birth_date = "1990-01-31", .sex = "F", .priority = "STAT",
		.patient_number = "P0000042", .tests = "CBC", .account = "0000-1" } },
	{ .name = "copy-12", .template = "auto12", .code = "101000000156", .matrix = "1010000001561253",
		.content = { LAVENDER, DRAWN, .specimen_id = "101000000156", .copy = 12,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F",
		.patient_number = "00123456", .tests = "CBC A1C", .account = "48213" } },
	{ .name = "last-of-block", .template = "auto12", .code = "101999999928", .matrix = "1019999999289983",
		.content = { DRAWN, .specimen_id = "101999999928", .copy = 99, .container = "GOLD SST 5 mL", .number = 99,
		.of = 99, .family = "Ng", .given = "Bo", .birth_date = "2024-02-29", .patient_number = "1" } },
	{ .name = "source", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, DRAWN,
		.family = "Haddad", .given = "Youssef", .birth_date = "2019-07-02", .sex = "M", .priority = "STAT",
		.patient_number = "MRN-004411-B", .container = "GRAY boric acid C&S 4 mL", .number = 1, .of = 2,
		.tests = "UCULT", .source = "clean catch", .account = "NWL-30117" } },
	{ .name = "full", .template = "auto12", FIRST_CODES, .warnings = "tests_shortened", .content = { FIRST_ID,
		.family = "Montgomery", .given = "Alexandra", .middle = "Rose", .birth_date = "1973-10-28", .sex = "F",
		.patient_number = "2204-118-9931", .container = "LAVENDER EDTA 4 mL, on ice", .number = 12, .of = 14,
		.collected_date = "2026-11-30", .collector = "WMcG", .priority = "TIMED",
		.tests = "CBC A1C RETIC ESR BNP TSH FT4 CMP LIPID", .account = "NWL-30117" } },
	{ .name = "kit", .template = "auto12", FIRST_CODES, .content = { FIRST_ID,
		.family = "Rossi", .given = "Marco", .birth_date = "1955-05-05", .sex = "M", .patient_number = "5550123",
		.container = "AMBER urine jug 3 L", .number = 1, .of = 1, .tests = "24H UPROT" } },
	{ .name = "long-last", .template = "auto12", FIRST_CODES, .warnings = "name_shortened",
		.content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Wolfeschlegelsteinhausenbergerdorff", .given = "Hubert", .birth_date = "1914-08-04",
		.sex = "M", .patient_number = "00123456", .tests = "CBC" } },
	{ .name = "long-first", .template = "auto12", FIRST_CODES, .warnings = "name_shortened",
		.content = { FIRST_ID, LAVENDER, DRAWN, .family = "Silva",
		.given = "Maria Aparecida Conceicao das Dores Imaculada", .middle = "de Fatima",
		.birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456", .tests = "CBC" } },
	{ .name = "long-both", .template = "auto12", FIRST_CODES, .warnings = "name_shortened",
		.content = { FIRST_ID, LAVENDER, DRAWN, .family = "Venkatanarasimharajuvaripeta Subramanian",
		.given = "Krishnamoorthy Ramachandran", .middle = "Balasubrahmanyam", .priority = "STAT",
		.birth_date = "1980-01-01", .sex = "M", .patient_number = "00123456", .tests = "CBC" } },
	{ .name = "middle-goes-first", .template = "auto12", FIRST_CODES, .warnings = "name_shortened",
		.content = { FIRST_ID, LAVENDER, DRAWN, .family = "Abernathy-Whitcombe", .given = "Josephine",
		.middle = "Clementine", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "accents", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Ångström-Łukasiewicz", .given = "Ézéchiel", .birth_date = "1980-01-01", .sex = "M",
		.patient_number = "00123456", .tests = "CBC" } },
	{ .name = "combining", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Nguye\xcc\x82\xcc\x83n", .given = "Thu\xcc\x89y", .birth_date = "1980-01-01", .sex = "F",
		.patient_number = "00123456", .tests = "CBC" } },
	{ .name = "capitals", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "NGUY\xe1\xbb\x84N", .given = "\xc3\x89VA GY\xc5\xb0", .birth_date = "1980-01-01", .sex = "F",
		.patient_number = "00123456", .tests = "CBC" } },
	{ .name = "one-word", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Suharto", .birth_date = "1980", .sex = "M", .patient_number = "00123456", .tests = "CBC",
		.confirmed_unusual = true } },
	{ .name = "hebrew", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "כהן", .given = "שרה", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "arabic", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "الحسيني", .given = "محمد", .birth_date = "1980-01-01", .sex = "M", .patient_number = "00123456" } },
	{ .name = "hebrew-latin", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "כהן-Levy", .given = "David 3", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "arabic-marks", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "مُحَمَّد", .given = "عبد الله ٣", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "arabic-long", .template = "auto12", FIRST_CODES, .warnings = "name_shortened", .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "عبدالرحمن بن محمد بن عبدالعزيز الحسيني", .given = "فاطمة الزهراء", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "persian", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "می\xe2\x80\x8c" "رضایی", .given = "پروین", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "vietnamese", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Nguye\xcc\x82\xcc\x83n", .given = "Thị Ánh Tuyết", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "georgian-armenian", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "მამულაშვილი", .given = "Աննա", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "han", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "欧阳", .given = "小红", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "hangul", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "남궁", .given = "민수", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "kana", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "タカハシ", .given = "さくら", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "urdu-spelled", .template = "auto12", FIRST_CODES, .warnings = "name_spelled", .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "شاہ", .given = "فاطمہ", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456", .spelled_family = "XSHAXXG", .spelled_given = "FAXTTMXXG" } },
	{ .name = "urdu-spelled-long", .template = "auto12", FIRST_CODES, .warnings = "name_spelled name_shortened", .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "شاہ عبدالرحمن بن محمد بن عبدالعزیز", .given = "فاطمہ", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456",
		.spelled_family = "XSHAXXG EBDALRXHMN BN MXHMD BN EBDALEZXYAZ", .spelled_given = "FAXTTMXXG" } },
	{ .name = "han-small", .template = "tube30x21", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "欧阳", .given = "小红", .birth_date = "1980-01-01", .sex = "F", .patient_number = "00123456" } },
	{ .name = "greek-cyrillic", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Παπαδοπούλου", .given = "Ольга", .birth_date = "1980-01-01", .sex = "F",
		.patient_number = "00123456" } },
	{ .name = "slip", .template = "slip", .code = "V101000000158", .matrix = "V101000000158", .content = {
		.slip = "V101000000158", .family = "Okafor", .given = "Grace", .patient_number = "00123456" } },
	{ .name = "slip-practice", .template = "slip", .code = "V900000000734", .matrix = "V900000000734", .content = {
		.slip = "V900000000734", .family = "Practice", .given = "Paula", .patient_number = "P0000042",
		.practice = true } },
	{ .name = "badge", .template = "badge", .code = "G583920174632", .matrix = "G583920174632", .content = {
		.badge = "G583920174632", .name = "Mary Kowalski" } },
	{ .name = "command", .template = "command", .code = "K000000001232", .matrix = "K000000001232", .content = {
		.command = "K000000001232", .title = "NOT COLLECTED", .words = "Then choose the reason on the screen" } },
	{ .name = "bag", .template = "bag", .code = "B101000000188", .matrix = "B101000000188", .content = {
		.bag = "B101000000188", .class = "REFRIGERATED", .priority = "STAT", .destination = "Riverside Reference Laboratory",
		.account = "ACC 4410" } },
	{ .name = "bag-practice", .template = "bag", .code = "B900000000764", .matrix = "B900000000764", .content = {
		.bag = "B900000000764", .class = "FROZEN", .destination = "University Hospital, Laboratory Medicine, Dock 2",
		.practice = true } },

	/* the other templates: as usual, and with the longest that each is for */
	{ .name = "clinic50x25", .template = "clinic50x25", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F",
		.patient_number = "00123456", .tests = "CBC A1C", .account = "48213" } },
	{ .name = "clinic50x25-longest", .template = "clinic50x25", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = LONGEST_CONTAINER, .source = "clean catch" } },
	{ .name = "tube30x21", .template = "tube30x21", FIRST_CODES, .content = { FIRST_ID, DRAWN,
		.family = "Okafor", .given = "Ada", .birth_date = "2026-03-01", .sex = "F", .container = "MINT microtube 0.5 mL",
		.number = 1, .of = 2, .patient_number = "00123457", .tests = "NBIL", .account = "48213" } },
	{ .name = "tube30x21-longest", .template = "tube30x21", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = LONGEST_CONTAINER, .source = "clean catch" } },
	{ .name = "ladder", .template = "auto12_ladder", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .middle = "Adaeze", .birth_date = "1961-04-09", .sex = "F",
		.patient_number = "00123456", .tests = "CBC A1C", .account = "48213" } },
	{ .name = "ladder-longest", .template = "auto12_ladder", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = LONGEST_CONTAINER, .source = "clean catch" } },
	{ .name = "cup", .template = "urine_cup", FIRST_CODES, .content = { FIRST_ID, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .container = "STERILE CUP 120 mL",
		.number = 1, .of = 3, .patient_number = "00123456", .tests = "UA UCULT", .account = "48213", .source = "clean catch" } },
	{ .name = "cup-longest", .template = "urine_cup", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = LONGEST_CONTAINER, .source = "straight catheter" } },
	{ .name = "jar", .template = "biopsy_jar", FIRST_CODES, .content = { FIRST_ID, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .container = "FORMALIN 20 mL",
		.number = 1, .of = 3, .patient_number = "00123456", .tests = "HISTO", .account = "48213",
		.site = "upper back", .side = "LEFT", .jar = "A" } },
	{ .name = "jar-longest", .template = "biopsy_jar", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = "FORMALIN 10 % 60 mL", .site = "breast, upper outer quadrant, 2 o'clock",
		.side = "RIGHT", .jar = "12" } },
	{ .name = "aliquot", .template = "aliquot", .code = "101000000253", .matrix = "1010000002530186",
		.content = { DRAWN, .specimen_id = "101000000253", .copy = 1, .parent = "101000000156", .specimen_type = "SERUM",
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .container = "poured-off tube",
		.number = 1, .of = 2, .patient_number = "00123456", .tests = "VITD", .account = "48213" } },
	{ .name = "aliquot-longest", .template = "aliquot", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .parent = "900000004224", .specimen_type = "CITRATED PLASMA",
		.container = LONGEST_CONTAINER } },
	{ .name = "pattern-50x25", .template = "pattern50x25", .code = "", .matrix = "", .content = {
		.title = "Room 1 printer", .words = "2026-11-22 09:15" } },
	{ .name = "aliquot-clean-catch", .template = "aliquot", .code = "101000000253", .matrix = "1010000002530186",
		.content = { DRAWN, .specimen_id = "101000000253", .copy = 1, .parent = "101000000156", .specimen_type = "URINE CLEAN CATCH",
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .container = "GRAY URINE CULTURE 4 mL",
		.number = 1, .of = 2, .patient_number = "00123456", .tests = "UCUL", .account = "48213", .source = "midstream", .priority = "STAT" } },
	{ .name = "signed", .template = "signed", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .patient_number = "00123456", .tests = "ABO",
		.account = "48213" } },
	{ .name = "signed-longest", .template = "signed", LONGEST_CODES, .warnings = "name_shortened tests_shortened",
		.content = { LONGEST, .container = LONGEST_CONTAINER } },
	{ .name = "time-point", .template = "auto12", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .patient_number = "00123456", .tests = "GTT",
		.account = "48213", .priority = "STAT", .time_point = "30 min" } },
	{ .name = "time-point-ladder", .template = "auto12_ladder", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .patient_number = "00123456", .tests = "GTT",
		.account = "48213", .time_point = "2 h" } },
	{ .name = "time-point-small", .template = "tube30x21", FIRST_CODES, .content = { FIRST_ID, LAVENDER, DRAWN,
		.family = "Okafor", .given = "Grace", .birth_date = "1961-04-09", .sex = "F", .patient_number = "00123456", .tests = "GTT",
		.account = "48213", .time_point = "2 h" } },
	{ .name = "separator", .template = "separator", .code = "", .matrix = "", .content = {
		.family = "Okafor", .given = "Grace", .patient_number = "00123456", .of = 4 } },
	{ .name = "separator-longest", .template = "separator", .code = "", .matrix = "", .warnings = "name_shortened",
		.content = { .family = W160, .given = W160, .patient_number = "2204-118-9931-07", .of = 99 } },
	{ .name = "separator-practice", .template = "separator", .code = "", .matrix = "", .content = {
		.family = "Practice", .given = "Paula", .patient_number = "P0000042", .of = 1, .practice = true } },
	{ .name = "found", .template = "found", .code = "F101000000182", .matrix = "F101000000182", .content = {
		.found = "F101000000182" } },
	{ .name = "found-practice", .template = "found", .code = "F900000000758", .matrix = "F900000000758", .content = {
		.found = "F900000000758", .practice = true } },
	{ .name = "downtime", .template = "downtime", FIRST_CODES, .content = { FIRST_ID } },
	{ .name = "downtime-practice", .template = "downtime", .code = "900000004224", .matrix = "9000000042240186",
		.content = { .specimen_id = "900000004224", .copy = 1, .practice = true } },
	{ .name = "pattern", .template = "pattern", .code = "", .matrix = "", .content = {
		.title = "Room 1 printer", .words = "2026-03-14 07:05" } },
	{ .name = "pattern-practice", .template = "pattern", .code = "", .matrix = "", .content = {
		.title = "Room 1 printer", .words = "2026-03-14 07:05", .practice = true } },
};
/* clang-format on */
const size_t people_count = ARRAY_LEN(people);

struct page_request person_request(
	const struct page *page, const struct person_row *row, unsigned dpi)
{
	const struct page_template *template =
		page_templates_find(page_templates_get(page), row->template);

	return (struct page_request) { .template = row->template,
		.dpi = dpi,
		.width_um = template ? template->width_um : 0,
		.height_um = template ? template->height_um : 0,
		.content = row->content };
}

const struct person_row *person_find(const char *name)
{
	for (size_t i = 0; i < people_count; i++) {
		if (strcmp(people[i].name, name) == 0)
			return &people[i];
	}
	abort(); /* a test names a row that is not in its own table */
}

struct page *people_page_new(void)
{
	AUTO(char_free) char *dir = check_path("printers/templates");
	struct page *page = page_new();
	struct err err = { 0 };

	if (!page_load(page, dir, &err)) {
		fprintf(stderr, "%s\n", err.message);
		exit(1);
	}
	const struct err *fault = page_templates_fault_at(page_templates_get(page), 0);

	if (fault) {
		fprintf(stderr, "%s\n", fault->message);
		exit(1);
	}
	return page;
}
