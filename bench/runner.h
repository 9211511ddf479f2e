/*
 * Runs a workload: threads that start together, the clock, the limits, and the sums. The life cycle
 * and the meaning of the limits are sysbench 1.0.20's: limits are tested between events, the total
 * number of events is exact over all threads, and the total time ends when every thread has
 * finished, including what it does after its last event (such as a final fsync).
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "counters.h"
#include "general.h"
#include "usage.h"
#include "workload.h"

struct totals {
	struct limits limits;
	double seconds;	      /* since the last checkpoint, as all that follow */
	double since_start_s; /* of the measured time */
	uint64_t events, events_since_start;
	unsigned idle; /* threads without an event since the start */
	struct histogram latency;
	struct histogram other; /* with a rate: service times if latency has response times */
	struct thread_total {
		uint64_t events, busy_ns, min_ns, max_ns;
	} * threads;	    /* limits.threads of them */
	uint64_t begin_ns;  /* when the first event could begin, that of a warm-up too */
	uint64_t span_ns;   /* of all threads' loops in total; 0: checkpoints split it */
	uint64_t waited_ns; /* of the worker threads, for a processor */
	bool waited_known;
	unsigned unfinished;	    /* events under way when --forced-shutdown ended the run */
	struct usage before, after; /* around the measured time */
	struct counters *counters;  /* the same for counters; NULL: none */
	uint64_t counted_before[COUNTERS], counted_after[COUNTERS];
};

/* The mean time of an event, in microseconds; there must have been one. */
static inline double
mean_us(const struct totals *totals)
{
	return (double)totals->latency.sum / (double)totals->events / 1e3;
}

/* Reports the work since the last of the --report-checkpoints; the totals are the runner's. Sums
 * then begin anew, so a report on the whole run takes no checkpoints: NULL. */
typedef void run_checkpoint(const struct workload *workload, void *self,
			    const struct totals *totals);

/*
 * -1: the run failed, with a message. On 0 the caller frees totals->threads and totals->counters;
 * if events are unfinished, threads still use `self`, which must then remain until the process
 * ends.
 */
int run_workload(const struct workload *workload, void *self, const struct limits *limits,
		 run_checkpoint *on_checkpoint, struct totals *totals);

#endif
