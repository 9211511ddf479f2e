#include "geomean.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "read.h"

/* The starts of one environment that have all rows: their iterations, and their mean logarithms. */
struct scores {
	size_t n;
	double *iteration, *mean;
};

static bool
counts(const struct comparison *row)
{
	return row->a->family == PRIMARY && !isnan(row->ratio);
}

static double
sense(const struct group *group)
{
	return group->more_is_better ? 1 : -1;
}

/* Adds the value of the start with this place in the sequence; false if it has none. */
static bool
add_value(double *sum, const struct group *group, double sequence)
{
	for (size_t i = 0; i < group->n; i++)
		if (group->sequence[i] == sequence) {
			*sum += sense(group) * log(group->values[i]);
			return true;
		}
	return false;
}

static void
score(struct scores *scores, const struct comparison *rows, size_t n, bool side_a)
{
	const struct group *first = NULL;
	bool all;
	double sum;
	size_t count = 0;

	*scores = (struct scores){0};
	for (size_t i = 0; i < n; i++)
		if (counts(&rows[i]) && count++ == 0)
			first = side_a ? rows[i].a : rows[i].b;
	if (first == NULL)
		return;
	scores->iteration = room(first->n, sizeof(double));
	scores->mean = room(first->n, sizeof(double));
	for (size_t j = 0; j < first->n; j++) {
		sum = 0;
		all = true;
		for (size_t i = 0; i < n && all; i++)
			if (counts(&rows[i]))
				all = add_value(&sum, side_a ? rows[i].a : rows[i].b,
						first->sequence[j]);
		if (!all)
			continue;
		scores->iteration[scores->n] = first->iteration[j];
		scores->mean[scores->n++] = sum / (double)count;
	}
}

/* Half the interval's width. */
static double
welch(const struct scores *a, const struct scores *b, double alpha)
{
	double x, y, freedom;

	if (a->n < 2 || b->n < 2)
		return NAN;
	x = gsl_stats_variance(a->mean, 1, a->n) / (double)a->n;
	y = gsl_stats_variance(b->mean, 1, b->n) / (double)b->n;
	if (x + y == 0)
		return 0;
	freedom = (x + y) * (x + y) / (x * x / (double)(a->n - 1) + y * y / (double)(b->n - 1));
	return gsl_cdf_tdist_Qinv(alpha / 2, freedom) * sqrt(x + y);
}

static double
student(const struct scores *a, const struct scores *b, double alpha)
{
	double *differences = room(a->n, sizeof(*differences)), half = NAN;
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (a->iteration[i] == b->iteration[j])
				differences[n++] = a->mean[i] - b->mean[j];
	if (n > 1)
		half = gsl_cdf_tdist_Qinv(alpha / 2, (double)n - 1) *
		       gsl_stats_sd(differences, 1, n) / sqrt((double)n);
	free(differences);
	return half;
}

void
geomean_of(struct geomean *geomean, const struct comparison *rows, size_t n,
	   const struct settings *settings)
{
	struct scores a, b;
	double sum = 0, mean, half;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (!counts(&rows[i]))
			continue;
		sum += sense(rows[i].a) * log(rows[i].ratio);
		count++;
	}
	score(&a, rows, n, true);
	score(&b, rows, n, false);
	half = (settings->paired ? student : welch)(&a, &b, settings->alpha);
	mean = sum / (double)count;
	*geomean = (struct geomean){exp(mean), exp(mean - half), exp(mean + half), count};
	free(a.iteration);
	free(a.mean);
	free(b.iteration);
	free(b.mean);
}
