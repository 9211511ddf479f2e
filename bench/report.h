/* The two forms a run is reported in: sysbench 1.0.20's text, and JSON. */
#ifndef REPORT_H
#define REPORT_H

#include "json.h"
#include "runner.h"

void report_begin(const struct limits *limits);
void report_histogram(const struct totals *totals); /* when it was asked for */
void report_totals(const struct totals *totals);
void report_metrics(const struct metric *metrics, unsigned count);

/* {"min":…,"avg":…,…} in nanoseconds; nothing when nothing was recorded. */
void json_latency(struct json *json, const char *key, const struct histogram *h);

void json_metrics(struct json *json, const struct metric *metrics, unsigned count);

/* The fields of an experiment that every workload has. */
void json_totals(struct json *json, const struct totals *totals);

#endif
