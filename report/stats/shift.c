#include "shift.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "null.h"
#include "read.h"

void
shift_of_two(struct shift *shift, const double *a, size_t na, const double *b, size_t nb)
{
	double x = (double)na, y = (double)nb;

	*shift = (struct shift){.count = na * nb};
	shift->ordered = room(shift->count, sizeof(*shift->ordered));
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			shift->ordered[i * nb + j] = a[i] - b[j];
	gsl_sort(shift->ordered, 1, shift->count);
	shift->mean = x * y / 2;
	shift->sd = sqrt(x * y * (x + y + 1) / 12);
	if (na > SHIFT_EXACT_TWO || nb > SHIFT_EXACT_TWO)
		return;
	shift->cdf = room(shift->count + 1, sizeof(*shift->cdf));
	null_mann_whitney(shift->cdf, na, nb);
}

void
shift_of_blocks(struct shift *shift, const double *differences, size_t n)
{
	double x = (double)n, *next;

	*shift = (struct shift){.count = n * (n + 1) / 2};
	shift->ordered = next = room(shift->count, sizeof(*shift->ordered));
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			*next++ = (differences[i] + differences[j]) / 2;
	gsl_sort(shift->ordered, 1, shift->count);
	shift->mean = x * (x + 1) / 4;
	shift->sd = sqrt(x * (x + 1) * (2 * x + 1) / 24);
	if (n > SHIFT_EXACT_BLOCKS)
		return;
	shift->cdf = room(shift->count + 1, sizeof(*shift->cdf));
	null_signed_rank(shift->cdf, n);
}

static double
at_most(const struct shift *shift, size_t s)
{
	if (shift->cdf != NULL)
		return shift->cdf[s];
	return gsl_cdf_ugaussian_P(((double)s + 0.5 - shift->mean) / shift->sd);
}

double
shift_estimate(const struct shift *shift)
{
	return gsl_stats_median_from_sorted_data(shift->ordered, 1, shift->count);
}

struct interval
shift_interval(const struct shift *shift, double alpha)
{
	size_t k = 1;
	struct interval interval;

	/* A value that equals alpha except for rounding is not below it. */
	while (k <= shift->count / 2 && 2 * at_most(shift, k) < alpha * (1 - 1e-12))
		k++;
	interval.low = shift->ordered[k - 1];
	interval.high = shift->ordered[shift->count - k];
	interval.level = fmax(0, 1 - 2 * at_most(shift, k - 1));
	return interval;
}

void
shift_free(struct shift *shift)
{
	free(shift->ordered);
	free(shift->cdf);
}
