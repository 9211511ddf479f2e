/*
 * An interval for the ratio of two medians, by the percentile method (Efron 1979): the values of
 * either side are drawn anew, with replacement, and the ratios that come of it are cut at both
 * ends. The same seed gives the same interval, whatever else is computed. All values are positive.
 */
#ifndef BOOTSTRAP_H
#define BOOTSTRAP_H

#include "input.h"

struct interval {
	double low, high;
};

struct interval bootstrap_ratio(const double *a, size_t na, const double *b, size_t nb,
				const struct settings *settings);

#endif
