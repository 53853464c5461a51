/* struct err: filling, wrapping, and the one map to HTTP status and exit code. */
#include "daemon/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct err_info {
	enum err_code code;
	const char *name;
	unsigned http_status;
	int exit_code;
} err_infos[] = { { ERR_NONE, "ERR_NONE", 200, 0 },
#define ERR_ROW(code, http, exit) { code, #code, http, exit },
	ERR_TABLE(ERR_ROW)
#undef ERR_ROW
};

static const struct err_info *err_info_get(enum err_code code)
{
	for (size_t i = 0; i < ARRAY_LEN(err_infos); i++) {
		if (err_infos[i].code == code)
			return &err_infos[i];
	}
	return err_info_get(ERR_INTERNAL);
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	if (!err)
		return false;
	va_list args;

	err_clear(err);
	err->code = code;
	va_start(args, fmt);
	(void)vsnprintf(err->message, sizeof(err->message), fmt, args); /* cut is fine */
	va_end(args);
	return false;
}

bool err_set_errno(struct err *err, const char *fmt, ...)
{
	int saved = errno;

	if (!err)
		return false;
	va_list args;

	err_clear(err);
	err->code = ERR_IO;
	va_start(args, fmt);
	(void)vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	size_t used = strlen(err->message);

	(void)snprintf(err->message + used, sizeof(err->message) - used, ": %s", strerror(saved));
	return false;
}

bool err_wrap(struct err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	char inner[sizeof(err->message)];
	va_list args;

	memcpy(inner, err->message, sizeof(inner));
	va_start(args, fmt);
	(void)vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	size_t used = strlen(err->message);

	(void)snprintf(err->message + used, sizeof(err->message) - used, ": %s", inner);
	return false;
}

bool err_hint(struct err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(err->hint, sizeof(err->hint), fmt, args);
	va_end(args);
	return false;
}

void err_clear(struct err *err)
{
	*err = (struct err) { .code = ERR_NONE };
}

const char *err_code_name(enum err_code code)
{
	return err_info_get(code)->name;
}

enum err_code err_code_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(err_infos); i++) {
		if (strcmp(err_infos[i].name, name) == 0)
			return err_infos[i].code;
	}
	return ERR_INTERNAL;
}

unsigned err_http_status(enum err_code code)
{
	return err_info_get(code)->http_status;
}

int err_exit_code(enum err_code code)
{
	return err_info_get(code)->exit_code;
}
