#include "correction.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>

#include "read.h"

void
holm(double *adjusted, const double *p, size_t n)
{
	size_t *order = room(n, sizeof(*order));
	double most = 0;

	gsl_sort_index(order, p, 1, n);
	for (size_t i = 0; i < n; i++) {
		most = fmax(most, fmin(1, (double)(n - i) * p[order[i]]));
		adjusted[order[i]] = most;
	}
	free(order);
}

void
benjamini_hochberg(double *adjusted, const double *p, size_t n)
{
	size_t *order = room(n, sizeof(*order));
	double least = 1;

	gsl_sort_index(order, p, 1, n);
	for (size_t i = n; i-- > 0;) {
		least = fmin(least, (double)n / (double)(i + 1) * p[order[i]]);
		adjusted[order[i]] = least;
	}
	free(order);
}
