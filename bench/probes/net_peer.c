#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "allocate.h"
#include "log.h"
#include "net.h"

int
net_address(const char *text, struct sockaddr_in *address)
{
	const char *colon = strchr(text, ':');
	char host[16], *end;
	unsigned long port;

	if (!colon || colon - text >= (ptrdiff_t)sizeof(host) || colon[1] < '0' || colon[1] > '9')
		return -1;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	port = strtoul(colon + 1, &end, 10);
	if (*end || port > 65535 || inet_aton(host, &address->sin_addr) == 0)
		return -1;
	address->sin_family = AF_INET;
	address->sin_port = htons((uint16_t)port);
	return 0;
}

/* Forks a process that ends with its parent; returns its number in the parent. */
static pid_t
part(void)
{
	pid_t self = getpid(), child = fork();

	if (child != 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != self)
		_exit(1);
	return 0;
}

/* Answers each `message` bytes by one byte. */
static void
serve_stream(int fd, size_t message)
{
	static char block[NET_BLOCK];
	size_t left = message;
	ssize_t n;

	while ((n = read(fd, block, left < NET_BLOCK ? left : NET_BLOCK)) > 0) {
		left -= (size_t)n;
		if (left > 0)
			continue;
		left = message;
		if (write(fd, block, 1) != 1)
			break;
	}
}

static _Noreturn void
serve_datagrams(int udp, bool echo, _Atomic uint64_t *bytes)
{
	static char block[NET_BLOCK];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(udp, block, sizeof(block), 0, (struct sockaddr *)&from, &size)) >= 0) {
		*bytes += (uint64_t)n;
		if (echo)
			sendto(udp, block, (size_t)n, 0, (const struct sockaddr *)&from, size);
	}
	_exit(1);
}

/* Waits until no more datagrams are queued to be counted. */
static uint64_t
count(int udp, const _Atomic uint64_t *bytes)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int waits;

	while (ioctl(udp, FIONREAD, &waits) == 0 && waits > 0)
		nanosleep(&pause, NULL);
	return *bytes;
}

/* A socket for datagrams at the connection's local address, whose port is sent over the connection;
 * -1: none. */
static int
open_udp(int fd)
{
	struct sockaddr_in here;
	socklen_t size = sizeof(here);
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (udp < 0 || getsockname(fd, (struct sockaddr *)&here, &size) < 0)
		return -1;
	here.sin_port = 0;
	if (bind(udp, (struct sockaddr *)&here, size) < 0 ||
	    getsockname(udp, (struct sockaddr *)&here, &size) < 0 ||
	    write(fd, &here.sin_port, 2) != 2)
		return -1;
	return udp;
}

/* Separate processes read the connection and the datagrams, so that a datagram costs one call. */
static void
serve_udp(int fd, bool echo)
{
	_Atomic uint64_t *bytes = allocate_shared(sizeof(*bytes));
	int udp = open_udp(fd);
	pid_t other;
	char c;

	if (udp < 0 || (other = part()) < 0)
		return;
	if (other == 0)
		serve_datagrams(udp, echo, bytes);
	while (read(fd, &c, 1) == 1) {
		uint64_t sum = count(udp, bytes);

		if (write(fd, &sum, sizeof(sum)) != sizeof(sum))
			break;
	}
}

static _Noreturn void
serve_one(int fd, char asks)
{
	const struct timeval forever = {0};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever));
	if (asks == NET_ECHO || asks == NET_STREAM)
		serve_stream(fd, asks == NET_ECHO ? 1 : NET_MESSAGE);
	else if (asks == NET_UDP_ECHO || asks == NET_UDP_SINK)
		serve_udp(fd, asks == NET_UDP_ECHO);
	_exit(0);
}

/* A connection with a single question is answered here, others in a child process. */
static void
answer(int fd)
{
	const struct timeval second = {.tv_sec = 1};
	const int on = 1;
	char asks;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	if (read(fd, &asks, 1) != 1)
		return;
	if (asks == NET_CONNECT) {
		if (write(fd, &asks, 1) < 0)
			return;
	} else if (part() == 0) {
		serve_one(fd, asks);
	}
}

static int
listen_at(struct sockaddr_in *here)
{
	socklen_t size = sizeof(*here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)here, size) == 0 && listen(fd, 128) == 0 &&
	    getsockname(fd, (struct sockaddr *)here, &size) == 0)
		return fd;
	log_errno(LOG_FATAL, "Cannot listen at net-peer");
	return -1;
}

int
net_serve(const char *where)
{
	struct sockaddr_in here;
	int listener, fd;

	if (net_address(where, &here) < 0) {
		log_text(LOG_FATAL, "Invalid value of net-peer: %.60s.", where);
		return -1;
	}
	listener = listen_at(&here);
	if (listener < 0)
		return -1;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	printf("%d\n", ntohs(here.sin_port));
	fclose(stdout);
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 || errno == EINTR ||
	       errno == ECONNABORTED) {
		if (fd < 0)
			continue;
		answer(fd);
		close(fd);
	}
	log_errno(LOG_FATAL, "Cannot take connections");
	return -1;
}
