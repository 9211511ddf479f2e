/*
 * TCP and UDP to a peer outside of this environment, as in netperf's TCP_RR, TCP_CRR, TCP_STREAM,
 * UDP_RR and UDP_STREAM: a byte there and back; the same with a new connection each time; 64 KiB
 * blocks one way; datagrams of 1472 bytes, which fill a frame.
 * kind: network; audit: network
 */
#include "net.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "log.h"
#include "runner.h"

enum { DATAGRAM = 1472, ATTEMPTS = 5, PATIENCE_S = 10 };

struct net;
struct line;

struct test {
	char asks;
	int (*event)(const struct net *net, struct line *line);
};

struct net {
	int number;	   /* of the test */
	const char *where; /* the peer is; "": not given */
	const struct test *test;
	struct sockaddr_in peer;
	_Atomic uint64_t received; /* bytes of datagrams that reached the peer */
};

/* A thread's connection to the peer. */
struct line {
	int tcp, udp;	    /* -1: none */
	uint64_t forgotten; /* bytes that the peer had received at the end of the warm-up */
	unsigned char sequence;
	char block[NET_BLOCK];
};

static const struct option options[] = {
	{"net-test", OPTION_WORD(struct net, number), "tcp-rr",
	 "a byte there and back, the same with a connection each, or one way "
	 "{tcp-rr,tcp-crr,tcp-stream,udp-rr,udp-stream}"},
	{"net-peer", OPTION_STRING(struct net, where), NULL,
	 "ADDRESS:PORT of the peer, which 'bench net serve' is; without it, SAMEBITS_PEER of the "
	 "environment"},
	{.name = NULL},
};

static void
set_patience(int fd, int seconds)
{
	const struct timeval patience = {.tv_sec = seconds};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* Returns -1 with errno on failure. */
static int
connect_peer(const struct net *net)
{
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	set_patience(fd, PATIENCE_S);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (const struct sockaddr *)&net->peer, sizeof(net->peer)) == 0 &&
	    write(fd, &net->test->asks, 1) == 1)
		return fd;
	if (errno == EINPROGRESS)
		errno = ETIMEDOUT;
	close(fd);
	return -1;
}

static int
tcp_rr(const struct net *net, struct line *line)
{
	(void)net;
	return write(line->tcp, line->block, 1) == 1 && read(line->tcp, line->block, 1) == 1 ? 0
											     : -1;
}

/* Ends the connection by a reset: otherwise it would keep its port for a minute. */
static int
tcp_crr(const struct net *net, struct line *line)
{
	const struct linger reset = {.l_onoff = 1};
	int fd = connect_peer(net), status;

	if (fd < 0)
		return -1;
	status = read(fd, line->block, 1) == 1 ? 0 : -1;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	return status;
}

static int
tcp_stream(const struct net *net, struct line *line)
{
	ssize_t n;

	(void)net;
	for (size_t left = NET_MESSAGE; left > 0; left -= (size_t)n) {
		n = write(line->tcp, line->block, left < NET_BLOCK ? left : NET_BLOCK);
		if (n <= 0)
			return -1;
	}
	return read(line->tcp, line->block, 1) == 1 ? 0 : -1;
}

/* A lost datagram is sent again after a second. A late answer does not count for the next one. */
static int
udp_rr(const struct net *net, struct line *line)
{
	(void)net;
	line->block[0] = (char)++line->sequence;
	for (int i = 0; i < ATTEMPTS; i++) {
		if (send(line->udp, line->block, 1, 0) < 0)
			continue;
		while (recv(line->udp, line->block + 1, 1, 0) == 1)
			if (line->block[1] == line->block[0])
				return 0;
	}
	return -1;
}

/* A datagram for which there is no buffer space is lost like any other. */
static int
udp_stream(const struct net *net, struct line *line)
{
	(void)net;
	return send(line->udp, line->block, DATAGRAM, 0) == DATAGRAM || errno == ENOBUFS ? 0 : -1;
}

/* In the order of the words of --net-test. */
static const struct test tests[] = {
	{NET_ECHO, tcp_rr},	{NET_CONNECT, tcp_crr},	    {NET_STREAM, tcp_stream},
	{NET_UDP_ECHO, udp_rr}, {NET_UDP_SINK, udp_stream},
};

/* The script that starts an environment passes the address of the peer, or "none: " and why there
 * is none. */
static int
begin(void *self, const struct limits *limits)
{
	struct net *net = self;
	const char *peer = net->where;

	(void)limits;
	net->test = &tests[net->number];

	if (!*peer)
		peer = getenv("SAMEBITS_PEER");
	if (!peer || !*peer)
		peer = "none: nobody says where; give --net-peer";
	if (net_address(peer, &net->peer) == 0)
		return 0;
	if (strncmp(peer, "none: ", 6) == 0)
		log_unavailable("no peer outside: %.200s", peer + 6);
	else
		log_text(LOG_FATAL, "Invalid value of net-peer: %.60s.", peer);
	return -1;
}

static int
serve(void *self)
{
	const struct net *net = self;

	return net_serve(net->where);
}

/* The peer sends the number of a port for datagrams. */
static int
open_udp(const struct net *net, struct line *line)
{
	struct sockaddr_in peer = net->peer;

	if (read(line->tcp, &peer.sin_port, 2) != 2)
		return -1;
	line->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (line->udp < 0)
		return -1;
	set_patience(line->udp, 1);
	return connect(line->udp, (const struct sockaddr *)&peer, sizeof(peer));
}

static int
open_line(const struct net *net, struct line *line)
{
	line->tcp = connect_peer(net);
	if (line->tcp < 0)
		return -1;
	if (net->test->asks == NET_UDP_ECHO || net->test->asks == NET_UDP_SINK)
		return open_udp(net, line);
	return 0;
}

static int
thread_init(void *self, struct thread *thread)
{
	struct line *line = thread->state;

	line->udp = -1;
	if (open_line(self, line) == 0)
		return 0;
	log_unavailable("the peer cannot be reached: %s", strerror(errno));
	return -1;
}

/* The bytes of datagrams that the peer has received; -1 with a message. */
static int
ask_received(struct line *line, uint64_t *bytes)
{
	if (write(line->tcp, line->block, 1) == 1 &&
	    read(line->tcp, bytes, sizeof(*bytes)) == sizeof(*bytes))
		return 0;
	log_errno(LOG_FATAL, "The peer did not say what it received");
	return -1;
}

static void
reset(void *self, struct thread *thread)
{
	const struct net *net = self;
	struct line *line = thread->state;

	if (net->test->asks == NET_UDP_SINK)
		ask_received(line, &line->forgotten);
}

static int
thread_done(void *self, struct thread *thread)
{
	struct net *net = self;
	struct line *line = thread->state;
	uint64_t bytes = 0;

	if (net->test->asks != NET_UDP_SINK)
		return 0;
	if (ask_received(line, &bytes) < 0)
		return -1;
	if (bytes == line->forgotten && thread->latency.count > 0) {
		log_text(LOG_FATAL, "None of the datagrams came to the peer");
		return -1;
	}
	net->received += bytes - line->forgotten;
	return 0;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct net *net = self;

	(void)event;
	if (net->test->event(net, thread->state) == 0)
		return 0;
	log_errno(LOG_FATAL, "The peer did not answer");
	return -1;
}

static void
thread_free(void *self, struct thread *thread)
{
	struct line *line = thread->state;

	(void)self;
	if (line->tcp >= 0)
		close(line->tcp);
	if (line->udp >= 0)
		close(line->udp);
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct net *net = self;
	double events = (double)totals->events, sent = events * DATAGRAM,
	       came = (double)net->received;

	switch (net->test->asks) {
	case NET_CONNECT:
		out[0] = (struct metric){"connections", "/s", events / totals->seconds, true};
		return 1;
	case NET_STREAM:
		out[0] = (struct metric){"bandwidth", "MB/s",
					 events * NET_MESSAGE / totals->seconds / 1e6, true};
		return 1;
	case NET_UDP_SINK:
		/* Only the value at the end is requested from the peer. */
		if (net->received == 0)
			return 0;
		out[0] = (struct metric){"bandwidth", "MB/s", came / totals->seconds / 1e6, true};
		out[1] = (struct metric){"lost", "%", 100 * (1 - came / sent), false};
		return 2;
	default:
		out[0] = (struct metric){"round trip", "us", mean_us(totals), false};
		return 1;
	}
}

WORKLOAD = {
	.name = "net",
	.title = "TCP and UDP to a peer outside, as netperf TCP_RR, TCP_STREAM, UDP_RR",
	.size = sizeof(struct net),
	.thread_size = sizeof(struct line),
	.options = options,
	.serve = serve,
	.begin = begin,
	.thread_init = thread_init,
	.thread_done = thread_done,
	.thread_free = thread_free,
	.reset = reset,
	.execute = execute,
	.metrics = metrics,
};
