/*
 * Wilcoxon's signed-rank test (1945), two-sided: whether differences tend to be on one side of 0.
 * Differences of 0 are omitted. With at most 50 others p is exact, ties included: the share of all
 * assignments of signs to the ranks for which the sum is at least as far from its mean. With more p
 * is the normal approximation, with the variance corrected for ties and a continuity correction, as
 * in R.
 */
#ifndef SIGNED_RANK_H
#define SIGNED_RANK_H

#include <stddef.h>

enum { SIGNED_RANK_EXACT = 50 };

struct signed_rank {
	double w;	  /* the sum of the ranks of the positive ones */
	double p;	  /* 1 when all are 0 */
	double least_p;	  /* the least possible with n values */
	double direction; /* positive when the positive ones outweigh the others */
};

void signed_rank_test(struct signed_rank *result, const double *differences, size_t n);

#endif
