/* Memory of one request or message: allocate at will, free nothing, reset at the end. */
#ifndef SPECIMEND_BASE_ARENA_H
#define SPECIMEND_BASE_ARENA_H

#include "daemon/base/bytes.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, struct bytes text); /* NUL added */
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct bytes arena_copy(struct arena *arena, struct bytes bytes);

#endif
