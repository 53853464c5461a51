/* Hex files of real devices. */
#include "tests/scanners/samples.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/check.h"

static void hex_add_bytes(struct buf *out, struct bytes hex)
{
	AUTO_BUF digits = { 0 };
	struct err err = { 0 };

	for (size_t i = 0; i < hex.len; i++) {
		if (hex.data[i] != ' ')
			buf_add_byte(&digits, hex.data[i]);
	}
	if (hex_decode(buf_bytes(&digits), out, &err))
		return;
	fprintf(stderr, "%s in '%s'\n", err.message, buf_str(&digits));
	exit(1);
}

void hex_add(struct buf *out, const char *hex)
{
	hex_add_bytes(out, bytes_of_str(hex));
}

void samples_read(struct samples *out, const char *name)
{
	AUTO(char_free) char *path = xasprintf("tests/data/scanners/%s", name);
	size_t len;
	AUTO(char_free) char *text = check_read_file(path, &len);
	char *rest = text;

	*out = (struct samples) { 0 };
	for (char *line = strtok_r(rest, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		size_t before = out->all.len;

		if (line[0] == '#')
			continue;
		if (out->count == SAMPLES_MAX) {
			fprintf(stderr, "%s has more than %d records\n", name, SAMPLES_MAX);
			exit(1);
		}
		hex_add(&out->all, line);
		out->len[out->count++] = out->all.len - before;
	}
}

void samples_done(struct samples *samples)
{
	buf_done(&samples->all);
}

struct bytes samples_get(const struct samples *samples, size_t index)
{
	size_t at = 0;

	for (size_t i = 0; i < index; i++)
		at += samples->len[i];
	return bytes_of(samples->all.data + at, samples->len[index]);
}
