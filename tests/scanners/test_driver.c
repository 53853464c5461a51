/* scanners/driver: the drivers by name, and the database's lists of them and of their settings. */
#include "scanners/driver.h"

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/keyboard.h"
#include "scanners/maker.h"
#include "scanners/serial.h"
#include "scanners/wedge.h"
#include "tests/check.h"

static void test_drivers_are_found_by_name(void)
{
	check(scanner_driver_find("hid_pos") == scanner_driver_at(0));
	check(scanner_driver_find("keyboard") == &scanner_driver_wedge);
	check(scanner_driver_find("simple_com") == &scanner_driver_simple_com);
	check(scanner_driver_find("plain") == NULL); /* the virtual scanner's */
	check(scanner_driver_find("Serial") == NULL);
	check(scanner_driver_find("") == NULL);
	for (size_t i = 0; scanner_driver_at(i); i++)
		check(scanner_driver_find(scanner_driver_at(i)->name) == scanner_driver_at(i));
}

/* The body of a function of schema/clinic/scanner.sql; yours to free. */
static char *database_list(const char *function)
{
	size_t len;
	AUTO(char_free) char *sql = check_read_file("schema/clinic/scanner.sql", &len);
	AUTO(char_free) char *head = xasprintf("function clinic.%s()", function);
	char *at = strstr(sql, head);
	char *end = at ? strstr(at, "$$;") : NULL;

	if (!check(at && end))
		return xstrdup("");
	*end = '\0';
	return xstrdup(at);
}

/* A bench that did not know one of them would refuse the whole list of devices. */
static void test_the_database_knows_the_same_protocols(void)
{
	AUTO(char_free) char *sql = database_list("scanner_protocols");
	AUTO_BUF known = { 0 };
	AUTO_BUF expected = { 0 };

	for (const char *at = strstr(sql, "('"); at; at = strstr(at, "('")) {
		at += strlen("('");
		buf_addf(&known, "%.*s ", (int)strcspn(at, "'"), at);
	}
	for (size_t i = 0; scanner_driver_at(i); i++)
		buf_addf(&expected, "%s ", scanner_driver_at(i)->name);
	check_str(buf_str(&known), buf_str(&expected));
}

static bool is_keyboard(const char *word)
{
	return keyboard_layout_find(word);
}

static bool is_terminator(const char *word)
{
	enum scan_terminator terminator;

	return scan_terminator_parse(word, &terminator);
}

static bool is_maker(const char *word)
{
	enum scanner_maker maker;

	return scanner_maker_parse(word, &maker);
}

static bool is_baud(const char *word)
{
	unsigned baud;

	return line_baud_parse(word, &baud);
}

static bool is_format(const char *word)
{
	enum line_format format;

	return line_format_parse(word, &format);
}

/* How many words of a list in braces are known; all of them, or the check fails. */
static size_t words_count(const char *sql, const char *setting, bool (*is_known)(const char *word))
{
	AUTO(char_free) char *head = xasprintf("('%s', '{", setting);
	const char *at = strstr(sql, head);
	size_t count = 0;

	if (!check(at != NULL))
		return 0;
	for (at += strlen(head); *at != '}'; count++) {
		AUTO(char_free) char *word = xasprintf("%.*s", (int)strcspn(at, ",}"), at);

		check_row(word);
		check(is_known(word));
		at += strlen(word);
		at += *at == ',';
	}
	check_row(NULL);
	return count;
}

static void test_the_database_knows_the_same_settings(void)
{
	AUTO(char_free) char *sql = database_list("scanner_setting_words");
	unsigned keyboards = 0;

	while (keyboard_layout_at(keyboards))
		keyboards++;
	check_int(words_count(sql, "keyboard", is_keyboard), keyboards);
	check_int(words_count(sql, "terminator", is_terminator), SCAN_TERMINATORS);
	check_int(words_count(sql, "maker", is_maker), SCANNER_MAKERS);
	check_int(words_count(sql, "baud", is_baud), LINE_BAUDS);
	check_int(words_count(sql, "format", is_format), LINE_FORMATS);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_drivers_are_found_by_name),
		CHECK_TEST(test_the_database_knows_the_same_protocols),
		CHECK_TEST(test_the_database_knows_the_same_settings),
	};

	return check_run("scanners/driver", tests, ARRAY_LEN(tests));
}
