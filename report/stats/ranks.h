/* Ranks from 1, equal values sharing the mean of theirs; twice that, to stay whole. */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>

void ranks_doubled(unsigned *ranks, const double *values, size_t n);

#endif
