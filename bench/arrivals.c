/* Compiled with -O2. */
#include "arrivals.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "allocate.h"
#include "random.h"

enum { RING = 131072 }; /* sysbench's size */

struct arrivals {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* something arrived, or the end was reached */
	pthread_t generator;
	struct random random;
	double mean_ns;
	uint64_t next_ns, deadline_ns;
	unsigned first, waiting, under_way;
	bool over, overflowed;
	uint64_t due_ns[RING];
};

/* Sleeps until the next arrival's time, or the end; the lock is held. */
static void
sleep_until_next(struct arrivals *a)
{
	struct timespec until = {.tv_sec = (time_t)(a->next_ns / 1000000000),
				 .tv_nsec = (long)(a->next_ns % 1000000000)};

	while (!a->over && pthread_cond_timedwait(&a->changed, &a->lock, &until) != ETIMEDOUT)
		;
}

static void *
generate(void *argument)
{
	struct arrivals *a = argument;
	double share;

	pthread_mutex_lock(&a->lock);
	while (!a->over) {
		share = (double)(random_next(&a->random) >> 11) * 0x1p-53;
		a->next_ns += (uint64_t)(-log1p(-share) * a->mean_ns);
		if (a->next_ns >= a->deadline_ns)
			a->next_ns = a->deadline_ns;
		sleep_until_next(a);
		if (a->over || a->next_ns == a->deadline_ns)
			break;
		if (a->waiting == RING) {
			a->overflowed = true;
			break;
		}
		a->due_ns[(a->first + a->waiting++) % RING] = a->next_ns;
		pthread_cond_broadcast(&a->changed);
	}
	a->over = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct arrivals *
arrivals_start(unsigned per_second, uint64_t seed, uint64_t start_ns, uint64_t deadline_ns)
{
	struct arrivals *a = allocate(1, sizeof(*a));
	pthread_condattr_t attributes;

	pthread_mutex_init(&a->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&a->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	random_seed(&a->random, seed, UINT32_MAX);
	a->mean_ns = 1e9 / per_second;
	a->next_ns = start_ns;
	a->deadline_ns = deadline_ns;
	errno = pthread_create(&a->generator, NULL, generate, a);
	if (errno == 0)
		return a;
	free(a);
	return NULL;
}

bool
arrivals_take(struct arrivals *a, uint64_t *due_ns)
{
	bool taken;

	pthread_mutex_lock(&a->lock);
	while (a->waiting == 0 && !a->over)
		pthread_cond_wait(&a->changed, &a->lock);
	taken = a->waiting > 0 && !a->over;
	if (taken) {
		*due_ns = a->due_ns[a->first];
		a->first = (a->first + 1) % RING;
		a->waiting--;
		a->under_way++;
	}
	pthread_mutex_unlock(&a->lock);
	return taken;
}

void
arrivals_done(struct arrivals *a)
{
	pthread_mutex_lock(&a->lock);
	a->under_way--;
	pthread_mutex_unlock(&a->lock);
}

void
arrivals_count(struct arrivals *a, unsigned *waiting, unsigned *under_way)
{
	pthread_mutex_lock(&a->lock);
	*waiting = a->waiting;
	*under_way = a->under_way;
	pthread_mutex_unlock(&a->lock);
}

bool
arrivals_overflowed(struct arrivals *a)
{
	bool overflowed;

	pthread_mutex_lock(&a->lock);
	overflowed = a->overflowed;
	pthread_mutex_unlock(&a->lock);
	return overflowed;
}

void
arrivals_end(struct arrivals *a)
{
	pthread_mutex_lock(&a->lock);
	a->over = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

void
arrivals_free(struct arrivals *a)
{
	arrivals_end(a);
	pthread_join(a->generator, NULL);
	free(a);
}
