#include "bootstrap.h"

#include <stdlib.h>

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "read.h"

static double
median_of_draw(gsl_rng *rng, const double *values, size_t n, double *work)
{
	for (size_t i = 0; i < n; i++)
		work[i] = values[gsl_rng_uniform_int(rng, n)];
	return gsl_stats_median(work, 1, n);
}

struct interval
bootstrap_ratio(const double *a, size_t na, const double *b, size_t nb,
		const struct settings *settings)
{
	size_t resamples = settings->resamples;
	double *ratios = room(resamples, sizeof(*ratios));
	double *work = room(na > nb ? na : nb, sizeof(*work));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct interval interval;

	gsl_rng_set(rng, settings->seed);
	for (size_t i = 0; i < resamples; i++) {
		ratios[i] = median_of_draw(rng, a, na, work);
		ratios[i] /= median_of_draw(rng, b, nb, work);
	}
	gsl_sort(ratios, 1, resamples);
	interval.low =
		gsl_stats_quantile_from_sorted_data(ratios, 1, resamples, settings->alpha / 2);
	interval.high =
		gsl_stats_quantile_from_sorted_data(ratios, 1, resamples, 1 - settings->alpha / 2);
	gsl_rng_free(rng);
	free(ratios);
	free(work);
	return interval;
}
