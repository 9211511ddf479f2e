#include "null.h"

#include <stdlib.h>
#include <string.h>

#include "read.h"

static void
accumulate(double *cdf, size_t count)
{
	for (size_t s = 1; s < count; s++)
		cdf[s] += cdf[s - 1];
}

/*
 * Mann and Whitney's own recursion, as probabilities: the greatest of i + j values is one of the i
 * with probability i / (i + j), and then exceeds all j. p[i] has the distribution of U for i and j.
 */
void
null_mann_whitney(double *cdf, size_t na, size_t nb)
{
	size_t sums = na * nb + 1;
	double *p = room((na + 1) * sums, sizeof(*p)), *to, share;
	const double *less;

	for (size_t i = 0; i <= na; i++)
		p[i * sums] = 1;
	for (size_t j = 1; j <= nb; j++)
		for (size_t i = 1; i <= na; i++) {
			share = (double)i / (double)(i + j);
			to = &p[i * sums];
			less = &p[(i - 1) * sums];
			for (size_t s = i * j + 1; s-- > 0;)
				to[s] = (1 - share) * to[s] + (s >= j ? share * less[s - j] : 0);
		}
	memcpy(cdf, &p[na * sums], sums * sizeof(*cdf));
	free(p);
	accumulate(cdf, sums);
}

/* Each rank is or is not in the sum, with equal probability. */
void
null_signed_rank(double *cdf, size_t n)
{
	size_t sums = n * (n + 1) / 2 + 1;

	memset(cdf, 0, sums * sizeof(*cdf));
	cdf[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t s = sums; s-- > 0;)
			cdf[s] = (cdf[s] + (s >= rank ? cdf[s - rank] : 0)) / 2;
	accumulate(cdf, sums);
}
