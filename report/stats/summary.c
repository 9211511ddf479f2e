#include "summary.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "read.h"

static double
at_most_of(size_t k, size_t n)
{
	return gsl_cdf_binomial_P((unsigned)k, 0.5, (unsigned)n);
}

size_t
summary_rank(size_t n, double alpha, double *level)
{
	size_t rank = 1;

	while (2 * at_most_of(rank, n) <= alpha)
		rank++;
	*level = 1 - 2 * at_most_of(rank - 1, n);
	return rank;
}

static double
sd_of_logarithms(const double *sorted, size_t n, double *work)
{
	if (n < 2 || sorted[0] <= 0)
		return NAN;
	for (size_t i = 0; i < n; i++)
		work[i] = log(sorted[i]);
	return gsl_stats_sd(work, 1, n);
}

void
summarize(struct summary *summary, const double *sorted, size_t n, double alpha)
{
	double *work = room(n, sizeof(*work));
	size_t rank = summary_rank(n, alpha, &summary->level);

	summary->median = gsl_stats_median_from_sorted_data(sorted, 1, n);
	summary->min = sorted[0];
	summary->max = sorted[n - 1];
	summary->mean = gsl_stats_mean(sorted, 1, n);
	summary->low = sorted[rank - 1];
	summary->high = sorted[n - rank];
	summary->spread = summary->median > 0 ? (sorted[n - 1] - sorted[0]) / summary->median : NAN;
	summary->mad = gsl_stats_mad0(sorted, 1, n, work);
	summary->sd_log = sd_of_logarithms(sorted, n, work);
	free(work);
}
