/*
 * sysbench's threads test, for the scheduler: one event takes a lock, yields the processor and
 * releases the lock, many times. The number of the event selects the lock, round robin.
 * kind: wake-ups; audit: kernel threads
 * Compiled with -O2.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "allocate.h"
#include "log.h"
#include "probes/pages.h"
#include "runner.h"

struct threads {
	unsigned yields, count;
	atomic_uint turn;
	pthread_mutex_t *locks;
};

static const struct option options[] = {
	{"thread-yields", OPTION_INT(struct threads, yields), "1000",
	 "number of yields to do per request", .wrong = WRONG_FOR},
	{"thread-locks", OPTION_INT(struct threads, count), "8", "number of locks per thread",
	 .least = 1, .wrong = WRONG_FOR},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct threads *t = self;

	(void)limits;
	if (pages_afford(sizeof(t->locks[0]), t->count) < 0)
		return -1;
	t->locks = allocate(t->count, sizeof(t->locks[0]));
	for (unsigned i = 0; i < t->count; i++)
		pthread_mutex_init(&t->locks[i], NULL);
	return 0;
}

static void
end(void *self)
{
	struct threads *t = self;

	free(t->locks);
}

static void
print_mode(const void *self)
{
	const struct threads *t = self;

	log_text(LOG_INFO, "Doing thread subsystem performance test");
	log_text(LOG_INFO, "Thread yields per test: %u Locks used: %u", t->yields, t->count);
}

static bool
next(void *self, struct thread *thread, struct event *event)
{
	struct threads *t = self;

	(void)thread;
	event->file = atomic_fetch_add_explicit(&t->turn, 1, memory_order_relaxed) % t->count;
	return true;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct threads *t = self;
	pthread_mutex_t *lock = &t->locks[event->file];

	(void)thread;
	for (unsigned i = 0; i < t->yields; i++) {
		pthread_mutex_lock(lock);
		sched_yield();
		pthread_mutex_unlock(lock);
	}
	return 0;
}

WORKLOAD = {
	.name = "threads",
	.title = "Threads subsystem performance test",
	.sysbench = 4,
	.size = sizeof(struct threads),
	.options = options,
	.begin = begin,
	.end = end,
	.print_mode = print_mode,
	.next = next,
	.execute = execute,
};
