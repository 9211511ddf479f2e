/* The two forms in which a run is reported: sysbench 1.0.20's text, and JSON. */
#ifndef REPORT_H
#define REPORT_H

#include "json.h"
#include "runner.h"

void report_begin(const struct limits *limits);
void report_histogram(const struct totals *totals); /* if requested */
void report_totals(const struct totals *totals);
void report_metrics(const struct metric *metrics, unsigned count);

/* {"min":…,"avg":…,…} in nanoseconds; writes nothing if nothing was recorded. */
void json_latency(struct json *json, const char *key, const struct histogram *h);

/* {"unit":"ns","sub_bucket_bits":7,"buckets":[[index,count],…]}, only nonempty buckets; writes
 * nothing if all are empty. histogram.h defines the index. */
void json_histogram(struct json *json, const char *key, const struct histogram *h);

void json_metrics(struct json *json, const struct metric *metrics, unsigned count);

/* The fields of an experiment that every workload has. */
void json_totals(struct json *json, const struct totals *totals);

#endif
