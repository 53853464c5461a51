/* daemon/bench/transport: the kinds of faults are those that the database keeps. */
#include "daemon/bench/transport.h"

#include <stdio.h>

#include "daemon/base/auto.h"
#include "tests/check.h"

/* Of a list in SQL from there to the next semicolon: each word in quotes behind `before`. */
static void words_check(const char *path, const char *from, const char *before, size_t quotes_each)
{
	size_t len;
	AUTO(char_free) char *sql = check_read_file(path, &len);
	char *at = strstr(sql, from);
	size_t quotes = 0;

	if (!check(at && strchr(at, ';')))
		return;
	*strchr(at, ';') = '\0';
	for (unsigned i = 0; i < TRANSPORT_FAULTS; i++) {
		char word[40];

		snprintf(word, sizeof(word), "%s'%s'", before,
			transport_fault_word((enum transport_fault)i));
		check_contains(at, word);
	}
	for (; *at; at++)
		quotes += *at == '\'';
	check_int(quotes, quotes_each * TRANSPORT_FAULTS); /* and no other */
}

static void test_the_database_keeps_each_kind_of_fault(void)
{
	words_check("schema/clinic/device_fault.sql", "values ('broken_off'", "(", 4);
	words_check("schema/0049_device_fault.sql", "check (fault in (", "", 2);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_database_keeps_each_kind_of_fault),
	};

	return check_run("daemon/bench/transport", tests, ARRAY_LEN(tests));
}
