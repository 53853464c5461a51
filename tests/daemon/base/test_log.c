/* daemon/base/log: one line, one write, the journal's prefix. */
#include "daemon/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "tests/check.h"

static int stderr_before;
static FILE *stderr_file;

static void stderr_catch(void)
{
	stderr_before = dup(STDERR_FILENO);
	stderr_file = tmpfile();
	dup2(fileno(stderr_file), STDERR_FILENO);
}

static void stderr_release(struct buf *out)
{
	dup2(stderr_before, STDERR_FILENO);
	close(stderr_before);
	buf_reset(out);
	rewind(stderr_file);
	for (int c = fgetc(stderr_file); c != EOF; c = fgetc(stderr_file))
		buf_add_byte(out, (uint8_t)c);
	fclose(stderr_file);
}

static void test_lines_have_priority_and_name(void)
{
	AUTO_BUF out = { 0 };

	log_set_name("bench");
	log_set_level(LOG_LEVEL_DEBUG);
	stderr_catch();
	log_error("a %d", 1);
	log_warning("b");
	log_notice("c");
	log_info("d");
	log_debug("e");
	stderr_release(&out);
	check_str(buf_str(&out),
		"<3>bench: a 1\n<4>bench: b\n<5>bench: c\n<6>bench: d\n<7>bench: e\n");
}

static void test_level_silences_what_is_less_important(void)
{
	AUTO_BUF out = { 0 };

	log_set_name("core");
	log_set_level(LOG_LEVEL_WARNING);
	stderr_catch();
	log_error("a");
	log_warning("b");
	log_notice("c");
	log_info("d");
	log_debug("e");
	stderr_release(&out);
	check_str(buf_str(&out), "<3>core: a\n<4>core: b\n");
}

static void test_error_with_and_without_hint(void)
{
	AUTO_BUF out = { 0 };
	struct err err = { 0 };

	err_set(&err, ERR_BUSY, "printer 'a' is busy");
	stderr_catch();
	log_err(&err);
	err_hint(&err, "wait");
	log_err(&err);
	stderr_release(&out);
	check_str(buf_str(&out),
		"<3>core: printer 'a' is busy\n<3>core: printer 'a' is busy (wait)\n");
}

static void test_a_line_stays_a_line(void)
{
	char text[3000];
	AUTO_BUF out = { 0 };

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	stderr_catch();
	log_error("%s", "two\n<0>lines\x1b[m\x7f");
	log_error("%s", text);
	stderr_release(&out);
	check(str_has_prefix(buf_str(&out), "<3>core: two?<0>lines?[m?\n<3>core: xxx"));
	check_int(out.data[out.len - 1], '\n');
	check(out.len < 1100);
}

static void test_prefix_is_for_the_journal_only(void)
{
	AUTO_BUF out = { 0 };

	unsetenv("JOURNAL_STREAM");
	stderr_catch();
	log_error("a");
	stderr_release(&out);
	check_str(buf_str(&out), "core: a\n");
	setenv("JOURNAL_STREAM", "8:12345", 1);
	stderr_catch();
	log_error("a");
	stderr_release(&out);
	check_str(buf_str(&out), "<3>core: a\n");
}

int main(void)
{
	setenv("JOURNAL_STREAM", "8:12345", 1); /* systemd.exec(5) */
	static const struct check_test tests[] = {
		CHECK_TEST(test_lines_have_priority_and_name),
		CHECK_TEST(test_level_silences_what_is_less_important),
		CHECK_TEST(test_error_with_and_without_hint),
		CHECK_TEST(test_a_line_stays_a_line),
		CHECK_TEST(test_prefix_is_for_the_journal_only),
	};

	return check_run("base/log", tests, ARRAY_LEN(tests));
}
