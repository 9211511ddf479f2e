/* The processor's time stamp counter, which a process may be forbidden to read: prctl(2),
 * PR_SET_TSC. Then rdtsc kills it, and so may clock_gettime(2), which reads the counter in user
 * space. */
#ifndef TSC_H
#define TSC_H

#include <stdbool.h>
#include <sys/prctl.h>

static inline bool
tsc_allowed(void)
{
	int mode;

	return prctl(PR_GET_TSC, &mode) < 0 || mode != PR_TSC_SIGSEGV;
}

#endif
