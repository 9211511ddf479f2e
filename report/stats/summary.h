/* A summary of n values of one kind. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stddef.h>

struct summary {
	double median, min, max, mean;
	double low, high, level; /* a confidence interval of the median, and its level */
	double spread;		 /* (max - min) / median; NaN when the median is not positive */
	double sd_log;		 /* of the logarithms; NaN unless all are positive, two or more */
	double mad;		 /* median of the distances from the median */
};

/*
 * The interval of the median is from the rank-th least value to the rank-th greatest: the narrowest
 * that has the level 1 - alpha, whatever the values' distribution; the widest when n is too small
 * for that. The level is the actual one, 1 - 2 P(B < rank) with B binomial of n halves. Conover,
 * Practical Nonparametric Statistics, 3rd edition, 3.2.
 */
size_t summary_rank(size_t n, double alpha, double *level);

void summarize(struct summary *summary, const double *sorted, size_t n, double alpha);

#endif
