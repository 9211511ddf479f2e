/* The processors on which the tasks of a probe run, if it has several. */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include "cpus.h"

/* The words of an option in this order, {same,cross,any}, then what only a probe itself may
 * select. */
enum place {
	PLACE_SAME,   /* all tasks on one processor */
	PLACE_CROSS,  /* the worker on one, its partners on others */
	PLACE_ANY,    /* chosen by the kernel */
	PLACE_SPREAD, /* the worker anywhere, its partners one by one over all processors */
};

struct placement {
	enum place place;
	int count, cpus[MOST_CPUS]; /* those that this process may use */
};

/* Finds the processors for the selected place; -1: unavailable, since there are too few. */
int placement_find(struct placement *p);

/*
 * Binds the calling thread, and with it the tasks that it starts later, to the processor of a task:
 * 0 is the worker, others are its partners. A worker that starts a partner first binds itself as
 * that one, then as itself.
 */
int placement_bind(const struct placement *p, unsigned worker, unsigned task);

#endif
