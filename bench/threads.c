/*
 * sysbench's threads test, for the scheduler: one event takes a lock, yields the processor and
 * gives the lock back, many times. Which of the locks it is goes round with the number of the
 * event.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "log.h"
#include "probes/pages.h"
#include "runner.h"

static const struct option options[] = {
	{"thread-yields", OPTION_INT, "1000", "number of yields to do per request"},
	{"thread-locks", OPTION_INT, "8", "number of locks per thread"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

struct threads {
	unsigned yields, count;
	atomic_uint turn;
	pthread_mutex_t locks[];
};

static void *
create(const struct options *given)
{
	int yields = options_int(given, "thread-yields"),
	    count = options_int(given, "thread-locks");
	struct threads *t;

	if (yields < 0 || count <= 0) {
		log_text(LOG_FATAL, "Invalid value for %s: %d",
			 yields < 0 ? "thread-yields" : "thread-locks",
			 yields < 0 ? yields : count);
		return NULL;
	}
	if (pages_afford(sizeof(t->locks[0]), (unsigned)count) < 0)
		return NULL;
	t = calloc(1, sizeof(*t) + (size_t)count * sizeof(t->locks[0]));
	if (!t) {
		log_errno(LOG_FATAL, "No memory for %d locks", count);
		return NULL;
	}
	t->yields = (unsigned)yields;
	t->count = (unsigned)count;
	for (unsigned i = 0; i < t->count; i++)
		pthread_mutex_init(&t->locks[i], NULL);
	return t;
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

const struct workload workload_threads = {
	.name = "threads",
	.title = "Threads subsystem performance test",
	.options = options,
	.create = create,
	.destroy = free,
	.print_mode = print_mode,
	.next = next,
	.execute = execute,
};
