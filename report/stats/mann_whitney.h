/*
 * The two-sided test of Mann and Whitney (1947): whether values of one sample tend to be greater.
 * With at most 20 values per sample p is exact, ties included: the share of all assignments of the
 * values to the two samples for which U is at least as far from its mean. With more values p is the
 * normal approximation, with the variance corrected for ties and a continuity correction, as in R
 * and SciPy.
 */
#ifndef MANN_WHITNEY_H
#define MANN_WHITNEY_H

#include <stddef.h>

enum { MANN_WHITNEY_EXACT = 20 };

struct mann_whitney {
	double u; /* pairs of an a and a b in which a is greater; equal ones count half */
	double p;
	double least_p; /* the least possible with so many values */
	double a12;	/* u's share of all pairs (Vargha and Delaney) */
	double delta;	/* Cliff's: the share in which a is greater minus that in which b is */
};

void mann_whitney_test(struct mann_whitney *result, const double *a, size_t na, const double *b,
		       size_t nb);

#endif
