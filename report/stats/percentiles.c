#include "percentiles.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "read.h"

enum { POINTS_PER_NINE = 20 };

struct reading {
	const char *experiment, *kind, *environment;
	struct item item;
};

static bool
same_curve(const struct reading *a, const struct reading *b)
{
	return strcmp(a->experiment, b->experiment) == 0 && strcmp(a->kind, b->kind) == 0 &&
	       strcmp(a->environment, b->environment) == 0;
}

static void
read_buckets(struct histogram *h, const struct item *item, json_t *buckets)
{
	json_t *entry;
	uint64_t index, count;

	for (size_t i = 0; i < json_array_size(buckets); i++) {
		entry = json_array_get(buckets, i);
		if (json_array_size(entry) != 2)
			refuse("%s[%zu].histogram.buckets[%zu] is not a pair", item->list,
			       item->index, i);
		index = read_count(json_array_get(entry, 0), item, "histogram");
		count = read_count(json_array_get(entry, 1), item, "histogram");
		if (index >= HISTOGRAM_BUCKETS)
			refuse("%s[%zu].histogram.buckets[%zu] is beyond the last bucket",
			       item->list, item->index, i);
		h->buckets[index] += count;
		h->count += count;
	}
}

static void
read_histogram(struct histogram *h, const struct item *item)
{
	json_t *of = json_object_get(item->object, "histogram"), *bits, *buckets;

	bits = json_object_get(of, "sub_bucket_bits");
	buckets = json_object_get(of, "buckets");
	if (!json_is_array(buckets))
		refuse("%s[%zu].histogram has no buckets", item->list, item->index);
	if (json_integer_value(bits) != HISTOGRAM_BITS)
		refuse("%s[%zu].histogram has other buckets than 2^%d in a power of two",
		       item->list, item->index, HISTOGRAM_BITS);
	histogram_reset(h);
	read_buckets(h, item, buckets);
	if (h->count == 0)
		return;
	h->min = read_count(json_object_get(item->object, "min"), item, "min");
	h->max = read_count(json_object_get(item->object, "max"), item, "max");
	if (h->min > h->max)
		refuse("%s[%zu].min is above max", item->list, item->index);
}

static json_t *
point(double percentile, uint64_t value)
{
	return json_pack("[f,I]", percentile, (json_int_t)value);
}

/* Points at equal distances in nines (90 %, 99 %, ...), as far as there are values. */
static json_t *
curve(const struct histogram *h)
{
	json_t *points = json_array();
	double above, count = (double)h->count;

	json_array_append_new(points, point(0, h->min));
	for (int i = 1; (above = pow(10, -(double)i / POINTS_PER_NINE)) * count > 1; i++)
		json_array_append_new(
			points, point(100 * (1 - above),
				      histogram_at_rank(h, (uint64_t)ceil((1 - above) * count))));
	json_array_append_new(points, point(100, h->max));
	return points;
}

static json_t *
result(const struct reading *of, const struct histogram *h)
{
	struct latency l;
	json_t *object = json_pack("{ss,ss,ss,sI}", "experiment", of->experiment, "kind", of->kind,
				   "environment", of->environment, "count", (json_int_t)h->count);
	json_t *rest;

	if (h->count == 0)
		return object;
	histogram_summarize(h, &l);
	rest = json_pack("{sI,sI,sI,sI,sI,sI,sI,sI,so}", "min", (json_int_t)l.min, "p50",
			 (json_int_t)l.p50, "p90", (json_int_t)l.p90, "p95", (json_int_t)l.p95,
			 "p99", (json_int_t)l.p99, "p999", (json_int_t)l.p999, "p9999",
			 (json_int_t)l.p9999, "max", (json_int_t)l.max, "curve", curve(h));
	json_object_update(object, rest);
	json_decref(rest);
	return object;
}

/* Whether a reading is the first one of its curve. */
static bool
leads(const struct reading *readings, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_curve(&readings[j], &readings[i]))
			return false;
	return true;
}

json_t *
percentiles_of(json_t *histograms)
{
	size_t n = json_array_size(histograms);
	struct reading *readings = room(n, sizeof(*readings));
	struct histogram *merged = room(2, sizeof(*merged)), *one = merged + 1;
	json_t *results = json_array();

	for (size_t i = 0; i < n; i++) {
		readings[i].item = read_item(histograms, "histograms", i);
		readings[i].experiment = read_text(&readings[i].item, "experiment");
		readings[i].kind = read_text(&readings[i].item, "kind");
		readings[i].environment = read_text(&readings[i].item, "environment");
	}
	for (size_t i = 0; i < n; i++) {
		if (!leads(readings, i))
			continue;
		histogram_reset(merged);
		for (size_t j = i; j < n; j++) {
			if (!same_curve(&readings[i], &readings[j]))
				continue;
			read_histogram(one, &readings[j].item);
			histogram_merge(merged, one);
		}
		json_array_append_new(results, result(&readings[i], merged));
	}
	free(merged);
	free(readings);
	return results;
}
