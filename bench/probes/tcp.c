/*
 * A byte between two processes over the loopback interface and back, as in lmbench's lat_tcp to
 * localhost, or blocks of 64 KiB, as in its bw_tcp. Nothing is delayed to be sent together with
 * later data (TCP_NODELAY).
 * kind: network; audit: kernel threads
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "log.h"

static const struct option options[] = {
	{CHANNEL_MODE("tcp-mode")},
	{.name = NULL},
};

/* Creates both sockets of a connection to this process; -1 with errno. */
static int
connect_loopback(int listener, int pair[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	const int on = 1;

	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) < 0)
		return -1;
	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pair[0] < 0)
		return -1;
	pair[1] = -1;
	if (connect(pair[0], (struct sockaddr *)&address, size) == 0)
		pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair[1] < 0) {
		close(pair[0]);
		return -1;
	}
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return 0;
}

static int
connect_tcp(struct channel_end ends[2])
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2];

	if (listener < 0 || connect_loopback(listener, pair) < 0) {
		log_unavailable("a connection to 127.0.0.1: %s", strerror(errno));
		if (listener >= 0)
			close(listener);
		return -1;
	}
	close(listener);
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
	return channel_begin(c, connect_tcp);
}

WORKLOAD = {
	.name = "tcp",
	.title = "TCP over loopback, as lmbench lat_tcp, bw_tcp",
	.size = sizeof(struct channel),
	.options = options,
	.begin = begin,
	.thread_init = channel_thread_init,
	.execute = channel_execute,
	.thread_free = channel_thread_free,
	.metrics = channel_metrics,
};
