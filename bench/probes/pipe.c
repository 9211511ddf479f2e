/*
 * A byte between two processes over two pipes and back, as lmbench's lat_pipe, or blocks of 64 KiB
 * over one, as its bw_pipe.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "channel.h"
#include "log.h"

static const struct option options[] = {
	{"pipe-mode", OPTION_STRING, "latency",
	 "one byte there and back, or 64 KiB blocks one way {latency,bandwidth}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static int
connect_pipe(struct channel_end ends[2])
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC) < 0) {
		log_errno(LOG_FATAL, "Cannot make a pipe");
		return -1;
	}
	if (pipe2(back, O_CLOEXEC) < 0) {
		log_errno(LOG_FATAL, "Cannot make a pipe");
		close(there[0]);
		close(there[1]);
		return -1;
	}
	ends[0] = (struct channel_end){.in = back[0], .out = there[1]};
	ends[1] = (struct channel_end){.in = there[0], .out = back[1]};
	return 0;
}

static void *
create(const struct options *given)
{
	return channel_new(connect_pipe, given, "pipe-mode");
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
