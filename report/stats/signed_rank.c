#include "signed_rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "ranks.h"
#include "read.h"

/* `total` is the sum of the ranks, `distance` that between twice the observed sum and the total. */
static double
exact_p(const unsigned *ranks, size_t n, size_t total, long distance)
{
	double *share = room(total + 1, sizeof(*share)), far = 0;

	share[0] = 1;
	for (size_t i = 0; i < n; i++)
		for (size_t s = total + 1; s-- > 0;)
			share[s] = (share[s] + (s >= ranks[i] ? share[s - ranks[i]] : 0)) / 2;
	for (size_t s = 0; s <= total; s++)
		if (labs(2 * (long)s - (long)total) >= distance)
			far += share[s];
	free(share);
	return fmin(1, far);
}

/* Ranks are doubled, so the sum is, too; its variance is a fourth of the sum of their squares. */
static double
normal_p(const unsigned *ranks, size_t n, long distance)
{
	double squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += (double)ranks[i] * ranks[i];
	if (distance == 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(((double)distance / 2 - 1) / sqrt(squares / 4)));
}

void
signed_rank_test(struct signed_rank *result, const double *differences, size_t n)
{
	double *sizes = room(n, sizeof(*sizes));
	unsigned *ranks = room(n, sizeof(*ranks));
	bool *above = room(n, sizeof(*above));
	size_t count = 0, total = 0, sum = 0;
	long distance;

	for (size_t i = 0; i < n; i++)
		if (differences[i] != 0) {
			above[count] = differences[i] > 0;
			sizes[count++] = fabs(differences[i]);
		}
	ranks_doubled(ranks, sizes, count);
	for (size_t i = 0; i < count; i++) {
		total += ranks[i];
		sum += above[i] ? ranks[i] : 0;
	}
	distance = labs(2 * (long)sum - (long)total);
	result->w = (double)sum / 2;
	result->direction = 2 * (double)sum - (double)total;
	result->p = count <= SIGNED_RANK_EXACT ? exact_p(ranks, count, total, distance)
					       : normal_p(ranks, count, distance);
	result->least_p = fmin(1, pow(2, 1 - (double)n));
	free(sizes);
	free(ranks);
	free(above);
}
