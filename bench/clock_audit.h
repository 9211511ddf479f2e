/* Whether the clock can be trusted: the cost of reading it, and whether it agrees with the TSC. */
#ifndef CLOCK_AUDIT_H
#define CLOCK_AUDIT_H

#include <stdbool.h>

#include "clock_mark.h"

/* Whether there is a clock at all; without the counter there may be none. Ask this first. */
bool clock_usable(void);

/* The shortest time that one reading of CLOCK_MONOTONIC takes, in nanoseconds. */
double clock_read_ns(void);

/*
 * The TSC's frequency by CLOCK_MONOTONIC, measured once, over 20 ms or more: from
 * clock_audit_begin() to the first call, which waits when that was not long ago.
 */
void clock_audit_begin(void);
double clock_tsc_mhz(void); /* NaN: reading it is forbidden, as below */

/*
 * How much faster CLOCK_MONOTONIC ran relative to the TSC between two marks than when the frequency
 * was measured, in parts per million. This shows a clock that jumps or is invented; an adjusted
 * clock (adjtimex(2)) is at most 500 ppm off.
 */
double clock_drift_ppm(const struct clock_mark *begin, const struct clock_mark *end);

#endif
