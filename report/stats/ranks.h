/* Doubled ranks, from 1; equal values share the mean of their ranks, which doubling makes whole. */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>

void ranks_doubled(unsigned *ranks, const double *values, size_t n);

#endif
