/* Strict mode (contrib/udev/README.md) on the machine that this is: the guest of tests/system/run.
 */
#ifndef SPECIMEND_TESTS_SYSTEM_STRICT_H
#define SPECIMEND_TESTS_SYSTEM_STRICT_H

#include <stdbool.h>

/* Puts the rules in place as the README says. False: udev did not take them. */
bool strict_begin(void);

/* Each bus lets interfaces in only when it is told. */
bool strict_is_on(void);

/* As before; what is plugged in stays as it is. */
void strict_end(void);

#endif
