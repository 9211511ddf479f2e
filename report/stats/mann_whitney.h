/*
 * The two-sided test of Mann and Whitney (1947): whether values of one side tend to be greater.
 * With at most 20 values a side p is exact, ties included: the share of all ways to deal the values
 * to the two sides that leave U as far from its mean. Beyond, the normal distribution approximates
 * it, its variance corrected for ties, with a continuity correction, as in R and SciPy.
 */
#ifndef MANN_WHITNEY_H
#define MANN_WHITNEY_H

#include <stddef.h>

enum { MANN_WHITNEY_EXACT = 20 };

struct mann_whitney {
	double u; /* pairs of an a and a b in which a is greater; equal ones count a half */
	double p;
	double least_p; /* that so many values can give at all */
	double a12;	/* u's share of all pairs (Vargha and Delaney) */
	double delta;	/* Cliff's: the share in which a is greater less that in which b is */
};

void mann_whitney_test(struct mann_whitney *result, const double *a, size_t na, const double *b,
		       size_t nb);

#endif
