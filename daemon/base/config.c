/* The configuration file: one table, one parser. */
#include "daemon/base/config.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

enum config_type {
	CONFIG_text,
	CONFIG_count,
	CONFIG_flag,
};

static const struct config_item {
	const char *key;
	enum config_type type;
	size_t offset;
	const char *def;
	uint64_t min;
	uint64_t max;
	const char *help;
} config_items[] = {
#define CONFIG_ROW(member, type, def, min, max, help) \
	{ #member, CONFIG_##type, offsetof(struct config, member), def, min, max, help },
	CONFIG_TABLE(CONFIG_ROW)
#undef CONFIG_ROW
};

_Static_assert(
	ARRAY_LEN(config_items) <= ARRAY_LEN(((struct config *)0)->owned), "owned[] too small");

static bool config_set(struct config *config, size_t item_no, const char *value, struct err *err)
{
	const struct config_item *item = &config_items[item_no];
	char *at = (char *)config + item->offset;
	uint64_t count;

	switch (item->type) {
	case CONFIG_text:
		if (strlen(value) < item->min)
			return err_set(err, ERR_INVALID, "'%s' has no value", item->key);
		if (strlen(value) > item->max)
			return err_set(err, ERR_INVALID, "'%s' is too long", item->key);
		free(config->owned[item_no]);
		config->owned[item_no] = xstrdup(value);
		memcpy(at, &config->owned[item_no], sizeof(char *));
		return true;
	case CONFIG_count:
		if (!uint_parse(bytes_of_str(value), item->min, item->max, &count, err))
			return err_wrap(err, "'%s'", item->key);
		memcpy(at, &(unsigned) { (unsigned)count }, sizeof(unsigned));
		return true;
	case CONFIG_flag:
		if (!str_equal(value, "yes") && !str_equal(value, "no"))
			return err_set(err, ERR_INVALID, "'%s' must be yes or no", item->key);
		memcpy(at, &(bool) { str_equal(value, "yes") }, sizeof(bool));
		return true;
	}
	return err_set(err, ERR_INTERNAL, "'%s' has no type", item->key);
}

void config_init(struct config *config)
{
	*config = (struct config) { 0 };
	for (size_t i = 0; i < ARRAY_LEN(config_items); i++)
		(void)config_set(
			config, i, config_items[i].def, NULL); /* a test parses every default */
}

void config_done(struct config *config)
{
	for (size_t i = 0; i < ARRAY_LEN(config->owned); i++)
		free(config->owned[i]);
	*config = (struct config) { 0 };
}

static char *trim(char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	size_t len = strlen(s);

	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t' || s[len - 1] == '\r'))
		s[--len] = 0;
	return s;
}

static bool line_is_text(struct bytes line, struct err *err)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] < 0x20 && line.data[i] != '\t' && line.data[i] != '\r')
			return err_set(err, ERR_INVALID, "control character at column %zu", i + 1);
	}
	return true;
}

/* What has been read of one file. */
struct config_reading {
	struct config *config;
	bool is_given[ARRAY_LEN(config_items)];
};

static bool config_pair(
	struct config_reading *in, const char *key, const char *value, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(config_items); i++) {
		if (!str_equal(config_items[i].key, key))
			continue;
		if (in->is_given[i])
			return err_set(err, ERR_INVALID, "'%s' is given twice", key);
		in->is_given[i] = true;
		return config_set(in->config, i, value, err);
	}
	err_set(err, ERR_INVALID, "unknown key '%s'", key);
	return err_hint(err, "specimend --print-config lists all keys");
}

static bool config_line(struct config_reading *in, char *line, struct err *err)
{
	char *text = trim(line);

	if (*text == 0 || *text == '#')
		return true;
	char *equals = strchr(text, '=');

	if (!equals)
		return err_set(err, ERR_INVALID, "there is no '='");
	*equals = 0;
	return config_pair(in, trim(text), trim(equals + 1), err);
}

bool config_parse(struct config *config, struct bytes text, struct err *err)
{
	struct config_reading in = { .config = config };
	unsigned line_no = 0;

	while (text.len > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.len);
		size_t len = end ? (size_t)(end - text.data) : text.len;
		AUTO(char_free) char *line = xstrndup((const char *)text.data, len);

		line_no++;
		if (!line_is_text(bytes_of(text.data, len), err) || !config_line(&in, line, err))
			return err_wrap(err, "line %u", line_no);
		size_t used = end ? len + 1 : len;

		text = bytes_of(text.data + used, text.len - used);
	}
	return true;
}

static bool read_whole(FILE *file, struct buf *out, struct err *err)
{
	size_t n;

	do {
		n = fread(buf_grow(out, 4096), 1, 4096, file);
		buf_cut(out, out->len - (4096 - n));
		if (out->len > CONFIG_FILE_MAX)
			return err_set(err, ERR_TOO_LARGE, "more than %d bytes", CONFIG_FILE_MAX);
	} while (n > 0);
	return ferror(file) ? err_set_errno(err, "read") : true;
}

bool config_load(struct config *config, const char *path, struct err *err)
{
	FILE *file = fopen(path, "re");

	if (!file) {
		err_set_errno(err, "configuration '%s'", path);
		if (err)
			err->code = ERR_NOT_FOUND;
		return false;
	}
	AUTO_BUF text = { 0 };
	bool ok = read_whole(file, &text, err) && config_parse(config, buf_bytes(&text), err);

	fclose(file);
	return ok || err_wrap(err, "configuration '%s'", path);
}

void config_print(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(config_items); i++) {
		const struct config_item *item = &config_items[i];

		buf_addf(out, "%s# %s", i ? "\n" : "", item->help);
		if (item->type == CONFIG_count)
			buf_addf(out, " (%llu to %llu)", (unsigned long long)item->min,
				(unsigned long long)item->max);
		buf_addf(out, "\n%s = %s\n", item->key, item->def);
	}
}
