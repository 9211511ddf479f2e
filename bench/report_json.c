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
	json_uint(json, "sum", l.sum);
	json_end(json, '}');
}

void
json_totals(struct json *json, const struct totals *totals)
{
	json_double(json, "total_time_s", totals->seconds);
	json_uint(json, "events", totals->events);
	json_double(json, "events_per_s", (double)totals->events / totals->seconds);
	json_latency(json, "latency_ns", &totals->latency);
}
