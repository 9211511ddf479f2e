#include "change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>

#include "read.h"

/* Drawing ends with this many, or with the number of permutations among which so many are expected
 * at the level: there p is known to within a seventh. */
static const size_t as_great_enough = 50;

size_t
change_needs(double level)
{
	unsigned n = 2 * CHANGE_SHORTEST;

	while (2 * exp(-gsl_sf_lnchoose(n, n / 2)) >= level)
		n++;
	return n;
}

static double
pairs(size_t n)
{
	return (double)n * (double)(n - 1) / 2;
}

static double
statistic(double between, double left, double right, size_t m, size_t n)
{
	double x = (double)m, y = (double)n;

	return x * y / (x + y) * (2 * between / (x * y) - left / pairs(m) - right / pairs(n));
}

/* Moves the values one by one from the right part to the left. Sets `at` unless it is NULL. */
static double
greatest(const double *values, size_t n, size_t *at)
{
	double left = 0, between = 0, right = 0, most = -INFINITY, before, after, found;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			right += fabs(values[i] - values[j]);
	for (size_t m = 1; m + CHANGE_SHORTEST <= n; m++) {
		before = after = 0;
		for (size_t j = 0; j + 1 < m; j++)
			before += fabs(values[j] - values[m - 1]);
		for (size_t j = m; j < n; j++)
			after += fabs(values[j] - values[m - 1]);
		left += before;
		right -= after;
		between += after - before;
		if (m < CHANGE_SHORTEST)
			continue;
		found = statistic(between, left, right, m, n - m);
		if (found > most && at != NULL)
			*at = m;
		most = fmax(most, found);
	}
	return most;
}

/* Allows for rounding: sums in another order differ in their last digits. */
static double
p_of(const double *values, size_t n, double observed, double level)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double *order = room(n, sizeof(*order));
	size_t orders = (size_t)ceil((double)as_great_enough / level), drawn = 0, great = 0;

	gsl_rng_set(rng, 1);
	memcpy(order, values, n * sizeof(*order));
	while (drawn < orders && great < as_great_enough) {
		gsl_ran_shuffle(rng, order, n, sizeof(*order));
		great += greatest(order, n, NULL) >= observed - 1e-9 * fabs(observed);
		drawn++;
	}
	free(order);
	gsl_rng_free(rng);
	return great == as_great_enough ? (double)great / (double)drawn
					: (double)(great + 1) / (double)(drawn + 1);
}

static size_t
divide(struct change *changes, const double *values, size_t from, size_t n, double level)
{
	struct change found;
	size_t at = 0, count;
	double most;

	if (n < change_needs(level))
		return 0;
	most = greatest(values + from, n, &at);
	if (!(most > 0))
		return 0;
	found = (struct change){from + at, p_of(values + from, n, most, level)};
	if (found.p >= level)
		return 0;
	count = divide(changes, values, from, at, level);
	changes[count++] = found;
	return count + divide(changes + count, values, found.at, n - at, level);
}

size_t
change_find(struct change *changes, const double *values, size_t n, double level)
{
	return divide(changes, values, 0, n, level);
}
