/* Two environments, metric by metric: by how much they differ, and what can be said of it. */
#ifndef COMPARE_H
#define COMPARE_H

#include "input.h"
#include "mann_whitney.h"
#include "shift.h"

struct comparison {
	const struct group *a, *b;
	bool positive;	    /* all values are, which logarithms need */
	double ratio;	    /* of a to b: Hodges and Lehmann's, of the logarithms; NaN without these
			       or when it is no number that can be held */
	double sd;	    /* of a logarithm, both sides pooled; of blocks, of half a difference */
	double correlation; /* of blocks; see blocks.h */
	struct interval interval, narrow; /* of the ratio: 1 - alpha and 1 - 2 alpha */
	struct interval judged;		  /* as narrow, with the look's share of alpha */
	struct mann_whitney ranks;
	double p, least_p, direction; /* of the test: of ranks, or of blocks' signed ranks */
	double p_adjusted;
	size_t family_size;  /* how many rows are corrected together with it */
	const char *verdict; /* "slower", "faster", "slight", "same", "undecided"; NULL: untested */
	char why[192];
};

/* Sets the ratio and its intervals, from the shift of the logarithms. */
void compare_estimate(struct comparison *row, const struct shift *shift,
		      const struct settings *settings);

/* Corrects the rows' p, each family over all rows given, and sets the verdicts. */
void compare_judge(struct comparison *rows, size_t n, const struct settings *settings);

/*
 * Into `rows` (room for each group), how many there are: a row for each metric that both have.
 * With the look's share of alpha (alpha / looks) a row is
 *   significant  its p, corrected in its family, is below that share;
 *   within       its interval of 1 - 2 alpha, with the share, lies from 1 / (1 + margin) to
 *                1 + margin: two one-sided tests (Schuirmann 1987);
 * and from these: slight (both), slower or faster (significant only), same (within only), or else
 * undecided. So no row is the same because it was not measured well enough.
 */
size_t compare_pair(struct comparison *rows, const struct input *input, const struct pair *pair);

/* What a primary row could have found: the least ratio above 1 with 80 % power at the corrected
 * level, from the spread of its logarithms, and how many starts a side would find the margin.
 * NaN when so few starts find none; 0 starts when a million do not. */
struct limit {
	double ratio;
	size_t starts;
};
struct limit compare_limit(const struct comparison *row, const struct settings *settings);

#endif
