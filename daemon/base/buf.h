/*
 * A growing run of bytes. Always NUL-terminated behind its length, so that text in it can be read
 * as a C string (NUL bytes inside are the caller's affair).
 */
#ifndef SPECIMEND_BASE_BUF_H
#define SPECIMEND_BASE_BUF_H

#include "daemon/base/bytes.h"

struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
};

void buf_init(struct buf *buf);  /* the zero value is as good */
void buf_done(struct buf *buf);  /* frees and zeroes */
void buf_reset(struct buf *buf); /* length 0, memory kept */

/* What is added must not lie in the buffer itself: growing moves it. */
void buf_add(struct buf *buf, struct bytes bytes);
void buf_add_mem(struct buf *buf, const void *data, size_t len);
void buf_add_byte(struct buf *buf, uint8_t byte);
void buf_add_str(struct buf *buf, const char *s);
void buf_addf(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Room for len more bytes at the end, filled by the caller; adds them to the length. */
uint8_t *buf_grow(struct buf *buf, size_t len);

/* Keeps the first len bytes (all if there are fewer): gives back what buf_grow did not need. */
void buf_cut(struct buf *buf, size_t len);

/* Drops len bytes from the front (all if len is larger). */
void buf_drop(struct buf *buf, size_t len);

struct bytes buf_bytes(const struct buf *buf);
const char *buf_str(const struct buf *buf); /* "" when empty */
char *buf_take_str(struct buf *buf);        /* the text, yours; the buffer is empty afterwards */

static inline void buf_auto(struct buf *buf)
{
	buf_done(buf);
}
/* AUTO_BUF x = { 0 }; */
#define AUTO_BUF __attribute__((cleanup(buf_auto))) struct buf

#endif
