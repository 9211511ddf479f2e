/*
 * The distributions of the rank statistics without a difference and without equal values:
 * P(statistic <= s) in cdf[s]. Both are symmetric.
 */
#ifndef NULL_H
#define NULL_H

#include <stddef.h>

/* Mann and Whitney's U of na and nb values, s from 0 to na * nb. */
void null_mann_whitney(double *cdf, size_t na, size_t nb);

/* Wilcoxon's signed-rank sum of n values, s from 0 to n (n + 1) / 2. */
void null_signed_rank(double *cdf, size_t n);

#endif
