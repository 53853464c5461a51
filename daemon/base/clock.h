/* The two clocks. A loop takes its clock from a test, so nothing else calls these for deadlines. */
#ifndef SPECIMEND_BASE_CLOCK_H
#define SPECIMEND_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void); /* for deadlines; goes on while the machine is suspended */
int64_t clock_real_us(void); /* microseconds since 1970 UTC, for evidence */

#endif
