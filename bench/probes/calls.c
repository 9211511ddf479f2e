/* Compiled with -O2. */
#include "calls.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "allocate.h"
#include "clock.h"

enum { MOST_CALLS = 4 };

struct tally {
	_Atomic uint64_t batches, ns[MOST_CALLS];
	_Atomic uint64_t clock_ns; /* of one clock reading per batch */
};

void
calls_begin(struct calls *c, const struct call *table, const struct limits *limits)
{
	c->table = table;
	c->threads = limits->threads;
	c->tallies = allocate(c->threads, sizeof(c->tallies[0]));
}

void
calls_end(void *self)
{
	struct calls *c = self;

	free(c->tallies);
}

static void
forget(struct tally *tally)
{
	tally->batches = 0;
	tally->clock_ns = 0;
	for (unsigned i = 0; i < MOST_CALLS; i++)
		tally->ns[i] = 0;
}

void
calls_mark(void *self)
{
	struct calls *c = self;

	for (unsigned i = 0; i < c->threads; i++)
		forget(&c->tallies[i]);
}

/* Resets only this thread's: others may have begun to count. */
void
calls_reset(void *self, struct thread *thread)
{
	struct calls *c = self;

	forget(&c->tallies[thread->id]);
}

/* The time of a batch includes a reading of the clock at its end, which does not belong to the
 * calls. A reading through the kernel or from a device takes longer than many calls. */
int
calls_execute(void *self, struct thread *thread, struct event *event)
{
	struct calls *c = self;
	struct tally *tally = &c->tallies[thread->id];
	uint64_t first = clock_ns(), begin = first, end, ns[MOST_CALLS] = {0};

	for (unsigned i = 0; c->table[i].name; i++) {
		c->table[i].repeat(c->batch);
		end = clock_ns();
		ns[i] = end - begin;
		begin = end;
	}
	for (unsigned i = 0; c->table[i].name; i++)
		tally->ns[i] += ns[i];
	tally->clock_ns += first - event->begin_ns;
	tally->batches++;
	return 0;
}

unsigned
calls_metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct calls *c = self;
	double calls = 0, ns[MOST_CALLS] = {0};
	unsigned i;

	(void)totals;
	for (const struct tally *t = c->tallies; t < c->tallies + c->threads; t++) {
		calls += (double)t->batches * c->batch;
		for (i = 0; i < MOST_CALLS; i++)
			ns[i] += (double)t->ns[i] - (double)t->clock_ns;
	}
	for (i = 0; calls > 0 && c->table[i].name; i++)
		out[i] = (struct metric){c->table[i].name, "ns", ns[i] / calls, false};
	return i;
}
