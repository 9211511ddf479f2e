/* The performance of an environment relative to another, over all its primary metrics. */
#ifndef GEOMEAN_H
#define GEOMEAN_H

#include "compare.h"

struct geomean {
	double ratio;	  /* NaN when there are no rows */
	double low, high; /* NaN unless two starts per environment have all rows */
	size_t count;	  /* the number of rows */
};

/*
 * The geometric mean of the primary rows' ratios, times inverted. Its interval is that of Welch
 * (1947), around the mean of the rows' logarithms: a start has one value, the mean of its
 * logarithms over the rows, so that an effect of a start on all its experiments counts once. Starts
 * that lack a row are omitted. When paired, the interval is Student's, of the iterations'
 * differences. Student's t is used here instead of ranks, since a mean over several experiments is
 * nearly normal.
 */
void geomean_of(struct geomean *geomean, const struct comparison *rows, size_t n,
		const struct settings *settings);

#endif
