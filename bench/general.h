/* The command-line options that all workloads share: how long, how many, and how it is reported. */
#ifndef GENERAL_H
#define GENERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

enum { MOST_CHECKPOINTS = 256, NEVER = INT32_MAX };

struct limits {
	unsigned threads, time_s, report_interval_s, percentile;
	unsigned events;   /* 0: no limit; as for time_s */
	unsigned warmup_s; /* before the measured time */
	unsigned rate;	   /* arriving events per second; 0: as fast as possible */
	uint64_t stack_bytes;
	int seed; /* 0: from the clock */
	bool debug, histogram, validate;
	char *const *words; /* after "--", for a workload that takes them */
	int word_count;

	/* Derived from forced_shutdown, latency and checkpoints. */
	unsigned forced_shutdown_s; /* from the start; NEVER: wait for the last event */
	bool service;		    /* with a rate: latencies without the time in the queue */
	unsigned checkpoint_count, checkpoints_s[MOST_CHECKPOINTS]; /* increasing */

	/* Not used by a run itself. */
	const char *forced_shutdown, *checkpoints;
	enum { LATENCY_RESPONSE, LATENCY_SERVICE } latency; /* or neither */
	int verbosity, json, distribution;
	bool help, version;
	struct {
		int threads, events, time_s, rate;
	} old; /* by sysbench's former names */
	union {
		int number;
		double real;
		const char *text;
	} ignored;
};

/* The tables of these options, under the headings of the general help; a NULL table is the end. */
struct general_section {
	const char *title; /* NULL: continues the previous one, after a blank line */
	const struct option *options;
};
extern const struct general_section general_sections[];

void general_add(struct options *options, struct limits *limits); /* all tables */

/* Copies the value of an old option name, such as --num-threads, to today's name, so that nothing
 * else needs to know the old one. */
void general_settle(struct limits *limits);

/* Whether the limits are allowed; -1: no, with a message. */
int limits_check(struct limits *limits, const struct options *options);

#endif
