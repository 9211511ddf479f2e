/*
 * Waking threads by futex(2), private to the process. In the mode "ping-pong" one event is a round
 * trip between two threads that wake each other. In the mode "wake" one event wakes a number of
 * waiting threads, one after another; its time is the waker's, until the kernel has found all of
 * them. That is "perf bench futex wake" with its habits: the threads are created anew for each
 * event, end when they are woken, are bound to all CPUs in turn (unless --futex-cpus says
 * otherwise), and have waited for 100 ms, so that CPUs sleep and caches are cold. A separate metric
 * is the time at which the last of them ran.
 * kind: wake-ups; audit: kernel threads
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "log.h"
#include "placement.h"
#include "runner.h"

struct futex {
	struct placement placement;
	unsigned wake; /* a word, otherwise ping-pong */
	unsigned waiters, pause_ms;
	struct timespec pause;
	unsigned workers;
	/* One per worker: its events, and the sum of the times until the last waiter ran. */
	struct tally {
		_Atomic uint64_t events, ran_ns;
	} * tallies;
};

static const struct option options[] = {
	{"futex-mode", OPTION_WORD(struct futex, wake), "ping-pong",
	 "a round trip between two threads, or waking many {ping-pong,wake}"},
	{"futex-cpus", OPTION_WORD(struct futex, placement.place), "any",
	 "where the threads run: on one CPU, the waker on its own, anywhere {same,cross,any}"},
	{"futex-waiters", OPTION_INT(struct futex, waiters), "0",
	 "number of threads to wake, 0 for one for each CPU"},
	{"futex-pause", OPTION_INT(struct futex, pause_ms), "100",
	 "milliseconds before they are woken"},
	{.name = NULL},
};

/* The values of the word: the worker's partners wait, one must answer, or they must end. */
enum { WAIT, ANSWER, END };

/* A worker and its partners. */
struct group {
	_Atomic uint32_t word;
	char apart[256];
	const struct placement *placement;
	unsigned worker;
	atomic_uint bound, ran; /* waiters, in this event */
	atomic_bool unbound;	/* one could not be bound */
	uint64_t last_ran_ns;	/* when the last of them ran */
	unsigned waiters, started;
	pthread_t ids[];
};

static long
futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
	return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/*
 * Counts the waiters: moving them from a futex to itself only counts them. The number is bounded,
 * since gVisor loops: it moves a waiter again that has reached the end.
 */
static long
count_waiters(struct group *g)
{
	return syscall(SYS_futex, &g->word, FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 0,
		       (void *)(uintptr_t)(g->waiters + 1), &g->word, WAIT);
}

static int
begin(void *self, const struct limits *limits)
{
	struct futex *f = self;

	f->workers = limits->threads;
	f->tallies = allocate(f->workers, sizeof(f->tallies[0]));
	if (placement_find(&f->placement) < 0)
		return -1;
	if (f->wake && f->placement.place == PLACE_ANY)
		f->placement.place = PLACE_SPREAD;
	if (!f->wake)
		f->waiters = 1;
	else if (!f->waiters)
		f->waiters = (unsigned)f->placement.count;
	f->pause = (struct timespec){.tv_sec = f->pause_ms / 1000,
				     .tv_nsec = f->pause_ms % 1000 * 1000000L};
	return 0;
}

static void
end(void *self)
{
	struct futex *f = self;

	free(f->tallies);
}

static void *
answer(void *argument)
{
	struct group *g = argument;
	uint32_t word;

	while ((word = g->word) != END) {
		if (word == WAIT) {
			futex(&g->word, FUTEX_WAIT, WAIT);
			continue;
		}
		g->word = WAIT;
		futex(&g->word, FUTEX_WAKE, 1);
	}
	return NULL;
}

/*
 * A waiter binds itself: if the worker did that, it would be preempted more or less often. Only a
 * wait that returns 0 was ended by the worker.
 */
static void *
wait_once(void *argument)
{
	struct group *g = argument;

	if (placement_bind(g->placement, g->worker, ++g->bound) < 0)
		g->unbound = true;
	while (g->word == WAIT && futex(&g->word, FUTEX_WAIT, WAIT) != 0)
		;
	if (atomic_fetch_add(&g->ran, 1) + 1 == g->waiters)
		g->last_ran_ns = clock_ns();
	return NULL;
}

static void
join(struct group *g)
{
	while (g->started > 0)
		pthread_join(g->ids[--g->started], NULL);
}

static int
start(struct group *g, void *(*body)(void *))
{
	int error = 0;

	while (!error && g->started < g->waiters) {
		error = pthread_create(&g->ids[g->started], NULL, body, g);
		g->started += !error;
	}
	if (error)
		log_unavailable("cannot start waiter %u: %s", g->started + 1, strerror(error));
	return error ? -1 : 0;
}

/* If waiters are counted differently, as by gVisor, it is unknown when all of them wait. */
static bool
counts_waiters(struct group *g)
{
	static const struct timespec ms = {.tv_nsec = 1000000};
	bool counted = false;

	for (int tries = 0; !counted && tries < 5000; tries++) {
		nanosleep(&ms, NULL);
		counted = count_waiters(g) == (long)g->waiters;
	}
	g->word = END;
	futex(&g->word, FUTEX_WAKE, INT32_MAX);
	join(g);
	g->word = WAIT;
	if (!counted)
		log_unavailable("waiters are not counted here (FUTEX_CMP_REQUEUE)");
	return counted;
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct futex *f = self;
	struct group *g = allocate(1, sizeof(*g) + f->waiters * sizeof(g->ids[0]));

	g->placement = &f->placement;
	g->worker = thread->id;
	g->waiters = f->waiters;
	thread->state = g;
	if (f->wake && count_waiters(g) < 0) {
		log_unavailable("futex, FUTEX_CMP_REQUEUE: %s", strerror(errno));
		return -1;
	}
	if (f->wake && (start(g, wait_once) < 0 || !counts_waiters(g)))
		return -1;
	if (!f->wake && (placement_bind(g->placement, g->worker, 1) < 0 || start(g, answer) < 0))
		return -1;
	return placement_bind(g->placement, g->worker, 0);
}

static void
thread_free(void *self, struct thread *thread)
{
	struct group *g = thread->state;

	(void)self;
	if (!g)
		return;
	g->word = END;
	futex(&g->word, FUTEX_WAKE, INT32_MAX);
	join(g);
	free(g);
}

static void
mark(void *self)
{
	struct futex *f = self;

	for (unsigned i = 0; i < f->workers; i++)
		f->tallies[i].events = f->tallies[i].ran_ns = 0;
}

/* Resets only this thread's: others may have begun to count. */
static void
reset(void *self, struct thread *thread)
{
	struct futex *f = self;

	f->tallies[thread->id].events = f->tallies[thread->id].ran_ns = 0;
}

/* There must be a waiting thread to wake; execute learns whether there is. */
static bool
next(void *self, struct thread *thread, struct event *event)
{
	static const struct timespec moment = {.tv_nsec = 50000};
	const struct futex *f = self;
	struct group *g = thread->state;

	if (!f->wake)
		return true;
	g->bound = g->ran = 0;
	event->kind = start(g, wait_once);
	while (event->kind == 0 && count_waiters(g) < (long)g->waiters)
		nanosleep(&moment, NULL);
	nanosleep(&f->pause, NULL);
	if (g->unbound)
		event->kind = -1;
	return true;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct futex *f = self;
	struct group *g = thread->state;

	if (f->wake && event->kind < 0)
		return -1;
	if (f->wake) {
		for (unsigned woken = 0; woken < g->waiters;)
			woken += (unsigned)futex(&g->word, FUTEX_WAKE, 1);
		return 0;
	}
	g->word = ANSWER;
	futex(&g->word, FUTEX_WAKE, 1);
	while (g->word == ANSWER)
		futex(&g->word, FUTEX_WAIT, ANSWER);
	return 0;
}

static void
done(void *self, struct thread *thread, const struct event *event, uint64_t ns)
{
	struct futex *f = self;
	struct group *g = thread->state;

	(void)ns;
	if (!f->wake)
		return;
	join(g);
	f->tallies[thread->id].events++;
	f->tallies[thread->id].ran_ns += g->last_ran_ns - event->begin_ns;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct futex *f = self;
	double us = mean_us(totals);
	uint64_t events = 0, ran_ns = 0;

	out[0] = (struct metric){f->wake ? "wake all" : "round trip", "us", us, false};
	for (unsigned i = 0; i < f->workers; i++) {
		events += f->tallies[i].events;
		ran_ns += f->tallies[i].ran_ns;
	}
	if (events == 0)
		return 1;
	us = (double)ran_ns / (double)events / 1e3;
	out[1] = (struct metric){"until all ran", "us", us, false};
	return 2;
}

WORKLOAD = {
	.name = "futex",
	.title = "futex round trips, or waking many threads as perf bench futex wake",
	.spaced = true,
	.size = sizeof(struct futex),
	.options = options,
	.begin = begin,
	.end = end,
	.thread_init = thread_init,
	.thread_free = thread_free,
	.reset = reset,
	.next = next,
	.execute = execute,
	.done = done,
	.mark = mark,
	.metrics = metrics,
};
