/* The input: the measured values, and the settings for judging them. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* The family in which a metric's tests are corrected. */
enum family {
	PRIMARY, /* the metric that its experiment is run for: Holm */
	CPU,	 /* the same per second of processor time: Holm, separately */
	COST,	 /* the environment's own cost: Holm, separately */
	OTHER,	 /* Benjamini and Hochberg */
	NONE,	 /* a multiple of another metric: shown, not tested */
};

const char *family_name(enum family family);

/* One metric of one experiment in one environment, measured n times. */
struct group {
	const char *experiment, *metric, *unit, *environment;
	bool more_is_better;
	enum family family;
	size_t n, place;		       /* place: of its first row */
	double *values, *sequence, *iteration; /* in the order of measurement */
	double *sorted;
	double steal; /* the greatest share that the host took; NaN if unknown */
};

struct settings {
	double alpha;  /* intervals have the level 1 - alpha */
	double margin; /* a ratio from 1 / (1 + margin) to 1 + margin does not matter */
	double looks; /* the number of looks at which the run may have ended because of its results;
			 each has its share of alpha (1: the length was fixed beforehand) */
	bool paired;  /* the environments of an iteration are a block, as planned beforehand */
};

struct pair {
	const char *a, *b;
};

struct input {
	struct settings settings;
	size_t group_count, pair_count;
	struct group *groups;
	struct pair *pairs;
	double *numbers; /* the numbers of all groups */
};

/* Refuses invalid input. Strings stay in `root`. */
void input_read(struct input *input, json_t *root);
void input_free(struct input *input);

#endif
