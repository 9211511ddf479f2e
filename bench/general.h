/* What all workloads share on the command line: how long, how many, how it is reported. */
#ifndef GENERAL_H
#define GENERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

enum { MOST_CHECKPOINTS = 256, NEVER = INT32_MAX };

struct limits {
	unsigned threads, time_s, report_interval_s, percentile;
	unsigned warmup_s;	    /* before the time is counted */
	unsigned forced_shutdown_s; /* from the start; NEVER: the last event is waited for */
	unsigned rate;		    /* events per second that arrive; 0: as fast as possible */
	bool service;		    /* with a rate: latencies without the time in the queue */
	uint64_t events;	    /* 0: no limit; so it is with time_s */
	uint64_t stack_bytes;
	int seed; /* 0: from the clock */
	bool debug, histogram, validate;
	unsigned checkpoint_count, checkpoints_s[MOST_CHECKPOINTS]; /* rising */
};

/* The tables of these options, under the headings of the general help; a NULL table ends them. */
struct general_section {
	const char *title; /* NULL: goes on from the one before, after a blank line */
	const struct option *options;
};
extern const struct general_section general_sections[];

int general_add(struct options *options); /* all tables; -1: as options_add() */

/*
 * Lets what is given by an old name, as --num-threads, be the value of today's name, so that nobody
 * else has to know the old one; -1: no memory.
 */
int general_settle(struct options *options);

/* Reads them; -1 (with a message) when one is out of its range. */
int limits_read(struct limits *limits, const struct options *options);

#endif
