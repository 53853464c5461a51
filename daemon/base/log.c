/* Log lines. The level and the role's name are the only mutable globals of the project. */
#include "daemon/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/str.h"

static enum log_level log_level_now = LOG_LEVEL_INFO;
static const char *log_name = "specimend";

void log_set_level(enum log_level level)
{
	log_level_now = level;
}

void log_set_name(const char *name)
{
	log_name = name;
}

/* A line is one write, so that lines of several roles do not mix. Control characters become '?'. */
PRINTF_LIKE(2, 0) static void log_line(enum log_level level, const char *fmt, va_list args)
{
	if (level > log_level_now)
		return;
	char line[1024];
	char prefix[8] = "";

	if (getenv("JOURNAL_STREAM"))
		(void)snprintf(prefix, sizeof(prefix), "<%d>", (int)level); /* one digit */
	int head = snprintf(line, sizeof(line), "%s%s: ", prefix, log_name);
	size_t used = head > 0 ? (size_t)head : 0;
	int n = vsnprintf(line + used, sizeof(line) - used - 1, fmt, args);

	if (n < 0)
		return;
	size_t len = strlen(line);

	for (size_t i = used; i < len; i++) {
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	}
	line[len++] = '\n';
	ssize_t written = write(STDERR_FILENO, line, len);

	(void)written; /* nowhere to say that the log is gone */
}

#define LOG_FUNCTION(name, level)           \
	void name(const char *fmt, ...)     \
	{                                   \
		va_list args;               \
                                            \
		va_start(args, fmt);        \
		log_line(level, fmt, args); \
		va_end(args);               \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void log_err(const struct err *err)
{
	if (err->hint[0])
		log_error("%s (%s)", err->message, err->hint);
	else
		log_error("%s", err->message);
}
