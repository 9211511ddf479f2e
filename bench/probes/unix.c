/*
 * A byte between two processes over a local socket and back, as lmbench's lat_unix, or blocks of 64
 * KiB, as its bw_unix.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "channel.h"
#include "log.h"

static const struct option options[] = {
	{"unix-mode", OPTION_STRING, "latency",
	 "one byte there and back, or 64 KiB blocks one way {latency,bandwidth}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static int
connect_unix(struct channel_end ends[2])
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		log_unavailable("socketpair: %s", strerror(errno));
		return -1;
	}
	for (int i = 0; i < 2; i++)
		ends[i] = (struct channel_end){.in = pair[i], .out = pair[i]};
	return 0;
}

static void *
create(const struct options *given)
{
	return channel_new(connect_unix, given, "unix-mode", NULL);
}

const struct workload workload_unix = {
	.name = "unix",
	.title = "local sockets between two processes, as lmbench lat_unix, bw_unix",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
