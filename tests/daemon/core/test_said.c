/* What makers' codes say, as it goes to the database. */
#include "daemon/core/said.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/auto_json.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *aim;
	struct bytes raw;
	const char *is;
} rows[] = {
	{ "a tube's GS1 Data Matrix", "]d2", BYTES_LITERAL("010952123454321317261031" "10ABC\x1d" "21XYZ" "\x1d" "11251001"),
		"{\"expires\":\"2026-10-31\",\"gtin\":\"09521234543213\",\"lot\":\"ABC\",\"made\":\"2025-10-01\",\"serial\":\"XYZ\",\"standard\":\"gs1\"}" },
	{ "a carton's SSCC", "]C1", BYTES_LITERAL("00106141411234567897"), "{\"sscc\":\"106141411234567897\",\"standard\":\"gs1\"}" },
	{ "an EAN-13", "]E0", BYTES_LITERAL("9506000134352"), "{\"gtin\":\"09506000134352\",\"standard\":\"gs1\"}" },
	{ "a UPC-A of twelve digits", "]E0", BYTES_LITERAL("036000291452"), "{\"gtin\":\"00036000291452\",\"standard\":\"gs1\"}" },
	{ "an EAN-8", "]E4", BYTES_LITERAL("96385074"), "{\"gtin\":\"00000096385074\",\"standard\":\"gs1\"}" },
	{ "a misread one", "]E4", BYTES_LITERAL("96385075"), "{\"problem\":\"the check digit is wrong\",\"standard\":\"gs1\"}" },
	{ "one that is too long", "]E0", BYTES_LITERAL("000000000000000"), "{\"problem\":\"the check digit is wrong\",\"standard\":\"gs1\"}" },
	{ "GS1 that breaks its rules", "]d2", BYTES_LITERAL("17261399"), "{\"problem\":\"the data of identifier 17 is wrong\",\"standard\":\"gs1\"}" },
	{ "nothing in GS1", "]d2", BYTES_LITERAL("\r\n"), "{\"problem\":\"no element\",\"standard\":\"gs1\"}" },
	{ "HIBC in Code 128", "]C0", BYTES_LITERAL("+A99912345/$$52001510X33\r\n"),
		"{\"expires\":\"2020-01-15\",\"labeler\":\"A999\",\"lot\":\"10X3\",\"product\":\"1234\",\"standard\":\"hibc\"}" },
	{ "HIBC whose check is a blank, from a keyboard", NULL, BYTES_LITERAL("+$$52001510X3+ \r"), "{\"expires\":\"2020-01-15\",\"lot\":\"10X3\",\"standard\":\"hibc\"}" },
	{ "HIBC misread", "]d1", BYTES_LITERAL("+A99912345/$$52001510X34"), "{\"problem\":\"the check character is wrong\",\"standard\":\"hibc\"}" },
	{ "a specimen", "]C0", BYTES_LITERAL("900000000150"), NULL },
	{ "a specimen by a keyboard", NULL, BYTES_LITERAL("900000000150"), NULL },
	{ "GS1 that nobody declared is not guessed", NULL, BYTES_LITERAL("0109521234543213"), NULL },
	{ "nor that of another modifier", "]d1", BYTES_LITERAL("0109521234543213"), NULL },
	{ "nothing", NULL, BYTES_LITERAL(""), NULL },
	{ "a plus", NULL, BYTES_LITERAL("+"), NULL },
	{ "no text at all", "]C0", BYTES_LITERAL("\xff\x00+"), NULL },
};
/* clang-format on */

static void test_makers_codes_say_what_they_say(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *said = said_new(rows[i].raw, rows[i].aim, 2026);
		AUTO(char_free)
		char *text = said ? json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

		check_row(rows[i].name);
		if (rows[i].is)
			check_str(text, rows[i].is);
		else
			check(text == NULL);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_makers_codes_say_what_they_say),
	};
	return check_run("core/said", tests, ARRAY_LEN(tests));
}
