/*
 * The cost of entering and leaving the kernel: getppid(2) in a loop, as lmbench's "lat_syscall
 * null" and "perf bench syscall basic" define it. One event is a batch of calls, so that reading
 * the clock does not count.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "runner.h"

static const struct option options[] = {
	{"syscall-batch", OPTION_INT, "1000", "number of system calls per event"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

struct null_call {
	int batch;
};

static void *
create(const struct options *given)
{
	int batch = options_int(given, "syscall-batch");
	struct null_call *n;

	if (batch <= 0) {
		log_text(LOG_FATAL, "Invalid value of syscall-batch: %d.", batch);
		return NULL;
	}
	n = malloc(sizeof(*n));
	if (!n) {
		log_errno(LOG_FATAL, "No memory for the syscall test");
		return NULL;
	}
	n->batch = batch;
	return n;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct null_call *n = self;

	(void)thread;
	(void)event;
	for (int i = 0; i < n->batch; i++)
		syscall(SYS_getppid);
	return 0;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct null_call *n = self;

	out[0] = (struct metric){
		.name = "null system call",
		.unit = "ns",
		.value = (double)totals->latency.sum / (double)totals->events / n->batch,
	};
	return 1;
}

const struct workload workload_syscall = {
	.name = "syscall",
	.probe = true,
	.title = "cost of a null system call (getppid)",
	.options = options,
	.create = create,
	.destroy = free,
	.execute = execute,
	.metrics = metrics,
};
