/* What is to be looked at: the measured values, and how they are to be judged. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* One metric of one experiment in one environment, measured n times. */
struct group {
	const char *experiment, *metric, *unit, *environment;
	bool more_is_better, principal;
	size_t n, place;	   /* place: of its first row */
	double *values, *sequence; /* in the order in which they were measured */
	double *sorted;
	double steal; /* the greatest share that the host took; NaN when none tells */
};

struct settings {
	unsigned long seed;
	size_t resamples;
	double alpha;	  /* intervals have the level 1 - alpha */
	double practical; /* a ratio nearer to 1 does not matter */
};

struct pair {
	const char *a, *b;
};

struct input {
	struct settings settings;
	size_t group_count, pair_count;
	struct group *groups;
	struct pair *pairs;
	double *numbers; /* those of all groups */
};

/* Refuses what cannot be understood. Strings stay in `root`. */
void input_read(struct input *input, json_t *root);
void input_free(struct input *input);

#endif
