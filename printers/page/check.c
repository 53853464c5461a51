/* The checks' words and hints. */
#include "printers/page/check.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *word;
	const char *hint;
} checks[] = {
#define PAGE_CHECK_ROW(check, word, hint) [check] = { word, hint },
	PAGE_CHECK_TABLE(PAGE_CHECK_ROW)
#undef PAGE_CHECK_ROW
};

const char *page_check_word(enum page_check check)
{
	return checks[check].word;
}

bool page_check_fail(
	enum page_check *out, enum page_check check, struct err *err, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(
		message, sizeof(message), fmt, args); /* a message cut at the end still serves */
	va_end(args);
	*out = check;
	(void)err_set(err, ERR_CHECK_FAILED, "%s", message);
	return err_hint(err, "%s", checks[check].hint);
}
