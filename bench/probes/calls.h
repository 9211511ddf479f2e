/* The cost of calls too short to be timed one by one: batches of each, in turns. */
#ifndef CALLS_H
#define CALLS_H

#include "runner.h"

struct call {
	const char *name;
	void (*repeat)(unsigned times);
};

/* What such a workload is: a table of calls, the primary one first, ended by a NULL name, and how
 * many calls make a batch. One event is a batch of each. */
struct calls {
	const struct call *table;
	unsigned batch, threads;
	struct tally *tallies; /* of each thread */
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
