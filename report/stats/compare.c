#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "holm.h"
#include "read.h"

static const struct group *
counterpart(const struct input *input, const struct group *a, const char *environment)
{
	const struct group *b;

	for (size_t i = 0; i < input->group_count; i++) {
		b = &input->groups[i];
		if (strcmp(b->environment, environment) == 0 &&
		    strcmp(b->experiment, a->experiment) == 0 && strcmp(b->metric, a->metric) == 0)
			return b;
	}
	return NULL;
}

static double
ratio_of(const struct group *a, const struct group *b)
{
	double above = gsl_stats_median_from_sorted_data(a->sorted, 1, a->n);
	double below = gsl_stats_median_from_sorted_data(b->sorted, 1, b->n);
	double ratio = above / below;

	return above > 0 && below > 0 && isnormal(ratio) ? ratio : NAN;
}

static void
measure(struct comparison *row, const struct settings *settings)
{
	const struct group *a = row->a, *b = row->b;

	row->ratio = ratio_of(a, b);
	row->interval = (struct interval){NAN, NAN};
	if (a->n > 1 && b->n > 1 && a->sorted[0] > 0 && b->sorted[0] > 0)
		row->interval = bootstrap_ratio(a->values, a->n, b->values, b->n, settings);
	mann_whitney_test(&row->test, a->values, a->n, b->values, b->n);
}

static bool
is_principal(const struct comparison *row)
{
	return row->a->principal && row->b->principal;
}

/* Corrects the principal rows, or the others, as one family. */
static void
adjust_family(struct comparison *rows, size_t n, bool principal)
{
	struct comparison **members = room(n, sizeof(*members));
	double *p = room(n, sizeof(*p)), *adjusted = room(n, sizeof(*adjusted));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_principal(&rows[i]) != principal)
			continue;
		p[count] = rows[i].test.p;
		members[count++] = &rows[i];
	}
	holm(adjusted, p, count);
	for (size_t i = 0; i < count; i++) {
		members[i]->p_holm = adjusted[i];
		members[i]->family = count;
	}
	free(adjusted);
	free(p);
	free(members);
}

/* Why it cannot be told which is faster; false when it can. */
static bool
doubted(struct comparison *row, const struct settings *settings)
{
	char *why = row->why;
	size_t size = sizeof(row->why);

	if (isnan(row->ratio))
		snprintf(why, size,
			 "no ratio: a median is not positive, or they are too far apart");
	else if (row->p_holm >= settings->alpha && row->test.p <= row->test.least_p * 1.000001)
		snprintf(why, size,
			 "n %zu and %zu cannot give less than p %.2g, and with %zu rows "
			 "that is not enough",
			 row->a->n, row->b->n, row->test.least_p, row->family);
	else if (row->p_holm >= settings->alpha)
		snprintf(why, size, "p_holm %.2g is not below %g", row->p_holm, settings->alpha);
	else if (fabs(row->ratio - 1) <= settings->practical)
		snprintf(why, size, "the ratio is within %g %% of 1", 100 * settings->practical);
	else if ((row->ratio > 1) != (row->test.delta > 0))
		snprintf(why, size, "the ranks do not say the same as the medians");
	else
		return false;
	return true;
}

static void
judge(struct comparison *row, const struct settings *settings)
{
	row->verdict = "~";
	if (doubted(row, settings))
		return;
	row->verdict = (row->ratio > 1) == row->a->more_is_better ? "faster" : "slower";
	snprintf(row->why, sizeof(row->why),
		 "p_holm %.2g is below %g, the ratio not within %g %% of 1", row->p_holm,
		 settings->alpha, 100 * settings->practical);
}

size_t
compare_pair(struct comparison *rows, const struct input *input, const struct pair *pair)
{
	const struct group *a, *b;
	size_t n = 0;

	for (size_t i = 0; i < input->group_count; i++) {
		a = &input->groups[i];
		if (strcmp(a->environment, pair->a) != 0)
			continue;
		b = counterpart(input, a, pair->b);
		if (b == NULL)
			continue;
		rows[n] = (struct comparison){.a = a, .b = b};
		measure(&rows[n++], &input->settings);
	}
	adjust_family(rows, n, true);
	adjust_family(rows, n, false);
	for (size_t i = 0; i < n; i++)
		judge(&rows[i], &input->settings);
	return n;
}

double
compare_geomean(const struct comparison *rows, size_t n, size_t *count)
{
	double sum = 0, times;

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_principal(&rows[i]) || isnan(rows[i].ratio))
			continue;
		times = log(rows[i].ratio);
		sum += rows[i].a->more_is_better ? times : -times;
		++*count;
	}
	return *count ? exp(sum / (double)*count) : NAN;
}
