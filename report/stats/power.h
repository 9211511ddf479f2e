/*
 * The power of Mann and Whitney's two-sided test at level alpha, of two samples of n normal values
 * each, `effect` standard deviations apart: U is assumed to be normal, with the mean and the
 * variance that it has under the alternative (Lehmann 1975, Nonparametrics, 2.3), and the critical
 * value is exact. `make bench-stats` compares it with simulated power.
 */
#ifndef POWER_H
#define POWER_H

#include <stddef.h>

double power_of(size_t n, double alpha, double effect);

/* The least effect, in standard deviations, that is found with 80 % power; infinite when n values
 * find none at this level. */
double power_effect(size_t n, double alpha);

/* The number of values per sample that find this effect with 80 % power; 0 when a million do
 * not. */
size_t power_starts(double alpha, double effect);

#endif
