/*
 * Runs a workload: threads that start together, the clock, the limits, and the sums. The life
 * cycle and the meaning of the limits are sysbench 1.0.20's: limits are tested between events,
 * the total number of events is exact over all threads, and the total time ends when every
 * thread has finished, what it does after its last event (such as a final fsync) included.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "options.h"
#include "workload.h"

/* The options that all workloads share. */
extern const struct option runner_options[];

struct limits {
	unsigned threads, time_s, report_interval_s, percentile;
	unsigned rate;	 /* events per second that arrive; 0: as fast as possible */
	uint64_t events; /* 0: no limit; so it is with time_s */
	uint64_t stack_bytes;
	uint64_t seed; /* 0: from the clock */
	bool debug, histogram;
};

struct totals {
	struct limits limits;
	double seconds;
	uint64_t events;
	struct histogram latency;
	struct thread_total {
		uint64_t events, busy_ns, min_ns, max_ns;
	} * threads; /* limits.threads of them */
};

/* Reads the shared options; -1 (with a message) when one is out of its range. */
int limits_read(struct limits *limits, const struct options *options);

/* -1: the run failed, with a message. On 0 the caller frees totals->threads. */
int run_workload(const struct workload *workload, void *self, const struct limits *limits,
		 struct totals *totals);

#endif
