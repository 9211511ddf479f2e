#include <math.h>

#include "log.h"
#include "report.h"

static void
report_checkpoints(const struct limits *limits)
{
	char text[MOST_CHECKPOINTS * 12] = "", *end = text;

	for (unsigned i = 0; i < limits->checkpoint_count; i++)
		end += sprintf(end, i ? ", %u" : "%u", limits->checkpoints_s[i]);
	if (limits->checkpoint_count)
		log_text(LOG_NOTICE, "Report checkpoint(s) at %s seconds", text);
}

void
report_begin(const struct limits *limits)
{
	log_text(LOG_NOTICE, "Running the test with following options:\nNumber of threads: %u",
		 limits->threads);
	if (limits->rate)
		log_text(LOG_NOTICE, "Target transaction rate: %u/sec", limits->rate);
	if (limits->report_interval_s)
		log_text(LOG_NOTICE, "Report intermediate results every %u second(s)",
			 limits->report_interval_s);
	report_checkpoints(limits);
	if (limits->warmup_s)
		log_text(LOG_NOTICE, "Warmup time: %us", limits->warmup_s);
	if (limits->debug)
		log_text(LOG_NOTICE, "Debug mode enabled.\n");
	if (limits->validate)
		log_text(LOG_NOTICE, "Validation checks: on.\n");
	if (limits->seed)
		log_text(LOG_NOTICE, "Initializing random number generator from seed (%d).\n",
			 limits->seed);
	else
		log_text(LOG_NOTICE, "Initializing random number generator from current time\n");
	if (limits->forced_shutdown_s != NEVER)
		log_text(LOG_NOTICE, "Forcing shutdown in %u seconds\n", limits->forced_shutdown_s);
	else
		log_text(LOG_NOTICE, "%s", "");
}

static double
ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

static void
report_latency(const struct totals *t)
{
	struct latency l;

	histogram_summarize(&t->latency, &l);
	log_text(LOG_NOTICE, "Latency (ms):");
	log_text(LOG_NOTICE, "         min: %39.2f", ms(l.min));
	log_text(LOG_NOTICE, "         avg: %39.2f", ms(l.avg));
	log_text(LOG_NOTICE, "         max: %39.2f", ms(l.max));
	if (t->limits.percentile)
		log_text(LOG_NOTICE, "        %3uth percentile: %27.2f", t->limits.percentile,
			 histogram_sysbench_ms(&t->latency, t->limits.percentile));
	else
		log_text(LOG_NOTICE, "         percentile stats:               disabled");
	log_text(LOG_NOTICE, "         sum: %39.2f\n", ms(l.sum));
}

static double
square(double x)
{
	return x * x;
}

static void
report_fairness(const struct totals *t)
{
	double n = t->limits.threads, events = (double)t->events / n, events_d = 0;
	double busy = (double)t->latency.sum / 1e9 / n, busy_d = 0;

	for (unsigned i = 0; i < t->limits.threads; i++) {
		events_d += square((double)t->threads[i].events - events);
		busy_d += square((double)t->threads[i].busy_ns / 1e9 - busy);
	}
	log_text(LOG_NOTICE,
		 "Threads fairness:\n"
		 "    events (avg/stddev):           %.4f/%3.2f\n"
		 "    execution time (avg/stddev):   %.4f/%3.2f\n",
		 events, sqrt(events_d / n), busy, sqrt(busy_d / n));
}

static void
report_threads(const struct totals *t)
{
	const struct thread_total *thread;

	if (!t->limits.debug)
		return;
	log_text(LOG_DEBUG, "Verbose per-thread statistics:\n");
	for (unsigned i = 0; i < t->limits.threads; i++) {
		thread = &t->threads[i];
		log_text(LOG_DEBUG,
			 "    thread #%3u: min: %.4fs  avg: %.4fs  max: %.4fs  events: %llu", i,
			 ms(thread->min_ns) / 1e3,
			 thread->events ? ms(thread->busy_ns) / 1e3 / (double)thread->events : 0,
			 ms(thread->max_ns) / 1e3, (unsigned long long)thread->events);
		log_text(LOG_DEBUG, "                 total time taken by event execution: %.4fs",
			 ms(thread->busy_ns) / 1e3);
	}
	log_text(LOG_NOTICE, "%s", "");
}

void
report_histogram(const struct totals *t)
{
	enum { WIDTH = 40 };
	static const char stars[WIDTH + 1] = "****************************************";
	uint64_t counts[SYSBENCH_BUCKETS], most = 1;
	FILE *out = log_stream();

	if (!t->limits.histogram)
		return;
	log_text(LOG_NOTICE, "Latency histogram (values are in milliseconds)");
	if (t->latency.count)
		fputs("       value  ------------- distribution ------------- count\n", out);
	histogram_sysbench_buckets(&t->latency, counts);
	for (int i = 0; i < SYSBENCH_BUCKETS; i++)
		most = counts[i] > most ? counts[i] : most;
	for (unsigned i = 0; i < SYSBENCH_BUCKETS; i++)
		if (counts[i])
			fprintf(out, "%12.3f |%-40.*s %llu\n", histogram_sysbench_bucket_ms(i),
				(int)((double)counts[i] / (double)most * WIDTH + 0.5), stars,
				(unsigned long long)counts[i]);
	log_text(LOG_NOTICE, " ");
}

void
report_metrics(const struct metric *metrics, unsigned count)
{
	log_text(LOG_NOTICE, "Results:");
	for (unsigned i = 0; i < count; i++)
		log_text(LOG_NOTICE, "    %-32s %14.3f %s", metrics[i].name, metrics[i].value,
			 metrics[i].unit);
	log_text(LOG_NOTICE, "%s", "");
}

void
report_totals(const struct totals *totals)
{
	if (totals->unfinished)
		log_text(LOG_NOTICE, "Number of unfinished transactions on forced shutdown: %u\n",
			 totals->unfinished);
	log_text(LOG_NOTICE,
		 "General statistics:\n"
		 "    total time:                          %.4fs\n"
		 "    total number of events:              %llu\n",
		 totals->since_start_s, (unsigned long long)totals->events);
	report_latency(totals);
	report_fairness(totals);
	report_threads(totals);
}
