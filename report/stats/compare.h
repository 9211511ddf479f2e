/* Two environments, figure by figure: the ratio of their medians, and whether it can be told. */
#ifndef COMPARE_H
#define COMPARE_H

#include "bootstrap.h"
#include "input.h"
#include "mann_whitney.h"

struct comparison {
	const struct group *a, *b;
	double ratio; /* of medians; NaN unless both are positive, and it is a number that can be
			 held */
	struct interval interval; /* NaN unless all values are positive, two or more a side */
	struct mann_whitney test;
	double p_holm;
	size_t family;	     /* how many rows are corrected together with it */
	const char *verdict; /* a is "faster" or "slower" than b, or "~": it cannot be told */
	char why[128];
};

/*
 * Into `rows` (room for each group), how many there are: a row for each figure that both have.
 * The principal ones, of which each experiment has one, are one family to Holm, and the others
 * another: what was asked for is not drowned by the detail that comes with it, and five starts a
 * side can tell up to six experiments apart. The verdict is ~ unless p_holm < alpha, the ratio is
 * further from 1 than `practical`, and the ranks say the same as the medians.
 */
size_t compare_pair(struct comparison *rows, const struct input *input, const struct pair *pair);

/* The geometric mean of how many times as good a is, over the principal figures that have a ratio;
 * sets their number. */
double compare_geomean(const struct comparison *rows, size_t n, size_t *count);

#endif
