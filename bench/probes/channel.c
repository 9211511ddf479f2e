#include "channel.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocate.h"
#include "log.h"

/* lmbench, too, transfers 10 MiB at a time. Less would stay in the caches, unlike a stream. */
enum { BLOCK = 64 << 10, MESSAGE = 10 << 20 };

struct peer {
	struct channel_end here, there;
	pid_t process;
	char block[BLOCK];
};

int
channel_begin(struct channel *c, channel_connect *connect)
{
	c->connect = connect;
	c->message = c->bandwidth ? MESSAGE : 1;
	return placement_find(&c->placement);
}

int
channel_pipes(struct channel_end ends[2])
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

static void
close_end(struct channel_end end)
{
	if (end.in >= 0)
		close(end.in);
	if (end.out >= 0 && end.out != end.in)
		close(end.out);
}

/* Answers each complete message by a byte, until there are no more. */
static void
answer(struct peer *peer, size_t message)
{
	size_t got = 0;
	ssize_t n;

	while ((n = read(peer->there.in, peer->block,
			 message - got < BLOCK ? message - got : BLOCK)) > 0) {
		got += (size_t)n;
		if (got < message)
			continue;
		got = 0;
		if (write(peer->there.out, peer->block, 1) != 1)
			break;
	}
}

/*
 * Another worker's peer may hold copies of these descriptors, so a peer may not see their end when
 * bench is killed: it is killed with the thread that started it.
 */
static int
start(struct peer *peer, size_t message)
{
	pid_t self = getpid();

	peer->process = fork();
	if (peer->process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_end(peer->here);
		if (getppid() == self)
			answer(peer, message);
		_exit(0);
	}
	if (peer->process > 0) {
		close_end(peer->there);
		peer->there = (struct channel_end){-1, -1};
		return 0;
	}
	log_errno(LOG_FATAL, "Cannot fork");
	return -1;
}

int
channel_thread_init(void *self, struct thread *thread)
{
	const struct channel *c = self;
	struct channel_end ends[2];
	struct peer *peer = allocate(1, sizeof(*peer));

	if (c->connect(ends) < 0) {
		free(peer);
		return -1;
	}
	peer->here = ends[0];
	peer->there = ends[1];
	thread->state = peer;
	if (placement_bind(&c->placement, thread->id, 1) < 0 || start(peer, c->message) < 0)
		return -1;
	return placement_bind(&c->placement, thread->id, 0);
}

static int
send_message(struct peer *peer, size_t left)
{
	ssize_t n;

	for (; left > 0; left -= (size_t)n) {
		n = write(peer->here.out, peer->block, left < BLOCK ? left : BLOCK);
		if (n <= 0)
			return -1;
	}
	return 0;
}

int
channel_execute(void *self, struct thread *thread, struct event *event)
{
	const struct channel *c = self;
	struct peer *peer = thread->state;

	(void)event;
	if (send_message(peer, c->message) == 0 && read(peer->here.in, peer->block, 1) == 1)
		return 0;
	log_errno(LOG_FATAL, "The other process did not answer");
	return -1;
}

void
channel_thread_free(void *self, struct thread *thread)
{
	struct peer *peer = thread->state;

	(void)self;
	if (!peer)
		return;
	if (peer->process > 0) {
		kill(peer->process, SIGKILL);
		waitpid(peer->process, NULL, 0);
	}
	close_end(peer->here);
	close_end(peer->there);
	free(peer);
}

unsigned
channel_metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct channel *c = self;

	if (c->message == 1)
		out[0] = (struct metric){"round trip", "us", mean_us(totals), false};
	else
		out[0] = (struct metric){"bandwidth", "MB/s", MESSAGE / mean_us(totals), true};
	return 1;
}
