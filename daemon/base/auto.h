/*
 * Locals that clean themselves: DEFINE_AUTO(type, free_function) once per type, then
 * AUTO(free_function) type *x = ...; calls free_function(x) at the end of the scope when x is not
 * NULL.
 */
#ifndef SPECIMEND_BASE_AUTO_H
#define SPECIMEND_BASE_AUTO_H

#include <stdlib.h>

#define DEFINE_AUTO(type, fn)                  \
	static inline void fn##_auto(type **p) \
	{                                      \
		if (*p)                        \
			fn(*p);                \
	}

#define AUTO(fn) __attribute__((cleanup(fn##_auto)))

/* Takes the pointer out of an AUTO local, so that it lives on. */
#define TAKE(p)                             \
	__extension__({                     \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})

static inline void char_free(char *p)
{
	free(p);
}
DEFINE_AUTO(char, char_free)

#endif
