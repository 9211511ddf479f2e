/* The values of two environments in the same iteration: blocks, in which the host may have been in
 * the same state for both. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "input.h"

struct blocks {
	size_t n;
	double *a, *b;
};

/* Finds the iterations that both have, in the order of a's. */
void blocks_find(struct blocks *blocks, const struct group *a, const struct group *b);
void blocks_free(struct blocks *blocks);

/* Spearman's rho between the two environments; NaN with fewer than three blocks or if one does not
 * vary. */
double blocks_correlation(const struct blocks *blocks);

#endif
