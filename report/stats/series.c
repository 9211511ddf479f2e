#include "series.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "change.h"
#include "read.h"
#include "shift.h"

struct series {
	double *values; /* logarithms if all are positive */
	size_t n;
	bool positive;
};

static void
read_series(struct series *series, const struct item *item)
{
	json_t *list = read_list(item->object, "values"), *value;

	*series = (struct series){.n = json_array_size(list), .positive = true};
	series->values = room(series->n, sizeof(*series->values));
	for (size_t i = 0; i < series->n; i++) {
		value = json_array_get(list, i);
		series->values[i] = json_number_value(value);
		if (!json_is_number(value) || !isfinite(series->values[i]))
			refuse("%s[%zu].values[%zu] is not a number", item->list, item->index, i);
		series->positive = series->positive && series->values[i] > 0;
	}
	for (size_t i = 0; series->positive && i < series->n; i++)
		series->values[i] = log(series->values[i]);
}

static void
set_ratio(json_t *object, const struct series *series, size_t from, size_t at, size_t to,
	  double alpha)
{
	struct shift shift;
	struct interval interval;

	shift_of_two(&shift, series->values + at, to - at, series->values + from, at - from);
	interval = shift_interval(&shift, alpha);
	json_object_set_new(object, "ratio", json_real(exp(shift_estimate(&shift))));
	if (interval.level > 0) {
		json_object_set_new(object, "interval",
				    json_pack("[f,f]", exp(interval.low), exp(interval.high)));
		json_object_set_new(object, "interval_level", json_real(interval.level));
	}
	shift_free(&shift);
}

static json_t *
changes_of(const struct series *series, double level, double alpha)
{
	struct change *changes = room(series->n, sizeof(*changes));
	size_t n = change_find(changes, series->values, series->n, level);
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < n; i++) {
		object = json_pack("{sI,sf}", "at", (json_int_t)changes[i].at, "p", changes[i].p);
		if (series->positive)
			set_ratio(object, series, i > 0 ? changes[i - 1].at : 0, changes[i].at,
				  i + 1 < n ? changes[i + 1].at : series->n, alpha);
		json_array_append_new(list, object);
	}
	free(changes);
	return list;
}

json_t *
series_findings(json_t *list, const struct settings *settings)
{
	size_t count = json_array_size(list);
	double level = settings->alpha / fmax(1, (double)count);
	size_t needed = change_needs(level);
	json_t *found = json_array();
	struct series series;
	struct item item;

	for (size_t i = 0; i < count; i++) {
		item = read_item(list, "series", i);
		read_series(&series, &item);
		json_array_append_new(
			found, json_pack("{ss,sb,sI,so}", "name", read_text(&item, "name"),
					 "enough", series.n >= needed, "needed", (json_int_t)needed,
					 "changes", changes_of(&series, level, settings->alpha)));
		free(series.values);
	}
	return found;
}
