/* struct err: filling, wrapping, and the one map to HTTP status and exit code. */
#include "daemon/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/base/str.h"

#define ERR_TEXT_MAX 1024 /* before it is cut to its place */

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

/* Fills out (size bytes) with text as a line of UTF-8. */
static void line_put(char *out, size_t size, const char *text)
{
	struct bytes left = bytes_of_str(text);
	size_t used = 0;

	while (left.len > 0) {
		size_t len = utf8_char_len(left);
		size_t step = len ? len : 1;
		bool is_clean = len > 0 && left.data[0] >= 0x20 && left.data[0] != 0x7f;

		if (used + step >= size)
			break;
		memcpy(out + used, is_clean ? left.data : (const uint8_t *)"?", step);
		used += step;
		left = bytes_of(left.data + step, left.len - step);
	}
	out[used] = 0;
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* cut is fine */
	va_end(args);
	err_clear(err);
	err->code = code;
	line_put(err->message, sizeof(err->message), text);
	return false;
}

bool err_set_errno(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	char text[ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return err_set(err, ERR_IO, "%s: %s", text, strerror(saved));
}

bool err_wrap(struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	char inner[sizeof(err->message)];
	va_list args;

	if (!err)
		return false;
	memcpy(inner, err->message, sizeof(inner));
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	size_t used = strlen(text);

	(void)snprintf(text + used, sizeof(text) - used, ": %s", inner);
	line_put(err->message, sizeof(err->message), text);
	return false;
}

bool err_hint(struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	if (!err)
		return false;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	line_put(err->hint, sizeof(err->hint), text);
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
