#include "report.h"

void
json_latency(struct json *json, const char *key, const struct histogram *h)
{
	struct latency l;

	histogram_summarize(h, &l);
	if (l.count == 0)
		return;
	json_object(json, key);
	json_uint(json, "min", l.min);
	json_uint(json, "avg", l.avg);
	json_uint(json, "max", l.max);
	json_uint(json, "p50", l.p50);
	json_uint(json, "p90", l.p90);
	json_uint(json, "p95", l.p95);
	json_uint(json, "p99", l.p99);
	json_uint(json, "p999", l.p999);
	json_uint(json, "p9999", l.p9999);
	json_uint(json, "sum", l.sum);
	json_end(json, '}');
}

void
json_histogram(struct json *json, const char *key, const struct histogram *h)
{
	if (h->count == 0)
		return;
	json_object(json, key);
	json_string(json, "unit", "ns");
	json_uint(json, "sub_bucket_bits", HISTOGRAM_BITS);
	json_array(json, "buckets");
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (h->buckets[i] == 0)
			continue;
		json_array(json, NULL);
		json_uint(json, NULL, i);
		json_uint(json, NULL, h->buckets[i]);
		json_end(json, ']');
	}
	json_end(json, ']');
	json_end(json, '}');
}

void
json_metrics(struct json *json, const struct metric *metrics, unsigned count)
{
	json_array(json, "metrics");
	for (unsigned i = 0; i < count; i++) {
		json_object(json, NULL);
		json_string(json, "name", metrics[i].name);
		json_double(json, "value", metrics[i].value);
		json_string(json, "unit", metrics[i].unit);
		json_string(json, "better", metrics[i].more_is_better ? "more" : "less");
		json_end(json, '}');
	}
	json_end(json, ']');
}

void
json_totals(struct json *json, const struct totals *totals)
{
	json_uint(json, "begin_monotonic_ns", totals->begin_ns);
	json_uint(json, "end_monotonic_ns", totals->after.clock.ns);
	json_double(json, "total_time_s", totals->seconds);
	json_uint(json, "events", totals->events);
	json_double(json, "events_per_s", (double)totals->events / totals->seconds);
	json_latency(json, "latency_ns", &totals->latency);
	json_histogram(json, "latency_histogram", &totals->latency);
	if (totals->limits.rate) {
		json_latency(json, "response_ns",
			     totals->limits.service ? &totals->other : &totals->latency);
		json_latency(json, "service_ns",
			     totals->limits.service ? &totals->latency : &totals->other);
	}
}
