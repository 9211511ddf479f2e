/* Two environments, metric by metric: how much they differ, and whether that is significant. */
#ifndef COMPARE_H
#define COMPARE_H

#include "input.h"
#include "mann_whitney.h"
#include "shift.h"

struct comparison {
	const struct group *a, *b;
	bool positive; /* all values are positive, for logarithms */
	double ratio;  /* of a to b: Hodges and Lehmann's, of the logarithms; NaN without these or
			  when it is out of range */
	double sd; /* of a logarithm, both environments pooled; for blocks, of half a difference */
	double correlation;		  /* of blocks; see blocks.h */
	struct interval interval, narrow; /* of the ratio: 1 - alpha and 1 - 2 alpha */
	struct interval judged;		  /* as narrow, with the look's share of alpha */
	struct mann_whitney ranks;
	double p, least_p, direction; /* of the test of ranks, or of blocks' signed ranks */
	double p_adjusted;
	size_t family_size;  /* how many rows are corrected together */
	const char *verdict; /* "slower", "faster", "slight", "same", "undecided"; NULL: untested */
	char why[192];
};

/* Computes the ratio and its intervals from the shift of the logarithms. */
void compare_estimate(struct comparison *row, const struct shift *shift,
		      const struct settings *settings);

/* Corrects the rows' p, each family over all given rows, and sets the verdicts. */
void compare_judge(struct comparison *rows, size_t n, const struct settings *settings);

/*
 * Stores in `rows` (room for each group) one row for each metric that both have; returns how many.
 * With the look's share of alpha (alpha / looks) a row is
 *   significant  if its p, corrected in its family, is below that share;
 *   within       if its interval of 1 - 2 alpha, with the share, is between 1 / (1 + margin) and
 *                1 + margin: two one-sided tests (Schuirmann 1987);
 * and its verdict is: slight (both), slower or faster (significant only), same (within only), or
 * else undecided. So no row is the same because it was not measured well enough.
 */
size_t compare_pair(struct comparison *rows, const struct input *input, const struct pair *pair);

/* The limit of a primary row: the least ratio above 1 that is found with 80 % power at the
 * corrected level, from the spread of its logarithms, and how many starts per environment find the
 * margin. NaN when so few starts find none; 0 starts when a million do not. */
struct limit {
	double ratio;
	size_t starts;
};
struct limit compare_limit(const struct comparison *row, const struct settings *settings);

#endif
