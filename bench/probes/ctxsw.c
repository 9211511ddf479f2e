/*
 * A round trip between two processes over two pipes, as "perf bench sched pipe" defines it, with a
 * byte instead of its int: each in turn writes and blocks until the other's byte arrives. One event
 * is one round trip: two switches when both run on one CPU, otherwise two wake-ups of another CPU.
 * kind: wake-ups; audit: kernel threads
 */

#include "channel.h"

static const struct option options[] = {
	{"ctxsw-cpus", OPTION_WORD(struct channel, placement.place), "any",
	 "where the processes run: on one CPU, on two, unbound {same,cross,any}"},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	(void)limits;
	return channel_begin(self, channel_pipes);
}

WORKLOAD = {
	.name = "ctxsw",
	.title = "context switches of two processes, as perf bench sched pipe",
	.size = sizeof(struct channel),
	.options = options,
	.begin = begin,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
