#include "calls.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "clock.h"
#include "log.h"

enum { MOST_CALLS = 4 };

struct calls {
	const struct call *table;
	unsigned batch;
	_Atomic uint64_t batches, ns[MOST_CALLS]; /* of all threads */
	_Atomic uint64_t clock_ns;		  /* of one reading of the clock per batch */
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

void
calls_mark(void *self)
{
	struct calls *c = self;

	c->batches = 0;
	c->clock_ns = 0;
	for (unsigned i = 0; i < MOST_CALLS; i++)
		c->ns[i] = 0;
}

void
calls_reset(void *self, struct thread *thread)
{
	(void)thread;
	calls_mark(self);
}

/* The time of a batch ends with a reading of the clock, which is not the calls' and, where it goes
 * through the kernel or to a device, takes longer than many of them. */
int
calls_execute(void *self, struct thread *thread, struct event *event)
{
	struct calls *c = self;
	uint64_t first = clock_ns(), begin = first, end, ns[MOST_CALLS] = {0};

	(void)thread;
	for (unsigned i = 0; c->table[i].name; i++) {
		c->table[i].repeat(c->batch);
		end = clock_ns();
		ns[i] = end - begin;
		begin = end;
	}
	for (unsigned i = 0; c->table[i].name; i++)
		c->ns[i] += ns[i];
	c->clock_ns += first - event->begin_ns;
	c->batches++;
	return 0;
}

unsigned
calls_metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct calls *c = self;
	double calls = (double)c->batches * c->batch, clock = (double)c->clock_ns;
	unsigned i;

	(void)totals;
	for (i = 0; calls > 0 && c->table[i].name; i++)
		out[i] = (struct metric){c->table[i].name, "ns", ((double)c->ns[i] - clock) / calls,
					 false};
	return i;
}
