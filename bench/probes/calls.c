#include "calls.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"

enum { MOST_CALLS = 4 };

struct calls {
	const struct call *table;
	unsigned batch;
	_Atomic uint64_t batches, ns[MOST_CALLS]; /* of the threads that have ended */
};

struct sums {
	uint64_t batches, ns[MOST_CALLS];
};

void *
calls_new(const struct call *table, const struct options *given, const char *batch_option)
{
	int batch = options_int(given, batch_option);
	struct calls *c;

	if (batch <= 0) {
		log_text(LOG_FATAL, "Invalid value of %s: %d.", batch_option, batch);
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		log_errno(LOG_FATAL, "No memory for the test");
		return NULL;
	}
	c->table = table;
	c->batch = (unsigned)batch;
	return c;
}

int
calls_thread_init(void *self, struct thread *thread)
{
	(void)self;
	thread->state = calloc(1, sizeof(struct sums));
	if (thread->state)
		return 0;
	log_errno(LOG_FATAL, "No memory for the sums");
	return -1;
}

void
calls_reset(void *self, struct thread *thread)
{
	(void)self;
	memset(thread->state, 0, sizeof(struct sums));
}

int
calls_execute(void *self, struct thread *thread, struct event *event)
{
	const struct calls *c = self;
	struct sums *sums = thread->state;
	uint64_t begin = event->begin_ns, end;

	for (unsigned i = 0; c->table[i].name; i++) {
		c->table[i].repeat(c->batch);
		end = clock_ns();
		sums->ns[i] += end - begin;
		begin = end;
	}
	sums->batches++;
	return 0;
}

int
calls_thread_done(void *self, struct thread *thread)
{
	struct calls *c = self;
	const struct sums *sums = thread->state;

	for (unsigned i = 0; c->table[i].name; i++)
		atomic_fetch_add(&c->ns[i], sums->ns[i]);
	atomic_fetch_add(&c->batches, sums->batches);
	return 0;
}

void
calls_thread_free(void *self, struct thread *thread)
{
	(void)self;
	free(thread->state);
}

unsigned
calls_metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct calls *c = self;
	double calls = (double)c->batches * c->batch;
	unsigned i;

	(void)totals;
	for (i = 0; calls > 0 && c->table[i].name; i++)
		out[i] = (struct metric){c->table[i].name, "ns", (double)c->ns[i] / calls, false};
	return i;
}
