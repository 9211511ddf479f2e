#include "findings.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "compare.h"
#include "fleet.h"
#include "geomean.h"
#include "input.h"
#include "percentiles.h"
#include "read.h"
#include "series.h"
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

/* The common first members of a group and of a comparison of two. */
static json_t *
figure(const struct group *group)
{
	return json_pack("{ss,ss,ss,ss,ss}", "experiment", group->experiment, "metric",
			 group->metric, "unit", group->unit, "better",
			 group->more_is_better ? "more" : "less", "family",
			 family_name(group->family));
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
	set_number(object, "sd_log", summary->sd_log);
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

static void
set_test(json_t *object, const struct comparison *row, bool paired)
{
	if (!paired)
		set_number(object, "u", row->ranks.u);
	set_number(object, "p", row->p);
	set_number(object, "p_adjusted", row->p_adjusted);
	json_object_set_new(object, "verdict", json_string(row->verdict));
}

static const char *
correction_of(enum family family)
{
	return family == NONE ? "none" : family == OTHER ? "bh" : "holm";
}

static json_t *
comparison_findings(const struct comparison *row, const struct settings *settings)
{
	const struct group *a = row->a, *b = row->b;
	json_t *object = figure(a);

	json_object_set_new(object, "a", json_string(a->environment));
	json_object_set_new(object, "b", json_string(b->environment));
	json_object_set_new(object, "n", json_pack("[I,I]", (json_int_t)a->n, (json_int_t)b->n));
	set_number(object, "ratio", row->ratio);
	if (row->interval.level > 0) {
		set_interval(object, "interval", row->interval.low, row->interval.high);
		set_number(object, "interval_level", row->interval.level);
	}
	if (row->narrow.level >= 1 - 2 * settings->alpha - 1e-12)
		set_interval(object, "interval_90", row->narrow.low, row->narrow.high);
	if (row->verdict != NULL)
		set_test(object, row, settings->paired);
	json_object_set_new(object, "correction", json_string(correction_of(a->family)));
	json_object_set_new(object, "family_size", json_integer((json_int_t)row->family_size));
	set_number(object, "cliffs_delta", row->ranks.delta);
	set_number(object, "a12", row->ranks.a12);
	set_number(object, "correlation", row->correlation);
	json_object_set_new(object, "why", json_string(row->why));
	return object;
}

static json_t *
limit_findings(const struct comparison *row, const struct settings *settings)
{
	struct limit limit = compare_limit(row, settings);
	json_t *object =
		json_pack("{ss,ss,ss,ss}", "experiment", row->a->experiment, "metric",
			  row->a->metric, "a", row->a->environment, "b", row->b->environment);

	set_number(object, "ratio", limit.ratio);
	if (limit.starts > 0)
		json_object_set_new(object, "starts", json_integer((json_int_t)limit.starts));
	return object;
}

static json_t *
geomean_findings(const struct geomean *geomean, const struct pair *pair)
{
	json_t *object = json_pack("{ss,ss,sI,ss}", "a", pair->a, "b", pair->b, "count",
				   (json_int_t)geomean->count, "better", "more");

	set_number(object, "ratio", geomean->ratio);
	set_interval(object, "interval", geomean->low, geomean->high);
	return object;
}

struct lists {
	json_t *comparisons, *geomeans, *detectable;
};

static void
add_pair(const struct lists *lists, const struct input *input, const struct pair *pair)
{
	struct comparison *rows = room(input->group_count, sizeof(*rows));
	size_t n = compare_pair(rows, input, pair);
	struct geomean geomean;

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(lists->comparisons,
				      comparison_findings(&rows[i], &input->settings));
		if (rows[i].a->family == PRIMARY)
			json_array_append_new(lists->detectable,
					      limit_findings(&rows[i], &input->settings));
	}
	geomean_of(&geomean, rows, n, &input->settings);
	if (geomean.count > 0)
		json_array_append_new(lists->geomeans, geomean_findings(&geomean, pair));
	free(rows);
}

static json_t *
fleet_findings(const struct input *input, json_t *models)
{
	struct fleet fleet;
	json_t *list = json_array(), *object;

	fleet_compare(&fleet, input, models);
	for (size_t i = 0; i < fleet.count; i++) {
		object = comparison_findings(&fleet.rows[i], &input->settings);
		set_number(object, "others", fleet.medians[i]);
		set_number(object, "limit", fleet_limit(&fleet.rows[i], &input->settings));
		json_array_append_new(list, object);
	}
	fleet_free(&fleet);
	return list;
}

json_t *
findings_of(json_t *root)
{
	struct input input;
	json_t *models = read_list(root, "models"), *fleet;
	json_t *groups = json_array(), *series;
	struct lists lists = {json_array(), json_array(), json_array()};

	input_read(&input, root);
	for (size_t i = 0; i < input.group_count; i++)
		json_array_append_new(groups,
				      group_findings(&input.groups[i], input.settings.alpha));
	for (size_t i = 0; i < input.pair_count; i++)
		add_pair(&lists, &input, &input.pairs[i]);
	series = series_findings(read_list(root, "series"), &input.settings);
	fleet = models == NULL ? NULL : fleet_findings(&input, models);
	input_free(&input);
	return json_pack("{so,so,so,so,so,so*,so}", "series", series, "groups", groups,
			 "comparisons", lists.comparisons, "geomeans", lists.geomeans, "detectable",
			 lists.detectable, "fleet", fleet, "percentiles",
			 percentiles_of(read_list(root, "histograms")));
}
