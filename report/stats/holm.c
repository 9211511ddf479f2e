#include "holm.h"

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
