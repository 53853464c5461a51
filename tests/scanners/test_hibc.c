/*
 * HIBC supplier labels. Unless a row says "made", its text is an example of ANSI/HIBC 2.x as other
 * projects' tests quote it: tc-lib-barcode (HibcDatamatrixTest: figures 3, C2, section 4.3.3),
 * BarcodeParserBuilder (HibcBarcodeParserBuilderTestFixture), bardecoder
 * (HbicLicSecondaryDataStructureTest).
 */
#include "scanners/hibc.h"

#include <stdio.h>

#include "daemon/base/buf.h"
#include "tests/check.h"

#define YEAR 2026u

static void add(struct buf *out, const char *word, struct bytes text)
{
	if (text.len > 0)
		buf_addf(out, " %s=%.*s", word, (int)text.len, (const char *)text.data);
}

static void add_date(struct buf *out, const char *word, const struct code_date *date)
{
	if (date->year > 0)
		buf_addf(out, " %s=%u-%02u-%02u", word, date->year, date->month, date->day);
}

static void read_as(struct buf *out, struct bytes text)
{
	struct hibc hibc;
	struct err err = { 0 };

	if (!hibc_parse(&hibc, text, YEAR, &err)) {
		check_int(err.code, ERR_INVALID);
		buf_addf(out, " %s", err.message);
		return;
	}
	add(out, "labeler", hibc.labeler);
	add(out, "product", hibc.product);
	add(out, "unit", hibc.unit);
	add(out, "lot", hibc.lot);
	add(out, "serial", hibc.serial);
	add(out, "quantity", hibc.quantity);
	add_date(out, "expires", &hibc.expires);
	add_date(out, "made", &hibc.made);
	if (hibc.link)
		buf_addf(out, " link=%c", hibc.link);
}

/* clang-format off */
static const struct {
	const char *text;
	const char *is;
} rows[] = {
	{ "+A123BJC5D6E71G", "labeler=A123 product=BJC5D6E7 unit=1" },
	{ "+H123ABC01234567890D", "labeler=H123 product=ABC0123456789 unit=0" },
	{ "+A123BJCMD6E79+", "labeler=A123 product=BJCMD6E7 unit=9" },
	{ "+A123BJC5D6E71/$$52001510X3C", "labeler=A123 product=BJC5D6E7 unit=1 lot=10X3 expires=2020-01-15" },
	{ "+A99912345/$$52001510X33", "labeler=A999 product=1234 unit=5 lot=10X3 expires=2020-01-15" },
	{ "+A99912345/$$52001510X3/16D20111212/S77DEFG457", "labeler=A999 product=1234 unit=5 lot=10X3 serial=77DEFG45 expires=2020-01-15 made=2011-12-12" },
	{ "+A99912345/$10X3/16D20111231/14D202001313", "labeler=A999 product=1234 unit=5 lot=10X3 expires=2020-01-31 made=2011-12-31" },
	{ "+A99912349/$10X3/16D20111231/14D20200131/Q500Z", "labeler=A999 product=1234 unit=9 lot=10X3 quantity=500 expires=2020-01-31 made=2011-12-31" },
	{ "+J123AQ3451/$$3231231BC34567/S4012R", "labeler=J123 product=AQ345 unit=1 lot=BC34567 serial=4012 expires=2023-12-31" },
	{ "+J123AQ3451/$$1125BC34567/S4012L", "labeler=J123 product=AQ345 unit=1 lot=BC34567 serial=4012 expires=2025-11-30" },
	{ "+J123AQ3451/25330BC34567/S4012X", "labeler=J123 product=AQ345 unit=1 lot=BC34567 serial=4012 expires=2025-11-26" },
	{ "+A123ABCDEFGHI1234567891/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202$",
		"labeler=A123 product=ABCDEFGHI123456789 unit=1 lot=LOT123456789012345 serial=XYZ456789012345678 expires=2020-02-02 made=2013-02-02" },
	{ "+A99912345/$$81210X3/16D20111212/14D20200906/S77DEFG45$", "labeler=A999 product=1234 unit=5 lot=10X3 serial=77DEFG45 quantity=12 expires=2020-09-06 made=2011-12-12" },
	{ "+A99912345/$$90234510X3/16D20111212/14D20200906/S77DEFG458", "labeler=A999 product=1234 unit=5 lot=10X3 serial=77DEFG45 quantity=02345 expires=2020-09-06 made=2011-12-12" },
	{ "+A99912345/$$81210X3/$$+320090677DEFG45/16D20111212U", "labeler=A999 product=1234 unit=5 lot=10X3 serial=77DEFG45 quantity=12 expires=2020-09-06 made=2011-12-12" },
	{ "+$$52001510X3GD", "lot=10X3 expires=2020-01-15 link=G" },
	{ "+$$710X3G7", "lot=10X3 link=G" },
	{ "+$$+52001510X3GB", "serial=10X3 expires=2020-01-15 link=G" },
	{ "+2001510X3GG", "lot=10X3 expires=2020-01-15 link=G" },
	{ "+25330BC34567T2", "lot=BC34567 expires=2025-11-26 link=T" },
	{ "+$$52001510X3+ ", "lot=10X3 expires=2020-01-15 link=+" },
	/* wrong */
	{ "+A123BJC5D6E71J", "the check character is wrong" },
	{ "+A99912345/$$52001510X3/16D20111212/S77DEFG45Z", "the check character is wrong" },
	{ "+A123BJC5D6E7", "the check character is wrong" },
	{ "+A123bJC5D6E71G", "the check character is wrong" },
	{ "", "no HIBC code" },
	{ "+", "no HIBC code" },
	{ "+A1", "no HIBC code" },
	{ "++A999MODELIDENTIFIER11S8", "no HIBC code" }, /* Basic UDI-DI, which no label carries */
	{ "900000000150", "no HIBC code" },
};

/* Made: their check characters are right, what they say is not. */
static const struct {
	const char *text; /* without its check */
	const char *is;
} made[] = {
	{ "+A12", "labeler, product or unit of measure is wrong" },
	{ "+A123B", "labeler, product or unit of measure is wrong" },
	{ "+A123BX", "labeler, product or unit of measure is wrong" },
	{ "+A123ABCDEFGHI12345678901", "labeler, product or unit of measure is wrong" },
	{ "+A123B C1", "labeler, product or unit of measure is wrong" },
	{ "+A123B1/$$53661A", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$$5200", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$$1325A", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$$420020224A", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/14D20260231", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/14D20260228X", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$A/$B", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$ABCDEFGHIJ123456789", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/Q12A", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$$8X2A", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/$$", "lot, serial number, date or quantity is wrong" },
	{ "+A123B1/Z9", "labeler=A123 product=B unit=1" },
	{ "+A123B1/$$8120926", "labeler=A123 product=B unit=1 quantity=12 expires=2026-09-30" },
	{ "+$+77DEFG", "serial=77DEF link=G" },
	{ "+$", "no HIBC code" },
};
/* clang-format on */

static void test_examples_of_the_standard(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF is = { 0 };

		check_row(rows[i].text);
		read_as(&is, bytes_of_str(rows[i].text));
		check_str(buf_str(&is) + 1, rows[i].is);
	}
}

static void test_right_checks_around_wrong_words(void)
{
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		AUTO_BUF text = { 0 };
		AUTO_BUF is = { 0 };

		check_row(made[i].text);
		buf_add_str(&text, made[i].text);
		buf_add_byte(&text, (uint8_t)hibc_check(bytes_of_str(made[i].text)));
		read_as(&is, buf_bytes(&text));
		check_str(buf_str(&is)[0] ? buf_str(&is) + 1 : "", made[i].is);
	}
}

static void test_check_characters(void)
{
	check_int(hibc_check(bytes_of_str("+A123BJC5D6E71")), 'G');
	check_int(hibc_check(bytes_of_str("+H123ABC01234567890")), 'D');
	check_int(hibc_check(bytes_of_str("+A123BJC5D6E71#")), 0);
	check_int(hibc_check(bytes_of_str("a")), 0);
	check_int(hibc_check(bytes_of("\0", 1)), 0);
}

/* Each character of an example replaced by each other one: the check tells. */
static void test_one_wrong_character_is_always_told(void)
{
	static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
	char text[] = "+A99912345/$$52001510X3/16D20111212/S77DEFG457";
	struct hibc hibc;
	struct err err = { 0 };

	for (size_t i = 0; text[i]; i++) {
		char right = text[i];

		for (const char *c = characters; *c; c++) {
			text[i] = *c;
			check_int(hibc_parse(&hibc, bytes_of_str(text), YEAR, &err), *c == right);
		}
		text[i] = right;
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_examples_of_the_standard),
		CHECK_TEST(test_right_checks_around_wrong_words),
		CHECK_TEST(test_check_characters),
		CHECK_TEST(test_one_wrong_character_is_always_told),
	};
	return check_run("scanners/hibc", tests, ARRAY_LEN(tests));
}
