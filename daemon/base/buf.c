/* A growing run of bytes. */
#include "daemon/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"

void buf_init(struct buf *buf)
{
	*buf = (struct buf) { 0 };
}

void buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf) { 0 };
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = 0;
}

static void buf_reserve(struct buf *buf, size_t more)
{
	if (more > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4)
		xalloc_fail(); /* before sums and doubling overflow */
	size_t need = buf->len + more + 1;

	if (need <= buf->cap)
		return;
	size_t cap = buf->cap ? buf->cap : 64;

	while (cap < need)
		cap *= 2;
	buf->data = xrealloc(buf->data, cap);
	buf->cap = cap;
}

uint8_t *buf_grow(struct buf *buf, size_t len)
{
	buf_reserve(buf, len);
	uint8_t *at = buf->data + buf->len;

	buf->len += len;
	buf->data[buf->len] = 0;
	return at;
}

void buf_add_mem(struct buf *buf, const void *data, size_t len)
{
	if (len > 0)
		memcpy(buf_grow(buf, len), data, len);
}

void buf_add(struct buf *buf, struct bytes bytes)
{
	buf_add_mem(buf, bytes.data, bytes.len);
}

void buf_add_byte(struct buf *buf, uint8_t byte)
{
	*buf_grow(buf, 1) = byte;
}

void buf_add_str(struct buf *buf, const char *s)
{
	buf_add_mem(buf, s, strlen(s));
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	va_list args;
	va_list again;

	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);

	if (n > 0) {
		buf_reserve(buf, (size_t)n);
		(void)vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, fmt, again);
		buf->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
}

void buf_cut(struct buf *buf, size_t len)
{
	if (len >= buf->len)
		return;
	buf->len = len;
	buf->data[len] = 0;
}

void buf_drop(struct buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf_reset(buf);
		return;
	}
	memmove(buf->data, buf->data + len, buf->len - len + 1);
	buf->len -= len;
}

struct bytes buf_bytes(const struct buf *buf)
{
	return bytes_of(buf->data, buf->len);
}

const char *buf_str(const struct buf *buf)
{
	return buf->data ? (const char *)buf->data : "";
}

char *buf_take_str(struct buf *buf)
{
	char *s = buf->data ? (char *)buf->data : xstrdup("");

	*buf = (struct buf) { 0 };
	return s;
}
