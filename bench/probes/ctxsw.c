/*
 * A round trip between two processes over two pipes, as "perf bench sched pipe" defines it, with a
 * byte for its int: each in turn writes and blocks until the other's byte arrives. One event is one
 * round trip, so two switches when both run on one CPU, and two wake-ups of another CPU when not.
 */
#include <stdlib.h>

#include "channel.h"

static const struct option options[] = {
	{"ctxsw-cpus", OPTION_STRING, "any",
	 "where the processes run: on one CPU, on two, unbound {same,cross,any}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static void *
create(const struct options *given)
{
	return channel_new(channel_pipes, given, NULL, "ctxsw-cpus");
}

const struct workload workload_ctxsw = {
	.name = "ctxsw",
	.title = "context switches of two processes, as perf bench sched pipe",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
