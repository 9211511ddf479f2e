#include "power.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "null.h"
#include "read.h"
#include "shift.h"

static const double wanted = 0.8;
static const size_t most = 1000000;

/* The greatest significant U on the low side; -1: none. */
static double
critical(size_t n, double alpha)
{
	double x = (double)n, *cdf, u = -1;

	if (n > SHIFT_EXACT_TWO)
		return floor(x * x / 2 - 0.5 -
			     gsl_cdf_ugaussian_Qinv(alpha / 2) * sqrt(x * x * (2 * x + 1) / 12));
	cdf = room(n * n + 1, sizeof(*cdf));
	null_mann_whitney(cdf, n, n);
	while (2 * cdf[(size_t)(u + 1)] < alpha)
		u++;
	free(cdf);
	return u;
}

/* P(a value of a exceeds two of b): the square of the probability that a exceeds one, given z,
 * integrated over z by Simpson's rule, 8 standard deviations to either side. */
static double
exceeds_two(double effect)
{
	enum { STEPS = 160 };
	double sum = 0, z, one;

	for (int i = 0; i <= STEPS; i++) {
		z = 16.0 * i / STEPS - 8;
		one = gsl_cdf_ugaussian_P(z + effect);
		sum += (i % STEPS == 0 ? 1 : i % 2 ? 4 : 2) * one * one * gsl_ran_ugaussian_pdf(z);
	}
	return sum * 16 / STEPS / 3;
}

static double
power_at(size_t n, double limit, double effect)
{
	double x = (double)n, pairs = x * x, one = gsl_cdf_ugaussian_P(effect / M_SQRT2);
	double variance =
		pairs * (one * (1 - one) + 2 * (x - 1) * (exceeds_two(effect) - one * one));

	if (limit < 0)
		return 0;
	return gsl_cdf_ugaussian_P((limit + 0.5 - pairs * (1 - one)) / sqrt(variance));
}

double
power_of(size_t n, double alpha, double effect)
{
	return power_at(n, critical(n, alpha), effect);
}

double
power_effect(size_t n, double alpha)
{
	double low = 0, high = 64, middle, limit = critical(n, alpha);

	if (limit < 0)
		return INFINITY;
	while (high - low > 1e-6) {
		middle = (low + high) / 2;
		*(power_at(n, limit, middle) < wanted ? &low : &high) = middle;
	}
	return high;
}

size_t
power_starts(double alpha, double effect)
{
	size_t low = 1, high = 2, middle;

	while (high < most && power_of(high, alpha, effect) < wanted) {
		low = high;
		high *= 2;
	}
	if (high >= most)
		return 0;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		*(power_of(middle, alpha, effect) < wanted ? &low : &high) = middle;
	}
	return high;
}
