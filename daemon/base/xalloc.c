/* Allocation that ends the process rather than return NULL. */
#include "daemon/base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void xalloc_fail(void)
{
	fputs("out of memory\n", stderr);
	abort();
}

static void *checked(void *p)
{
	if (!p)
		xalloc_fail();
	return p;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return checked(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t max)
{
	return checked(strndup(s, max));
}

char *xasprintf(const char *fmt, ...)
{
	char *out = NULL;
	va_list args;

	va_start(args, fmt);
	int n = vasprintf(&out, fmt, args);
	va_end(args);
	return checked(n < 0 ? NULL : out);
}
