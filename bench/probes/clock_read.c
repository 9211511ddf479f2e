/*
 * The cost of reading the time: clock_gettime(CLOCK_MONOTONIC) through the C library, which does
 * not enter the kernel if the clock source allows that (vDSO); the same by the system call; and the
 * time stamp counter alone. The first is what stress-ng's vdso stressor measures. If the first is
 * as slow as the second, the clock source cannot be read from user space.
 * kind: kernel entry; audit: kernel
 * Compiled with -O2.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "calls.h"
#include "tsc.h"

static const struct option options[] = {
	{CALLS_BATCH("clock-batch", "number of readings of each kind per event")},
	{.name = NULL},
};

static void
read_by_library(unsigned times)
{
	struct timespec t;

	while (times--)
		clock_gettime(CLOCK_MONOTONIC, &t);
}

static void
read_by_kernel(unsigned times)
{
	struct timespec t;

	while (times--)
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
}

static void
read_counter(unsigned times)
{
	while (times--)
		__rdtsc();
}

static const struct call calls[] = {
	{"clock_gettime", read_by_library},
	{"clock_gettime by system call", read_by_kernel},
	{"rdtsc", read_counter},
	{NULL, NULL},
};
static const struct call without_tsc[] = {
	{"clock_gettime", read_by_library},
	{"clock_gettime by system call", read_by_kernel},
	{NULL, NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	calls_begin(self, tsc_allowed() ? calls : without_tsc, limits);
	return 0;
}

WORKLOAD = {
	.name = "clock",
	.title = "reading the clock, as stress-ng --vdso",
	.size = sizeof(struct calls),
	.options = options,
	.begin = begin,
	.end = calls_end,
	.reset = calls_reset,
	.execute = calls_execute,
	.mark = calls_mark,
	.metrics = calls_metrics,
};
