/* A list of blocks; a request that does not fit gets a block of its own. */
#include "daemon/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"

#define ARENA_BLOCK_BYTES 4096

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

struct arena {
	struct block *blocks;
};

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void arena_reset(struct arena *arena)
{
	while (arena->blocks) {
		struct block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t align = alignof(max_align_t);
	if (size > SIZE_MAX / 2)
		xalloc_fail(); /* before the sums overflow */
	size_t need = (size + align - 1) / align * align;
	struct block *block = arena->blocks;

	if (!block || block->size - block->used < need) {
		size_t room = need > ARENA_BLOCK_BYTES ? need : ARENA_BLOCK_BYTES;

		block = xcalloc(1, sizeof(*block) + room);
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	void *at = block->data + block->used;

	block->used += need;
	return at;
}

struct bytes arena_copy(struct arena *arena, struct bytes bytes)
{
	uint8_t *at = arena_alloc(arena, bytes.len + 1);

	if (bytes.len > 0)
		memcpy(at, bytes.data, bytes.len);
	return bytes_of(at, bytes.len);
}

char *arena_strndup(struct arena *arena, struct bytes text)
{
	char *at = arena_alloc(arena, text.len + 1);

	if (text.len > 0)
		memcpy(at, text.data, text.len);
	return at;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_strndup(arena, bytes_of_str(s));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	va_list again;

	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	size_t size = n > 0 ? (size_t)n + 1 : 1;
	char *at = arena_alloc(arena, size);

	(void)vsnprintf(at, size, fmt, again);
	va_end(again);
	va_end(args);
	return at;
}
