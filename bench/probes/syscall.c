/*
 * The cost of entering and leaving the kernel: getppid(2) in a loop, as in lmbench's "lat_syscall
 * null" and "perf bench syscall basic".
 * kind: kernel entry; audit: kernel
 * Compiled with -O2.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"

static const struct option options[] = {
	{CALLS_BATCH("syscall-batch", "number of system calls per event")},
	{.name = NULL},
};

static void
call_getppid(unsigned times)
{
	while (times--)
		syscall(SYS_getppid);
}

static const struct call calls[] = {{"null system call", call_getppid}, {NULL, NULL}};

static int
begin(void *self, const struct limits *limits)
{
	calls_begin(self, calls, limits);
	return 0;
}

WORKLOAD = {
	.name = "syscall",
	.title = "null system call (getppid), as perf bench syscall basic",
	.size = sizeof(struct calls),
	.options = options,
	.begin = begin,
	.end = calls_end,
	.reset = calls_reset,
	.execute = calls_execute,
	.mark = calls_mark,
	.metrics = calls_metrics,
};
