/* The cost of calls too short to be timed one by one: batches of each, in turns. */
#ifndef CALLS_H
#define CALLS_H

#include "runner.h"

struct call {
	const char *name;
	void (*repeat)(unsigned times);
};

/* `self` of a workload: a table of calls, the primary one first, ended by a NULL name, and how
 * many calls make a batch, by an option. One event is a batch of each. */
void *calls_new(const struct call *table, const struct options *given, const char *batch_option);

/* Functions of struct workload. */
void calls_reset(void *self, struct thread *thread);
int calls_execute(void *self, struct thread *thread, struct event *event);
void calls_mark(void *self);
unsigned calls_metrics(const void *self, const struct totals *totals,
		       struct metric out[MOST_METRICS]);

#endif
