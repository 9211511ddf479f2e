/* What two environments gave in the same iteration: blocks, in which the host may have been the
 * same to both. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "input.h"

struct blocks {
	size_t n;
	double *a, *b;
};

/* Of the iterations that both have, in the order of a's. */
void blocks_find(struct blocks *blocks, const struct group *a, const struct group *b);
void blocks_free(struct blocks *blocks);

/* Spearman's rho between the two sides; NaN below three blocks or where a side does not vary. */
double blocks_correlation(const struct blocks *blocks);

#endif
