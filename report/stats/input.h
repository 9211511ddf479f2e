/* What is to be looked at: the measured values, and how they are to be judged. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* What a metric's tests are corrected with. */
enum family {
	PRIMARY, /* the one that its experiment is run for: Holm */
	CPU,	 /* the same per second of processor time: Holm, on its own */
	COST,	 /* what the environment costs by itself: Holm, on its own */
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
	double *values, *sequence, *iteration; /* in the order in which they were measured */
	double *sorted;
	double steal; /* the greatest share that the host took; NaN when none tells */
};

struct settings {
	double alpha;  /* intervals have the level 1 - alpha */
	double margin; /* a ratio from 1 / (1 + margin) to 1 + margin does not matter */
	double looks;  /* at how many numbers of starts the run may have ended because of what was
			  seen: each look has its share of alpha (1: told beforehand) */
	bool paired;   /* the environments of an iteration are a block, planned so beforehand */
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
