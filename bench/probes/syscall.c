/*
 * The cost of entering and leaving the kernel: getppid(2) in a loop, as lmbench's "lat_syscall
 * null" and "perf bench syscall basic" define it.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"

static const struct option options[] = {
	{"syscall-batch", OPTION_INT, "1000", "number of system calls per event"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static void
call_getppid(unsigned times)
{
	while (times--)
		syscall(SYS_getppid);
}

static const struct call calls[] = {{"null system call", call_getppid}, {NULL, NULL}};

static void *
create(const struct options *given)
{
	return calls_new(calls, given, "syscall-batch");
}

const struct workload workload_syscall = {
	.name = "syscall",
	.title = "null system call (getppid), as perf bench syscall basic",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.reset = calls_reset,
	.execute = calls_execute,
	.mark = calls_mark,
	.metrics = calls_metrics,
};
