/*
 * How much two samples differ (Hodges and Lehmann 1963), with an interval. For two independent
 * samples: the median of all differences of a value of a and one of b; for blocks: the median of
 * the Walsh averages, (d[i] + d[j]) / 2 with i <= j.
 *
 * The interval is from the k-th least of these to the k-th greatest, where k comes from the
 * distribution of Mann and Whitney's U or of Wilcoxon's signed-rank sum: the greatest with
 * 2 P(statistic <= k - 1) < alpha (Lehmann 1963; Bauer 1972), so that the interval excludes 0
 * exactly when the test's p is below alpha. It is exact up to the sizes below, and the same as in
 * R's wilcox.test; for larger samples, the normal approximation with continuity correction gives k.
 * Equal values do not change k, so the interval is then not too narrow.
 */
#ifndef SHIFT_H
#define SHIFT_H

#include <stddef.h>

enum { SHIFT_EXACT_TWO = 20, SHIFT_EXACT_BLOCKS = 50 };

struct interval {
	double low, high;
	double level; /* the actual one: below 1 - alpha when there are too few values */
};

struct shift {
	double *ordered; /* the differences or averages, ascending */
	size_t count;
	double *cdf;	 /* of the statistic; NULL above the exact sizes */
	double mean, sd; /* of the statistic */
};

/* The shift of a's values relative to b's; at least one of each. */
void shift_of_two(struct shift *shift, const double *a, size_t na, const double *b, size_t nb);

/* The shift of n differences, one per block; at least one. */
void shift_of_blocks(struct shift *shift, const double *differences, size_t n);

double shift_estimate(const struct shift *shift);
struct interval shift_interval(const struct shift *shift, double alpha);
void shift_free(struct shift *shift);

#endif
