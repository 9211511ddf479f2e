/*
 * A byte between two processes over two pipes and back, as lmbench's lat_pipe, or blocks of 64 KiB
 * over one, as its bw_pipe.
 */
#include <stdlib.h>

#include "channel.h"

static const struct option options[] = {
	{"pipe-mode", OPTION_STRING, "latency",
	 "one byte there and back, or 64 KiB blocks one way {latency,bandwidth}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static void *
create(const struct options *given)
{
	return channel_new(channel_pipes, given, "pipe-mode", NULL);
}

const struct workload workload_pipe = {
	.name = "pipe",
	.title = "pipes between two processes, as lmbench lat_pipe, bw_pipe",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
