/*
 * sysbench's mutex test: each thread does one event, however long it takes: it repeatedly counts to
 * some number, then takes a random lock for a moment.
 * kind: wake-ups; audit: kernel threads
 * Compiled with -O2.
 */
#include <pthread.h>
#include <stdlib.h>

#include "allocate.h"
#include "log.h"
#include "probes/pages.h"
#include "runner.h"

struct mutex {
	unsigned count, locks, loops;
	unsigned shared; /* what the locks guard; several threads may write it at once, as in
			    sysbench */
	struct padded {
		pthread_mutex_t lock;
		char apart[256]; /* separates it from the next one's cache line */
	} * padded;
};

static const char wrong[] = "Invalid value for mutex-num, mutex-locks or mutex-loops";

static const struct option options[] = {
	{"mutex-num", OPTION_INT(struct mutex, count), "4096", "total size of mutex array",
	 .least = 1, .wrong = wrong},
	{"mutex-locks", OPTION_INT(struct mutex, locks), "50000",
	 "number of mutex locks to do per thread", .least = 1, .wrong = wrong},
	{"mutex-loops", OPTION_INT(struct mutex, loops), "10000",
	 "number of empty loops to do outside mutex lock", .wrong = wrong},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct mutex *m = self;

	(void)limits;
	if (pages_afford(sizeof(m->padded[0]), m->count) < 0)
		return -1;
	m->padded = allocate(m->count, sizeof(m->padded[0]));
	for (unsigned i = 0; i < m->count; i++)
		pthread_mutex_init(&m->padded[i].lock, NULL);
	return 0;
}

static void
end(void *self)
{
	struct mutex *m = self;

	free(m->padded);
}

static void
print_mode(const void *self)
{
	(void)self;
	log_text(LOG_INFO, "Doing mutex performance test");
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct mutex *m = self;
	pthread_mutex_t *lock;

	(void)event;
	for (unsigned i = 0; i < m->locks; i++) {
		lock = &m->padded[random_below(&thread->random, m->count)].lock;
		for (unsigned j = 0; j < m->loops; j++)
			__asm__ volatile("" ::: "memory");
		pthread_mutex_lock(lock);
		__atomic_store_n(&m->shared, __atomic_load_n(&m->shared, __ATOMIC_RELAXED) + 1,
				 __ATOMIC_RELAXED);
		pthread_mutex_unlock(lock);
	}
	return 0;
}

WORKLOAD = {
	.name = "mutex",
	.title = "Mutex performance test",
	.sysbench = 5,
	.once = true,
	.size = sizeof(struct mutex),
	.options = options,
	.begin = begin,
	.end = end,
	.print_mode = print_mode,
	.execute = execute,
};
