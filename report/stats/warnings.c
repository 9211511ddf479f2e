#include "warnings.h"

#include <math.h>

/* Ten standard deviations of a normal distribution, in median absolute deviations, as in
 * hyperfine. */
static const double outlier = 14.826;
static const double wide = 0.05, stolen = 0.01, drifting = 0.05;

/* The distance from the others, in median absolute deviations; when more than half are equal, any
 * distance would be infinite, so it is not used. */
static double
distance(double value, const struct summary *summary)
{
	return summary->mad > 0 ? (value - summary->median) / summary->mad : 0;
}

static bool
first_is_slow(const struct group *group, const struct summary *summary)
{
	double above = distance(group->values[0], summary);

	return (group->more_is_better ? -above : above) > outlier;
}

static bool
has_outliers(const struct group *group, const struct summary *summary, size_t from)
{
	for (size_t i = from; i < group->n; i++)
		if (fabs(distance(group->values[i], summary)) > outlier)
			return true;
	return false;
}

size_t
warnings_find(const char *warnings[WARNINGS_MAX], const struct group *group,
	      const struct summary *summary, const struct trend *trend, double alpha)
{
	size_t count = 0;
	bool slow = first_is_slow(group, summary);

	if (summary->level < 1 - alpha)
		warnings[count++] = "n too small";
	if (slow)
		warnings[count++] = "first iteration slow";
	if (has_outliers(group, summary, slow ? 1 : 0))
		warnings[count++] = "outliers";
	if (trend->p < drifting)
		warnings[count++] = "drift";
	if (summary->median > 0 && (summary->high - summary->low) / summary->median > wide)
		warnings[count++] = "interval wider than 5 %";
	if (group->steal > stolen)
		warnings[count++] = "steal above 1 %";
	return count;
}
