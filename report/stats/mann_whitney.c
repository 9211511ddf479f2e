#include "mann_whitney.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "null.h"
#include "ranks.h"
#include "read.h"

/* Counts the ways in which na of the n ranks sum up to s: counts[na * sums + s]. */
static double *
count_deals(const unsigned *ranks, size_t n, size_t na, size_t sums)
{
	double *counts = room((na + 1) * sums, sizeof(*counts)), *to;
	const double *from;

	counts[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = na; k > 0; k--) {
			from = &counts[(k - 1) * sums];
			to = &counts[k * sums + ranks[i]];
			for (size_t s = 0; s + ranks[i] < sums; s++)
				to[s] += from[s];
		}
	return counts;
}

static double
exact_p_untied(size_t na, size_t nb, double u)
{
	double *cdf = room(na * nb + 1, sizeof(*cdf)), p;

	null_mann_whitney(cdf, na, nb);
	p = fmin(1, 2 * cdf[(size_t)fmin(u, (double)(na * nb) - u)]);
	free(cdf);
	return p;
}

static double
exact_p_tied(const unsigned *ranks, size_t n, size_t na, long distance)
{
	size_t sums = n * (n + 1) + 1;
	double *counts = count_deals(ranks, n, na, sums), far = 0, all = 0;

	for (size_t s = 0; s < sums; s++) {
		all += counts[na * sums + s];
		if (labs((long)s - (long)(na * (n + 1))) >= distance)
			far += counts[na * sums + s];
	}
	free(counts);
	return far / all;
}

/* Each of t equal values has the same rank, so the sum of t * t - 1 over them is t^3 - t. */
static double
ties(const unsigned *ranks, size_t n)
{
	size_t *count = room(2 * n, sizeof(*count));
	double sum = 0, t;

	for (size_t i = 0; i < n; i++)
		count[ranks[i]]++;
	for (size_t i = 0; i < n; i++) {
		t = (double)count[ranks[i]];
		sum += t * t - 1;
	}
	free(count);
	return sum;
}

static double
normal_p(const unsigned *ranks, size_t n, size_t na, long distance)
{
	double all = (double)n, a = (double)na, b = all - a;
	double variance = a * b / 12 * (all + 1 - ties(ranks, n) / (all * (all - 1)));

	if (distance == 0 || variance <= 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(((double)distance / 2 - 0.5) / sqrt(variance)));
}

/* Without ties Mann and Whitney's recursion is faster than counting all assignments. */
static double
p_of(const unsigned *ranks, size_t na, size_t nb, double u, long distance)
{
	size_t n = na + nb;

	if (na > MANN_WHITNEY_EXACT || nb > MANN_WHITNEY_EXACT)
		return normal_p(ranks, n, na, distance);
	if (ties(ranks, n) > 0)
		return exact_p_tied(ranks, n, na, distance);
	return exact_p_untied(na, nb, u);
}

void
mann_whitney_test(struct mann_whitney *result, const double *a, size_t na, const double *b,
		  size_t nb)
{
	size_t n = na + nb;
	double *values = room(n, sizeof(*values));
	unsigned *ranks = room(n, sizeof(*ranks));
	long sum = 0, distance;

	memcpy(values, a, na * sizeof(*a));
	memcpy(values + na, b, nb * sizeof(*b));
	ranks_doubled(ranks, values, n);
	for (size_t i = 0; i < na; i++)
		sum += ranks[i];
	distance = labs(sum - (long)(na * (n + 1)));
	result->u = (double)(sum - (long)(na * (na + 1))) / 2;
	result->p = p_of(ranks, na, nb, result->u, distance);
	result->least_p = fmin(1, 2 * exp(-gsl_sf_lnchoose((unsigned)n, (unsigned)na)));
	result->a12 = result->u / ((double)na * (double)nb);
	result->delta = 2 * result->a12 - 1;
	free(values);
	free(ranks);
}
