#include "fleet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "read.h"

struct machine {
	const char *environment;
	size_t model;
};

/* One metric of one machine. */
struct member {
	const struct group *group;
	size_t model;
	double median;
};

static int
by_environment(const void *left, const void *right)
{
	const struct machine *a = left, *b = right;

	return strcmp(a->environment, b->environment);
}

static int
same_metric(const struct member *a, const struct member *b)
{
	int order = (a->model > b->model) - (a->model < b->model);

	if (order == 0)
		order = strcmp(a->group->experiment, b->group->experiment);
	return order ? order : strcmp(a->group->metric, b->group->metric);
}

static int
by_metric(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = same_metric(a, b);

	return order ? order
		     : (a->group->place > b->group->place) - (a->group->place < b->group->place);
}

static size_t
read_models(struct machine **machines, json_t *models)
{
	json_t *model, *name;
	size_t i, j, count = 0;

	json_array_foreach(models, i, model) count += json_array_size(model);
	*machines = room(count, sizeof(**machines));
	count = 0;
	json_array_foreach(models, i, model)
	{
		if (!json_is_array(model))
			refuse("models[%zu] is not a list", i);
		json_array_foreach(model, j, name)
		{
			if (!json_is_string(name))
				refuse("models[%zu][%zu] is not a name", i, j);
			(*machines)[count++] = (struct machine){json_string_value(name), i};
		}
	}
	qsort(*machines, count, sizeof(**machines), by_environment);
	for (i = 1; i < count; i++)
		if (by_environment(&(*machines)[i - 1], &(*machines)[i]) == 0)
			refuse("%s is in two models", (*machines)[i].environment);
	return count;
}

/* Finds the groups of machines and sorts those of a metric and a model together. */
static size_t
find_members(struct member *members, const struct input *input, json_t *models)
{
	struct machine *machines, *found, key = {0};
	size_t count = read_models(&machines, models), n = 0;
	const struct group *group;

	for (size_t i = 0; i < input->group_count; i++) {
		group = &input->groups[i];
		key.environment = group->environment;
		found = bsearch(&key, machines, count, sizeof(key), by_environment);
		if (found == NULL)
			continue;
		members[n++] = (struct member){
			group, found->model,
			gsl_stats_median_from_sorted_data(group->sorted, 1, group->n)};
	}
	free(machines);
	qsort(members, n, sizeof(*members), by_metric);
	return n;
}

static struct group
others_of(const struct member *members, size_t n, size_t own, double *medians)
{
	struct group group = *members[own].group;

	group.environment = "others";
	group.n = 0;
	group.values = group.sorted = medians;
	for (size_t i = 0; i < n; i++)
		if (i != own)
			medians[group.n++] = members[i].median;
	gsl_sort(medians, 1, group.n);
	return group;
}

/* If half of the others have the same value, their spread is 0; then that of the machine's own
 * starts replaces it. */
static double
spread_of(const double *others, size_t k, const double *own, size_t n)
{
	double *work = room(3 * k, sizeof(*work));
	int *counts = room(5 * k, sizeof(*counts));
	double spread = gsl_stats_Qn_from_sorted_data(others, 1, k, work, counts);

	free(work);
	free(counts);
	if (!(spread > 0) && n > 1)
		spread = gsl_stats_sd(own, 1, n);
	return spread * sqrt(1 + M_PI / 2 / (double)k);
}

static double
freedom(size_t others)
{
	return floor((double)others / 2);
}

static double
p_of(const struct comparison *row)
{
	double t = fabs(row->direction) / row->sd;

	if (!(row->sd > 0) || (row->interval.low <= 1 && 1 <= row->interval.high))
		return 1;
	return 2 * gsl_cdf_tdist_Q(t, freedom(row->b->n));
}

static void
measure(struct comparison *row, const struct settings *settings)
{
	const struct group *a = row->a, *b = row->b;
	double *x, *y;
	struct shift shift;

	row->positive = a->sorted[0] > 0 && b->sorted[0] > 0;
	row->p = 1;
	row->ratio = row->sd = row->correlation = NAN;
	row->ranks.u = row->ranks.delta = row->ranks.a12 = NAN;
	if (!row->positive)
		return;
	x = room(a->n, sizeof(*x));
	y = room(b->n, sizeof(*y));
	for (size_t i = 0; i < a->n; i++)
		x[i] = log(a->sorted[i]);
	for (size_t i = 0; i < b->n; i++)
		y[i] = log(b->sorted[i]);
	shift_of_two(&shift, x, a->n, y, b->n);
	compare_estimate(row, &shift, settings);
	shift_free(&shift);
	row->direction = gsl_stats_median_from_sorted_data(x, 1, a->n) -
			 gsl_stats_median_from_sorted_data(y, 1, b->n);
	row->sd = spread_of(y, b->n, x, a->n);
	row->p = p_of(row);
	free(x);
	free(y);
}

/* Adds the rows of n members of one metric and model. */
static void
add_rows(struct fleet *fleet, const struct member *members, size_t n,
	 const struct settings *settings)
{
	double *medians = room(n, sizeof(*medians));
	struct comparison *row;
	struct group *others;

	for (size_t i = 0; n >= FLEET_LEAST && i < n; i++) {
		others = &fleet->others[fleet->count];
		*others = others_of(members, n, i, medians);
		row = &fleet->rows[fleet->count];
		*row = (struct comparison){.a = members[i].group, .b = others};
		measure(row, settings);
		fleet->medians[fleet->count++] =
			gsl_stats_median_from_sorted_data(medians, 1, n - 1);
		others->values = others->sorted = NULL;
	}
	free(medians);
}

void
fleet_compare(struct fleet *fleet, const struct input *input, json_t *models)
{
	struct member *members = room(input->group_count, sizeof(*members));
	size_t n = find_members(members, input, models), next;

	*fleet = (struct fleet){.rows = room(n, sizeof(*fleet->rows)),
				.others = room(n, sizeof(*fleet->others)),
				.medians = room(n, sizeof(*fleet->medians))};
	for (size_t i = 0; i < n; i = next) {
		for (next = i + 1; next < n && same_metric(&members[i], &members[next]) == 0;)
			next++;
		add_rows(fleet, &members[i], next - i, &input->settings);
	}
	compare_judge(fleet->rows, fleet->count, &input->settings);
	free(members);
}

void
fleet_free(struct fleet *fleet)
{
	free(fleet->rows);
	free(fleet->others);
	free(fleet->medians);
}

double
fleet_limit(const struct comparison *row, const struct settings *settings)
{
	double level = settings->alpha / settings->looks / 2 / (double)row->family_size;

	if (!(row->sd > 0))
		return NAN;
	return exp(gsl_cdf_tdist_Qinv(level, freedom(row->b->n)) * row->sd);
}
