/*
 * Allocation that does not return NULL: out of memory ends the process (STYLE.md rule 14).
 * Sizes that come from outside are checked against a named limit before they reach here.
 */
#ifndef SPECIMEND_BASE_XALLOC_H
#define SPECIMEND_BASE_XALLOC_H

#include <stdarg.h>
#include <stddef.h>

#include "daemon/base/bytes.h"

_Noreturn void xalloc_fail(void); /* what happens when there is no memory */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t max);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
