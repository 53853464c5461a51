/* A directory walked once, a table looked up for ever. */
#include "daemon/core/files.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

struct files {
	struct file rows[FILES_MAX];
	size_t count;
};

static const struct file_type {
	const char *ending;
	const char *type;
} file_types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".wasm", "application/wasm" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
	{ ".wav", "audio/wav" },
	{ ".webmanifest", "application/manifest+json" },
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_LEN(file_types); i++) {
		if (str_equal(file_types[i].ending, dot))
			return file_types[i].type;
	}
	return NULL;
}

static bool name_is_plain(const char *name)
{
	if (name[0] == '.')
		return false;
	for (const char *c = name; *c; c++) {
		bool letter = (*c >= 'a' && *c <= 'z') || char_is_upper((unsigned char)*c);

		if (!letter && !char_is_digit((unsigned char)*c) && !strchr("._-", *c))
			return false;
	}
	return true;
}

static bool file_read(const char *path, struct file *file, struct err *err)
{
	FILE *in = fopen(path, "re");

	if (!in)
		return err_set_errno(err, "page file '%s'", path);
	struct buf data = { 0 };
	size_t n;

	do {
		n = fread(buf_grow(&data, 65536), 1, 65536, in);
		data.len -= 65536 - n;
	} while (n > 0 && data.len <= FILES_BYTES_MAX);
	bool failed = ferror(in);

	fclose(in);
	if (failed || data.len > FILES_BYTES_MAX) {
		buf_done(&data);
		return err_set(err, failed ? ERR_IO : ERR_TOO_LARGE,
			"page file '%s' cannot be read or is too large", path);
	}
	file->data = data.data;
	file->len = data.len;
	return true;
}

static void file_hash(struct file *file)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	AUTO_BUF hex = { 0 };

	crypto_hash_sha256(hash, file->data, file->len);
	hex_encode(bytes_of(hash, 16), &hex);
	(void)snprintf(file->etag, sizeof(file->etag), "\"%s\"", buf_str(&hex)); /* 34 characters */
}

static bool file_add(struct files *files, const char *path, char *url_take, struct err *err)
{
	struct file file = { .path = url_take, .type = type_of(url_take) };

	if (files->count == FILES_MAX) {
		free(url_take);
		return err_set(err, ERR_TOO_LARGE, "more than %d page files", FILES_MAX);
	}
	if (!file_read(path, &file, err)) {
		free(url_take);
		return false;
	}
	file_hash(&file);
	if (str_equal(file.path, "/index.html"))
		file.path[1] = 0;
	files->rows[files->count++] = file;
	return true;
}

static bool walk(
	struct files *files, const char *dir, const char *url, unsigned depth, struct err *err);

static bool entry_add(struct files *files, const char *dir, const char *url, const char *name,
	unsigned depth, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", dir, name);
	AUTO(char_free) char *sub = xasprintf("%s/%s", url, name);
	struct stat st;

	if (!name_is_plain(name) || stat(path, &st) != 0)
		return true;
	if (S_ISDIR(st.st_mode))
		return depth >= FILES_DEPTH_MAX || walk(files, path, sub, depth + 1, err);
	if (!S_ISREG(st.st_mode) || !type_of(name))
		return true;
	return file_add(files, path, TAKE(sub), err);
}

static bool walk(
	struct files *files, const char *dir, const char *url, unsigned depth, struct err *err)
{
	struct dirent **entries = NULL;
	int count = scandir(dir, &entries, NULL, alphasort);
	bool ok = true;

	if (count < 0) {
		err_set_errno(err, "page directory '%s'", dir);
		if (err)
			err->code = ERR_NOT_FOUND;
		return false;
	}
	for (int i = 0; i < count; i++) {
		ok = ok && entry_add(files, dir, url, entries[i]->d_name, depth, err);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

bool files_new(const char *dir, struct files **out, struct err *err)
{
	struct files *files = xcalloc(1, sizeof(*files));

	if (!walk(files, dir, "", 0, err))
		goto fail;
	if (!files_find(files, "/")) {
		err_set(err, ERR_NOT_FOUND, "page directory '%s' has no index.html", dir);
		goto fail;
	}
	*out = files;
	return true;
fail:
	files_free(files);
	return false;
}

void files_free(struct files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++) {
		free(files->rows[i].path);
		free(files->rows[i].data);
	}
	free(files);
}

const struct file *files_find(const struct files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++) {
		if (str_equal(files->rows[i].path, path))
			return &files->rows[i];
	}
	return NULL;
}
