#include "findings.h"

#include <math.h>
#include <stdlib.h>

#include "compare.h"
#include "input.h"
#include "percentiles.h"
#include "read.h"
#include "summary.h"
#include "trend.h"
#include "warnings.h"

static void
set_number(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static void
set_interval(json_t *object, const char *key, double low, double high)
{
	if (isfinite(low) && isfinite(high))
		json_object_set_new(object, key, json_pack("[f,f]", low, high));
}

static void
set_numbers(json_t *object, const char *key, const double *values, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_real(values[i]));
	json_object_set_new(object, key, list);
}

/* What a group and a comparison of two begin with. */
static json_t *
figure(const struct group *group)
{
	return json_pack("{ss,ss,ss,ss,sb}", "experiment", group->experiment, "metric",
			 group->metric, "unit", group->unit, "better",
			 group->more_is_better ? "more" : "less", "principal", group->principal);
}

static void
set_warnings(json_t *object, const struct group *group, const struct summary *summary,
	     const struct trend *trend, double alpha)
{
	const char *warnings[WARNINGS_MAX];
	size_t n = warnings_find(warnings, group, summary, trend, alpha);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(warnings[i]));
	json_object_set_new(object, "warnings", list);
}

static void
set_summary(json_t *object, const struct summary *summary, size_t n)
{
	set_number(object, "median", summary->median);
	if (n > 1) {
		set_interval(object, "ci", summary->low, summary->high);
		set_number(object, "ci_level", summary->level);
	}
	set_number(object, "min", summary->min);
	set_number(object, "max", summary->max);
	set_number(object, "mean", summary->mean);
	set_number(object, "spread", summary->spread);
	set_number(object, "mad", summary->mad);
}

static json_t *
group_findings(const struct group *group, double alpha)
{
	struct summary summary;
	struct trend trend;
	json_t *object = figure(group);

	summarize(&summary, group->sorted, group->n, alpha);
	trend_find(&trend, group->values, group->n);
	json_object_set_new(object, "environment", json_string(group->environment));
	json_object_set_new(object, "n", json_integer((json_int_t)group->n));
	set_summary(object, &summary, group->n);
	set_number(object, "trend_rho", trend.rho);
	set_number(object, "trend_p", trend.p);
	set_warnings(object, group, &summary, &trend, alpha);
	set_numbers(object, "values", group->values, group->n);
	set_numbers(object, "sequence", group->sequence, group->n);
	return object;
}

static json_t *
comparison_findings(const struct comparison *row)
{
	json_t *object = figure(row->a);

	json_object_set_new(object, "principal",
			    json_boolean(row->a->principal && row->b->principal));
	json_object_set_new(object, "a", json_string(row->a->environment));
	json_object_set_new(object, "b", json_string(row->b->environment));
	json_object_set_new(object, "n",
			    json_pack("[I,I]", (json_int_t)row->a->n, (json_int_t)row->b->n));
	set_number(object, "ratio", row->ratio);
	set_interval(object, "ratio_ci", row->interval.low, row->interval.high);
	set_number(object, "u", row->test.u);
	set_number(object, "p", row->test.p);
	set_number(object, "p_holm", row->p_holm);
	json_object_set_new(object, "family", json_integer((json_int_t)row->family));
	set_number(object, "cliffs_delta", row->test.delta);
	set_number(object, "a12", row->test.a12);
	json_object_set_new(object, "verdict", json_string(row->verdict));
	json_object_set_new(object, "why", json_string(row->why));
	return object;
}

static void
add_pair(json_t *comparisons, json_t *geomeans, const struct input *input, const struct pair *pair)
{
	struct comparison *rows = room(input->group_count, sizeof(*rows));
	size_t n = compare_pair(rows, input, pair), count;
	double ratio = compare_geomean(rows, n, &count);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(comparisons, comparison_findings(&rows[i]));
	if (count > 0)
		json_array_append_new(geomeans,
				      json_pack("{ss,ss,sf,sI,ss,ss}", "a", pair->a, "b", pair->b,
						"ratio", ratio, "count", (json_int_t)count,
						"better", "more", "metrics", "principal"));
	free(rows);
}

json_t *
findings_of(json_t *root)
{
	struct input input;
	json_t *groups = json_array(), *comparisons = json_array(), *geomeans = json_array();

	input_read(&input, root);
	for (size_t i = 0; i < input.group_count; i++)
		json_array_append_new(groups,
				      group_findings(&input.groups[i], input.settings.alpha));
	for (size_t i = 0; i < input.pair_count; i++)
		add_pair(comparisons, geomeans, &input, &input.pairs[i]);
	input_free(&input);
	return json_pack("{so,so,so,so}", "groups", groups, "comparisons", comparisons, "geomeans",
			 geomeans, "percentiles", percentiles_of(read_list(root, "histograms")));
}
