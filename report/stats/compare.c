#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "blocks.h"
#include "correction.h"
#include "power.h"
#include "read.h"
#include "signed_rank.h"

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

static struct interval
of_ratio(struct interval logarithm)
{
	return (struct interval){exp(logarithm.low), exp(logarithm.high), logarithm.level};
}

void
compare_estimate(struct comparison *row, const struct shift *shift, const struct settings *settings)
{
	double ratio = exp(shift_estimate(shift));

	if (isnormal(ratio))
		row->ratio = ratio;
	row->interval = of_ratio(shift_interval(shift, settings->alpha));
	row->narrow = of_ratio(shift_interval(shift, 2 * settings->alpha));
	row->judged = of_ratio(shift_interval(shift, 2 * settings->alpha / settings->looks));
}

static double *
logarithms(const double *values, size_t n)
{
	double *logs = room(n, sizeof(*logs));

	for (size_t i = 0; i < n; i++)
		logs[i] = log(values[i]);
	return logs;
}

static void
measure_apart(struct comparison *row, const struct settings *settings)
{
	const struct group *a = row->a, *b = row->b;
	double *x, *y;
	struct shift shift;

	row->p = row->ranks.p;
	row->least_p = row->ranks.least_p;
	row->direction = row->ranks.delta;
	if (!row->positive)
		return;
	x = logarithms(a->values, a->n);
	y = logarithms(b->values, b->n);
	shift_of_two(&shift, x, a->n, y, b->n);
	compare_estimate(row, &shift, settings);
	if (a->n > 1 && b->n > 1)
		row->sd =
			sqrt((gsl_stats_variance(x, 1, a->n) + gsl_stats_variance(y, 1, b->n)) / 2);
	shift_free(&shift);
	free(x);
	free(y);
}

/* Differences of logarithms have the signs of the values' differences, but not their ranks; without
 * logarithms, the values themselves are used. */
static void
measure_blocks(struct comparison *row, const struct blocks *blocks, const struct settings *settings)
{
	double *differences = room(blocks->n, sizeof(*differences));
	struct signed_rank test;
	struct shift shift;

	for (size_t i = 0; i < blocks->n; i++)
		differences[i] = row->positive ? log(blocks->a[i]) - log(blocks->b[i])
					       : blocks->a[i] - blocks->b[i];
	signed_rank_test(&test, differences, blocks->n);
	row->p = test.p;
	row->least_p = test.least_p;
	row->direction = test.direction;
	if (row->positive && blocks->n > 0) {
		shift_of_blocks(&shift, differences, blocks->n);
		compare_estimate(row, &shift, settings);
		if (blocks->n > 1)
			row->sd = gsl_stats_sd(differences, 1, blocks->n) / sqrt(2);
		shift_free(&shift);
	}
	free(differences);
}

static void
measure(struct comparison *row, const struct settings *settings)
{
	const struct group *a = row->a, *b = row->b;
	const struct interval none = {NAN, NAN, 0};
	struct blocks blocks;

	blocks_find(&blocks, a, b);
	row->positive = a->sorted[0] > 0 && b->sorted[0] > 0;
	row->ratio = row->sd = NAN;
	row->interval = row->narrow = row->judged = none;
	row->correlation = blocks_correlation(&blocks);
	mann_whitney_test(&row->ranks, a->values, a->n, b->values, b->n);
	if (settings->paired)
		measure_blocks(row, &blocks, settings);
	else
		measure_apart(row, settings);
	blocks_free(&blocks);
}

static void
adjust_family(struct comparison *rows, size_t n, enum family family)
{
	struct comparison **members = room(n, sizeof(*members));
	double *p = room(n, sizeof(*p)), *adjusted = room(n, sizeof(*adjusted));
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].a->family != family)
			continue;
		p[count] = rows[i].p;
		members[count++] = &rows[i];
	}
	(family == OTHER ? benjamini_hochberg : holm)(adjusted, p, count);
	for (size_t i = 0; i < count; i++) {
		members[i]->p_adjusted = adjusted[i];
		members[i]->family_size = count;
	}
	free(adjusted);
	free(p);
	free(members);
}

/* With few values the interval is from the least to the greatest and may not have the level. */
static bool
is_within(const struct comparison *row, const struct settings *settings)
{
	double most = 1 + settings->margin, level = 1 - 2 * settings->alpha / settings->looks;

	return row->judged.level >= level - 1e-12 && row->judged.low >= 1 / most &&
	       row->judged.high <= most;
}

static void
explain_undecided(struct comparison *row, double share, double margin)
{
	char *why = row->why;
	size_t size = sizeof(row->why);

	if (isnan(row->ratio))
		snprintf(why, size, "no ratio: a value is not positive, or they are too far apart");
	else if (row->least_p * (double)(row->a->family == OTHER ? 1 : row->family_size) >= share)
		snprintf(why, size,
			 "n %zu and %zu cannot give less than p %.2g, and with %zu rows "
			 "that is not enough",
			 row->a->n, row->b->n, row->least_p, row->family_size);
	else
		snprintf(why, size,
			 "corrected p %.2g is not below %.3g, and the ratio may be from %.4g to "
			 "%.4g, not only within %g %% of 1",
			 row->p_adjusted, share, row->judged.low, row->judged.high, 100 * margin);
}

static void
judge(struct comparison *row, const struct settings *settings)
{
	double share = settings->alpha / settings->looks;
	bool significant = row->p_adjusted < share && !isnan(row->ratio);
	bool within = is_within(row, settings);
	char *why = row->why;
	size_t size = sizeof(row->why);

	if (row->a->family == NONE) {
		snprintf(why, size, "a multiple of another metric: not tested");
	} else if (!significant && !within) {
		row->verdict = "undecided";
		explain_undecided(row, share, settings->margin);
	} else if (!within) {
		row->verdict = (row->direction > 0) == row->a->more_is_better ? "faster" : "slower";
		snprintf(why, size, "corrected p %.2g is below %.3g", row->p_adjusted, share);
	} else {
		row->verdict = significant ? "slight" : "same";
		snprintf(why, size,
			 "%.4g to %.4g is within %g %% of 1, and corrected p %.2g %s %.3g",
			 row->judged.low, row->judged.high, 100 * settings->margin, row->p_adjusted,
			 significant ? "is below" : "is not below", share);
	}
}

void
compare_judge(struct comparison *rows, size_t n, const struct settings *settings)
{
	adjust_family(rows, n, PRIMARY);
	adjust_family(rows, n, CPU);
	adjust_family(rows, n, COST);
	adjust_family(rows, n, OTHER);
	for (size_t i = 0; i < n; i++)
		judge(&rows[i], settings);
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
	compare_judge(rows, n, &input->settings);
	return n;
}

/* Blocks count as that many values per environment, each with half the variance of the
 * differences. */
struct limit
compare_limit(const struct comparison *row, const struct settings *settings)
{
	double level = settings->alpha / settings->looks / (double)row->family_size, effect;
	size_t n = row->a->n < row->b->n ? row->a->n : row->b->n;
	struct limit limit = {NAN, 0};

	if (!(row->sd > 0))
		return limit;
	effect = row->least_p < level ? power_effect(n, level) : INFINITY;
	if (isfinite(effect))
		limit.ratio = exp(effect * row->sd);
	limit.starts = power_starts(level, log1p(settings->margin) / row->sd);
	return limit;
}
