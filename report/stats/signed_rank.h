/*
 * Wilcoxon's signed-rank test (1945), two-sided: whether differences tend to lie on one side of 0.
 * Those that are 0 say nothing and are left out. With at most 50 others p is exact, ties included:
 * the share of all ways to give signs to the ranks that leave the sum as far from its mean. Beyond,
 * the normal distribution approximates it, its variance corrected for ties, with a continuity
 * correction, as in R.
 */
#ifndef SIGNED_RANK_H
#define SIGNED_RANK_H

#include <stddef.h>

enum { SIGNED_RANK_EXACT = 50 };

struct signed_rank {
	double w;	  /* the sum of the ranks of those above 0 */
	double p;	  /* 1 when all are 0 */
	double least_p;	  /* that n values can give at all */
	double direction; /* above 0 when those above 0 outweigh the others */
};

void signed_rank_test(struct signed_rank *result, const double *differences, size_t n);

#endif
