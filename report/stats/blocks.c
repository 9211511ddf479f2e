#include "blocks.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "read.h"

void
blocks_find(struct blocks *blocks, const struct group *a, const struct group *b)
{
	*blocks = (struct blocks){.a = room(a->n, sizeof(double)), .b = room(a->n, sizeof(double))};
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (a->iteration[i] == b->iteration[j]) {
				blocks->a[blocks->n] = a->values[i];
				blocks->b[blocks->n++] = b->values[j];
				break;
			}
}

void
blocks_free(struct blocks *blocks)
{
	free(blocks->a);
	free(blocks->b);
}

double
blocks_correlation(const struct blocks *blocks)
{
	double *work = room(2 * blocks->n, sizeof(*work)), rho = NAN;

	if (blocks->n > 2)
		rho = gsl_stats_spearman(blocks->a, 1, blocks->b, 1, blocks->n, work);
	free(work);
	return rho;
}
