/*
 * sysbench's mutex test: each thread does one event, however long it takes: many times it counts to
 * some number, then takes a random one of the locks for a moment.
 */
#include <pthread.h>
#include <stdlib.h>

#include "log.h"
#include "probes/pages.h"
#include "runner.h"

static const struct option options[] = {
	{"mutex-num", OPTION_INT, "4096", "total size of mutex array"},
	{"mutex-locks", OPTION_INT, "50000", "number of mutex locks to do per thread"},
	{"mutex-loops", OPTION_INT, "10000", "number of empty loops to do outside mutex lock"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

struct mutex {
	unsigned count, locks, loops;
	unsigned shared; /* what the locks guard; more threads than one may write it, as in sysbench
			  */
	struct padded {
		pthread_mutex_t lock;
		char apart[256]; /* from the next one's cache line */
	} padded[];
};

static void *
create(const struct options *given)
{
	int count = options_int(given, "mutex-num"), locks = options_int(given, "mutex-locks");
	int loops = options_int(given, "mutex-loops");
	struct mutex *m;

	if (count <= 0 || locks <= 0 || loops < 0) {
		log_text(LOG_FATAL, "Invalid value for mutex-num, mutex-locks or mutex-loops");
		return NULL;
	}
	if (pages_afford(sizeof(m->padded[0]), (unsigned)count) < 0)
		return NULL;
	m = calloc(1, sizeof(*m) + (size_t)count * sizeof(m->padded[0]));
	if (!m) {
		log_errno(LOG_FATAL, "No memory for %d locks", count);
		return NULL;
	}
	m->count = (unsigned)count;
	m->locks = (unsigned)locks;
	m->loops = (unsigned)loops;
	for (unsigned i = 0; i < m->count; i++)
		pthread_mutex_init(&m->padded[i].lock, NULL);
	return m;
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

const struct workload workload_mutex = {
	.name = "mutex",
	.title = "Mutex performance test",
	.once = true,
	.options = options,
	.create = create,
	.destroy = free,
	.print_mode = print_mode,
	.execute = execute,
};
