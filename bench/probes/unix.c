/*
 * A byte between two processes over a local socket and back, as in lmbench's lat_unix, or blocks of
 * 64 KiB, as in its bw_unix.
 * kind: wake-ups; audit: kernel threads
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "channel.h"
#include "log.h"

static const struct option options[] = {
	{CHANNEL_MODE("unix-mode")},
	{.name = NULL},
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

static int
begin(void *self, const struct limits *limits)
{
	struct channel *c = self;

	(void)limits;
	c->placement.place = PLACE_ANY;
	return channel_begin(c, connect_unix);
}

WORKLOAD = {
	.name = "unix",
	.title = "local sockets between two processes, as lmbench lat_unix, bw_unix",
	.size = sizeof(struct channel),
	.options = options,
	.begin = begin,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
