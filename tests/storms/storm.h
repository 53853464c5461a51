/* What the storms share: codes, seeds, numbers from the environment, the last line. */
#ifndef SPECIMEND_TESTS_STORMS_STORM_H
#define SPECIMEND_TESTS_STORMS_STORM_H

#include <jansson.h>
#include <stddef.h>

#include "daemon/loop/loop.h"

#define STORM_CODE_LEN 12u

/* The code that a scanner (0 to 99) reads as its scan of that number: no two are the same. */
void storm_code(unsigned scanner, unsigned long scan, char out[STORM_CODE_LEN + 1]);

/* A number of the environment: from 1 to max, or the standard one; anything else ends the program.
 */
unsigned long storm_number(const char *name, unsigned long standard, unsigned long max);

/* The program ends with a message: the storm cannot be made. */
__attribute__((noreturn, format(printf, 1, 2))) void storm_fail(const char *format, ...);

/* The same seed, the same dice. SPECIMEND_SEED, or the time; it is printed. */
void storm_seed(void);
unsigned storm_roll(unsigned below); /* below 1 or more */

/* Passes until it is so; it hangs when it is not in time, and the program ends. */
void storm_step_until(struct loop *loop, bool (*is_so)(void), int64_t ms);

int64_t storm_now_us(void);

/* Of RUSAGE_SELF, or of RUSAGE_CHILDREN that have ended. */
double storm_processor_s(int who);

/* A new directory for sockets. */
void storm_dir_make(char *out, size_t room);

/* An entry of a bench's list of devices. */
json_t *storm_device(int64_t device_id, const char *identity, const char *protocol);

/* Prints "1 passed, 0 failed" or the contrary; the exit status. */
int storm_end(bool ok);

#endif
