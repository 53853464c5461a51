/*
 * Lines to standard error, with the priority prefix that systemd's journal reads (sd-daemon(3))
 * when the journal is listening (JOURNAL_STREAM is set). Only edges log; no patient data, no
 * secrets.
 */
#ifndef SPECIMEND_BASE_LOG_H
#define SPECIMEND_BASE_LOG_H

#include "daemon/base/err.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

void log_set_level(enum log_level level);
void log_set_name(const char *name); /* kept by pointer: "core", "bench" ... */

void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_notice(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* One line: message, and the hint when there is one. */
void log_err(const struct err *err);

#endif
