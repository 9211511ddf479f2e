/* The cost of calls that are too short to be timed individually: alternating batches of each. */
#ifndef CALLS_H
#define CALLS_H

#include "runner.h"

struct call {
	const char *name;
	void (*repeat)(unsigned times);
};

/* The data of such a workload: a table of calls, the primary one first, which a NULL name ends, and
 * the number of calls in a batch. One event is a batch of each. */
struct calls {
	const struct call *table;
	unsigned batch, threads;
	struct tally *tallies; /* one per thread */
};

/* The row of its option. */
#define CALLS_BATCH(name, help) name, OPTION_INT(struct calls, batch), "1000", help, .least = 1

void calls_begin(struct calls *calls, const struct call *table, const struct limits *limits);

/* Functions of struct workload. */
void calls_end(void *self);
void calls_reset(void *self, struct thread *thread);
int calls_execute(void *self, struct thread *thread, struct event *event);
void calls_mark(void *self);
unsigned calls_metrics(const void *self, const struct totals *totals,
		       struct metric out[MOST_METRICS]);

#endif
