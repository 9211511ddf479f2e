/*
 * Whether values increase or decrease in the order of their measurement: Spearman's rho, and the
 * two-sided p of no trend. Up to n = 9 p is exact, ties included: the share of all orders of the
 * values with a rho at least as far from 0. With more values it is approximated by Student's t with
 * n - 2 degrees of freedom, as in SciPy.
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
