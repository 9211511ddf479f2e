/*
 * A run, the state shared by runner.c, which starts and ends the worker threads, and progress.c,
 * which is the main thread's part while they work.
 */
#ifndef RUN_H
#define RUN_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "runner.h"

struct arrivals;

/* What the main thread must do, in seconds from the start. */
struct agenda {
	bool begun; /* the warm-up is over */
	unsigned interval_s, checkpoint;
	struct histogram before; /* the last interval's end */
};

struct run {
	const struct workload *workload;
	void *self;
	const struct limits *limits;
	run_checkpoint *on_checkpoint;
	struct worker {
		struct thread thread;
		struct run *run;
		pthread_t id;
		uint64_t span_ns;		      /* of its measured loop */
		uint64_t waited_before_ns, waited_ns; /* for a processor, before the loop; in it */
		bool waited_known;
		uint64_t reported_events, reported_ns; /* up to the last checkpoint */
	} * workers;
	sem_t ready;	     /* posted by each worker that is initialized */
	pthread_rwlock_t go; /* held by the main thread until all may begin */
	unsigned started;    /* the number of workers */
	uint64_t begin_ns;   /* the beginning of the warm-up; start_ns is its end */
	uint64_t start_ns, deadline_ns, seed;
	struct arrivals *arrivals; /* NULL: a free thread continues at once */
	uint64_t most_events;	   /* 0: no limit */
	_Atomic uint64_t taken;	   /* events begun, if limited */
	atomic_bool failed;
	atomic_uint running;
	pthread_mutex_t lock;
	pthread_cond_t finished; /* a worker left its loop */
	struct agenda agenda;
	struct usage before;
	struct counters *counters;
	uint64_t counted_before[COUNTERS];
	struct histogram reported; /* of all workers, up to the last checkpoint */
	uint64_t reported_at_ns;   /* when that was; start_ns: none yet */
	unsigned unfinished;	   /* events under way at a forced end */
};

/* Reads the values that are compared with those at the end. */
void run_take_before(struct run *run);

/* Waits for the workers, or until the end is forced, and prints the reports that are due
 * meanwhile. */
void progress_watch(struct run *run);

/* The totals since the last checkpoint; the caller frees totals->threads. */
void progress_sum(struct run *run, struct totals *totals);

#endif
