/*
 * Whether values rise or fall with the order in which they were measured: Spearman's rho, and the
 * two-sided p that there is no such thing. Up to n = 9 p is exact, ties included: the share of all
 * orders of the values that have a rho as far from 0. Beyond, Student's t with n - 2 degrees of
 * freedom approximates it, as in SciPy.
 */
#ifndef TREND_H
#define TREND_H

#include <stddef.h>

enum { TREND_EXACT = 9 };

struct trend {
	double rho, p; /* NaN when all values are equal, or fewer than three */
};

void trend_find(struct trend *trend, const double *values, size_t n);

#endif
