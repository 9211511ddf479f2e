/* Which processors the tasks of a probe run on, when it works with several. */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include "cpus.h"

/* The words of an option in this order, {same,cross,any}, then what only a probe itself may choose.
 */
enum place {
	PLACE_SAME,   /* all tasks on one processor */
	PLACE_CROSS,  /* the worker on one, those it works with on others */
	PLACE_ANY,    /* where the kernel likes */
	PLACE_SPREAD, /* the worker anywhere, those it works with one by one over all processors */
};

struct placement {
	enum place place;
	int count, cpus[MOST_CPUS]; /* those this process may use */
};

/* For the place that is set; -1: unavailable, since there are too few. */
int placement_find(struct placement *p);

/*
 * Binds the calling thread, and so what it starts from then on, to the processor of a task: 0 is
 * the worker, others are those it works with. A worker that starts one binds itself first for
 * that one, then for itself.
 */
int placement_bind(const struct placement *p, unsigned worker, unsigned task);

#endif
