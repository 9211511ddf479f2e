/*
 * A byte between two processes over two pipes and back, as in lmbench's lat_pipe, or blocks of 64
 * KiB over one pipe, as in its bw_pipe.
 * kind: wake-ups; audit: kernel threads
 */

#include "channel.h"

static const struct option options[] = {
	{CHANNEL_MODE("pipe-mode")},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct channel *c = self;

	(void)limits;
	c->placement.place = PLACE_ANY;
	return channel_begin(c, channel_pipes);
}

WORKLOAD = {
	.name = "pipe",
	.title = "pipes between two processes, as lmbench lat_pipe, bw_pipe",
	.size = sizeof(struct channel),
	.options = options,
	.begin = begin,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
