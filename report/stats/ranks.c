#include "ranks.h"

#include <stdlib.h>

#include <gsl/gsl_sort.h>

#include "read.h"

void
ranks_doubled(unsigned *ranks, const double *values, size_t n)
{
	size_t *order = room(n, sizeof(*order)), end;

	gsl_sort_index(order, values, 1, n);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && values[order[end]] == values[order[i]]; end++)
			;
		for (size_t j = i; j < end; j++)
			ranks[order[j]] = (unsigned)(i + 1 + end);
	}
	free(order);
}
