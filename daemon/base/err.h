/*
 * One error idiom: a function that can fail returns bool and takes struct err last; false means
 * that it is filled. The codes are one table that also gives HTTP status and exit code.
 * Messages are for the person at the bench: lower case, one line, what, which, why; no patient
 * data, no secrets. The hint says what to do. Whatever goes in, message and hint are one line of
 * well-formed UTF-8 (control characters and foreign bytes become '?'; what is too long is cut
 * between characters). An argument may point into the err that is being filled.
 */
#ifndef SPECIMEND_BASE_ERR_H
#define SPECIMEND_BASE_ERR_H

#include "daemon/base/bytes.h"

/*      code                    HTTP  exit (sysexits.h) */
/* clang-format off */
#define ERR_TABLE(X) \
	X(ERR_INVALID,           400, 65) \
	X(ERR_USAGE,             400, 64) \
	X(ERR_UNAUTHORIZED,      401, 77) \
	X(ERR_FORBIDDEN,         403, 77) \
	X(ERR_NOT_FOUND,         404, 66) \
	X(ERR_CONFLICT,          409, 65) \
	X(ERR_TOO_LARGE,         413, 65) \
	X(ERR_MEDIA_TYPE,        415, 65) \
	X(ERR_CHECK_FAILED,      422, 65) \
	X(ERR_INTERNAL,          500, 70) \
	X(ERR_IO,                500, 74) \
	X(ERR_DEVICE_PROTOCOL,   502, 76) \
	X(ERR_DEVICE_OFFLINE,    503, 69) \
	X(ERR_BUSY,              503, 75) \
	X(ERR_DB_UNAVAILABLE,    503, 75) \
	X(ERR_TIMEOUT,           504, 75)
/* clang-format on */

enum err_code {
	ERR_NONE,
#define ERR_ENUM(code, http, exit) code,
	ERR_TABLE(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
	enum err_code code;
	char message[320];
	char hint[200];
};

/* Fills err and returns false, so that `return err_set(...)` is a return statement. err may be
 * NULL. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set with ERR_IO, appending the text of errno. */
bool err_set_errno(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts "text: " before the message already there; keeps code and hint. Returns false. */
bool err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Adds what the person should do. Returns false. */
bool err_hint(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

void err_clear(struct err *err);

const char *err_code_name(enum err_code code); /* "ERR_INVALID" */
enum err_code err_code_find(
	const char *name); /* ERR_INTERNAL for a name that is not in the table */
unsigned err_http_status(enum err_code code);
int err_exit_code(enum err_code code);

#endif
