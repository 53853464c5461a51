/*
 * The page's files, read once at start into a fixed table; a URL is looked up in the table and
 * never becomes a path. The ETag is the content's own hash.
 */
#ifndef SPECIMEND_CORE_FILES_H
#define SPECIMEND_CORE_FILES_H

#include "daemon/base/err.h"

#define FILES_MAX 256
#define FILES_BYTES_MAX (4u << 20) /* of one file */
#define FILES_DEPTH_MAX 4

struct file {
	char *path;       /* "/js/app.js"; index.html is "/" */
	const char *type; /* its content type */
	char etag[36];    /* with its quotes */
	uint8_t *data;
	size_t len;
};

struct files;

/*
 * Reads every regular file below dir whose name is made of [A-Za-z0-9._-], does not begin with a
 * dot and has a known ending; others are left out. Blocks (start only).
 *
 * Fails with ERR_NOT_FOUND when the directory or its index.html is missing, ERR_TOO_LARGE over a
 * limit.
 */
MUST_CHECK bool files_new(const char *dir, struct files **out, struct err *err);
void files_free(struct files *files);

/* The file of this URL path, or NULL. Lives as long as the table. */
const struct file *files_find(const struct files *files, const char *path);

#endif
