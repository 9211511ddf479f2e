#include "trend.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "ranks.h"
#include "read.h"

/* Counts the orders of the ranks in which the sum of rank times place is s, for each set of ranks
 * that the first places can have. */
static double *
count_orders(const unsigned *ranks, size_t n, size_t sums)
{
	double *counts = room(sums << n, sizeof(*counts)), *to;
	const double *from;
	size_t product;

	counts[0] = 1;
	for (unsigned set = 0; set < 1U << n; set++)
		for (size_t i = 0; i < n; i++) {
			if (set & 1U << i)
				continue;
			product = ranks[i] * (1 + (size_t)__builtin_popcount(set));
			from = &counts[set * sums];
			to = &counts[(set | 1U << i) * sums + product];
			for (size_t s = 0; s + product < sums; s++)
				to[s] += from[s];
		}
	return counts;
}

static double
exact_p(const double *values, size_t n)
{
	unsigned ranks[TREND_EXACT];
	size_t sums = n * (n + 1) * (2 * n + 1) / 3 + 1;
	long mean_twice = (long)(n * (n + 1) * (n + 1)), observed = 0;
	double *counts, far = 0, all = 0;

	ranks_doubled(ranks, values, n);
	counts = count_orders(ranks, n, sums);
	for (size_t i = 0; i < n; i++)
		observed += 2 * (long)((i + 1) * ranks[i]);
	for (size_t s = 0; s < sums; s++) {
		all += counts[(sums << n) - sums + s];
		if (labs(2 * (long)s - mean_twice) >= labs(observed - mean_twice))
			far += counts[(sums << n) - sums + s];
	}
	free(counts);
	return far / all;
}

static double
student_p(double rho, size_t n)
{
	double freedom = (double)n - 2, rest = (1 - rho) * (1 + rho);

	return rest > 0 ? 2 * gsl_cdf_tdist_Q(fabs(rho) * sqrt(freedom / rest), freedom) : 0;
}

static double
spearman(const double *values, size_t n)
{
	double *places = room(n, sizeof(*places)), *work = room(2 * n, sizeof(*work)), rho;

	for (size_t i = 0; i < n; i++)
		places[i] = (double)i;
	rho = gsl_stats_spearman(places, 1, values, 1, n, work);
	free(places);
	free(work);
	return rho;
}

void
trend_find(struct trend *trend, const double *values, size_t n)
{
	bool equal = true;

	for (size_t i = 1; i < n; i++)
		equal = equal && values[i] == values[0];
	*trend = (struct trend){NAN, NAN};
	if (n < 3 || equal)
		return;
	trend->rho = spearman(values, n);
	trend->p = n <= TREND_EXACT ? exact_p(values, n) : student_p(trend->rho, n);
}
