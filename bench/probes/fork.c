/*
 * The cost of a process: fork(2), the child's _exit(2) and waiting for it, as in lmbench's
 * "lat_proc fork". --fork-memory gives the parent pages whose tables must be copied; they stay
 * small pages, so that a size means the same work everywhere.
 * kind: processes; audit: kernel
 */
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "pages.h"
#include "runner.h"

struct forking {
	uint64_t bytes;
	void *memory;
};

static const struct option options[] = {
	{"fork-memory", OPTION_SIZE(struct forking, bytes), "0",
	 "memory that the parent has written to"},
	{.name = NULL},
};

static int
open_memory(void *self)
{
	struct forking *f = self;

	if (f->bytes == 0)
		return 0;
	if (pages_afford(f->bytes, 1) < 0)
		return -1;
	f->memory = pages_map(f->bytes, false);
	if (!f->memory) {
		log_errno(LOG_FATAL, "No memory of %llu bytes", (unsigned long long)f->bytes);
		return -1;
	}
	memset(f->memory, 1, f->bytes);
	return 0;
}

static void
end(void *self)
{
	struct forking *f = self;

	if (f->memory)
		pages_unmap(f->memory, f->bytes);
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	pid_t pid = fork();

	(void)self;
	(void)thread;
	(void)event;
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		return child_reap(pid);
	log_errno(LOG_FATAL, "Cannot fork");
	return -1;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	(void)self;
	out[0] = (struct metric){"fork, exit and wait", "us", mean_us(totals), false};
	return 1;
}

WORKLOAD = {
	.name = "fork",
	.title = "process creation, as lmbench lat_proc fork",
	.size = sizeof(struct forking),
	.options = options,
	.end = end,
	.open = open_memory,
	.execute = execute,
	.metrics = metrics,
	.check = child_check,
};
