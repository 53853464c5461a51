/* The keyboard that the bench makes for pass-through, as a program in front of the desktop reads
 * it. */
#ifndef SPECIMEND_TESTS_SYSTEM_TYPIST_H
#define SPECIMEND_TESTS_SYSTEM_TYPIST_H

#include <stdbool.h>

/* Opens it as a desktop does, when it is there. */
bool typist_is_here(void);

/* Reads what was typed meanwhile. False: it is gone. */
bool typist_read(void);

/* What was: digits, and Enter as a line's end; anything else "?". Valid until the next call. */
const char *typist_typed(void);
void typist_forget(void);

/* Forgets it all. */
void typist_close(void);

#endif
