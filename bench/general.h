/* What all workloads share on the command line: how long, how many, how it is reported. */
#ifndef GENERAL_H
#define GENERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

enum { MOST_CHECKPOINTS = 256, NEVER = INT32_MAX };

struct limits {
	unsigned threads, time_s, report_interval_s, percentile;
	unsigned events;   /* 0: no limit; so it is with time_s */
	unsigned warmup_s; /* before the time is counted */
	unsigned rate;	   /* events per second that arrive; 0: as fast as possible */
	uint64_t stack_bytes;
	int seed; /* 0: from the clock */
	bool debug, histogram, validate;
	char *const *words; /* behind "--", for a workload that takes them */
	int word_count;

	/* What is made of forced_shutdown, latency and checkpoints. */
	unsigned forced_shutdown_s; /* from the start; NEVER: the last event is waited for */
	bool service;		    /* with a rate: latencies without the time in the queue */
	unsigned checkpoint_count, checkpoints_s[MOST_CHECKPOINTS]; /* rising */

	/* Of no matter to a run itself. */
	const char *forced_shutdown, *checkpoints;
	enum { LATENCY_RESPONSE, LATENCY_SERVICE } latency; /* or neither */
	int verbosity, json, distribution;
	bool help, version;
	struct {
		int threads, events, time_s, rate;
	} old; /* by the names that sysbench had once */
	union {
		int number;
		double real;
		const char *text;
	} ignored;
};

/* The tables of these options, under the headings of the general help; a NULL table ends them. */
struct general_section {
	const char *title; /* NULL: goes on from the one before, after a blank line */
	const struct option *options;
};
extern const struct general_section general_sections[];

void general_add(struct options *options, struct limits *limits); /* all tables */

/* Lets what is given by an old name, as --num-threads, be the value of today's name, so that nobody
 * else has to know the old one. */
void general_settle(struct limits *limits);

/* Whether they are allowed; -1: no, with a message. */
int limits_check(struct limits *limits, const struct options *options);

#endif
