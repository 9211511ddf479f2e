/* How many times as good an environment is, over all its primary metrics together. */
#ifndef GEOMEAN_H
#define GEOMEAN_H

#include "compare.h"

struct geomean {
	double ratio;	  /* NaN when there is none to take the mean of */
	double low, high; /* NaN unless two starts a side have all of them */
	size_t count;	  /* of rows */
};

/*
 * The geometric mean of the primary rows' ratios, times inverted. Its interval is that of Welch
 * (1947), around the mean of the rows' logarithms: a start has one value, the mean of its
 * logarithms over the rows, so that what a start does to all its experiments is counted once.
 * Starts that lack a row are left out. When paired, Student's, of the iterations' differences.
 * Student's t is used here, and not ranks, since a mean over several experiments is near to normal.
 */
void geomean_of(struct geomean *geomean, const struct comparison *rows, size_t n,
		const struct settings *settings);

#endif
