/* The file test's output: before it begins, at intervals, at the end, and in the document. */
#include <stdlib.h>

#include "allocate.h"
#include "fileio.h"
#include "log.h"
#include "report.h"
#include "runner.h"

void
fileio_print_mode(const void *self)
{
	const struct fileio *f = self;
	char text[32];

	fileset_print_flags(&f->files);
	log_text(LOG_NOTICE, "%u files, %s each", f->files.count,
		 fileset_size_text(f->files.size, text));
	log_text(LOG_NOTICE, "%s total file size", fileset_size_text(f->files.total, text));
	log_text(LOG_NOTICE, "Block size %s", fileset_size_text(f->files.block, text));
	if (f->merged)
		log_text(LOG_NOTICE, "Merging requests up to %s for sequential IO.",
			 fileset_size_text(f->files.block * f->merged, text));
	if (f->requests.mode->random) {
		log_text(LOG_NOTICE, "Number of IO requests: %u", f->events);
		log_text(LOG_NOTICE, "Read/Write ratio for combined random IO test: %2.2f",
			 f->requests.ratio);
	}
	if (f->requests.fsync_every)
		log_text(LOG_NOTICE, "Periodic FSYNC enabled, calling fsync() each %u requests.",
			 f->requests.fsync_every);
	if (f->fsync_end)
		log_text(LOG_NOTICE, "Calling fsync() at the end of test, Enabled.");
	if (f->fsync_all)
		log_text(LOG_NOTICE, "Calling fsync() after each write operation.");
	log_text(LOG_NOTICE, "Using %s I/O mode", f->engine->title);
	if (f->content.checked)
		log_text(LOG_NOTICE, "Using checksums validation.");
	log_text(LOG_NOTICE, "Doing %s test", f->requests.mode->title);
}

static struct sums
sum_up(const struct fileio *f)
{
	struct sums sums = {0};

	for (const struct worker *w = f->workers; w; w = w->next) {
		for (int i = 0; i < OPERATIONS; i++) {
			sums.count[i] += w->done[i].count;
			sums.mib[i] += (double)w->done[i].bytes / 1048576;
		}
	}
	return sums;
}

static struct sums
subtract(struct sums from, const struct sums *sums)
{
	for (int i = 0; i < OPERATIONS; i++) {
		from.count[i] -= sums->count[i];
		from.mib[i] -= sums->mib[i];
	}
	return from;
}

static void
merge_latency(const struct fileio *f, enum operation kind, struct histogram *out)
{
	histogram_reset(out);
	for (const struct worker *w = f->workers; w; w = w->next)
		histogram_merge(out, &w->done[kind].latency);
}

void
fileio_mark(void *self)
{
	struct fileio *f = self;

	f->marked = sum_up(f);
	for (int i = 0; i < OPERATIONS; i++)
		merge_latency(f, i, &f->marked_latency[i]);
}

void
fileio_print_interval(void *self, const struct limits *limits, unsigned at_s,
		      const struct histogram *interval)
{
	struct fileio *f = self;
	struct sums now = sum_up(f), sums = subtract(now, &f->reported);
	double s = limits->report_interval_s;

	log_text(LOG_NOTICE,
		 "[ %us ] reads: %4.2f MiB/s writes: %4.2f MiB/s fsyncs: %4.2f/s latency "
		 "(ms,%u%%): %4.3f",
		 at_s, sums.mib[READ] / s, sums.mib[WRITE] / s, (double)sums.count[FSYNC] / s,
		 limits->percentile, histogram_sysbench_ms(interval, limits->percentile));
	f->reported = now;
}

void
fileio_print_report(const void *self, const struct totals *totals)
{
	const struct fileio *f = self;
	struct sums sums = subtract(sum_up(f), &f->marked);
	double s = totals->seconds;

	log_text(LOG_NOTICE,
		 "\nFile operations:\n"
		 "    reads/s:                      %4.2f\n"
		 "    writes/s:                     %4.2f\n"
		 "    fsyncs/s:                     %4.2f\n"
		 "\nThroughput:\n"
		 "    read, MiB/s:                  %4.2f\n"
		 "    written, MiB/s:               %4.2f\n",
		 (double)sums.count[READ] / s, (double)sums.count[WRITE] / s,
		 (double)sums.count[FSYNC] / s, sums.mib[READ] / s, sums.mib[WRITE] / s);
}

static void
write_operations(const struct fileio *f, const struct totals *totals, struct json *json)
{
	static const char *const names[] = {"read", "write", "fsync"};
	struct sums sums = subtract(sum_up(f), &f->marked);
	struct histogram *h = allocate(2, sizeof(*h));

	json_object(json, "operations");
	for (int i = 0; i < OPERATIONS; i++) {
		merge_latency(f, i, &h[0]);
		histogram_since(&h[1], &h[0], &f->marked_latency[i]);
		json_object(json, names[i]);
		json_uint(json, "count", sums.count[i]);
		json_double(json, "per_s", (double)sums.count[i] / totals->seconds);
		if (i != FSYNC)
			json_double(json, "mib_per_s", sums.mib[i] / totals->seconds);
		json_latency(json, "latency_ns", &h[1]);
		json_histogram(json, "histogram", &h[1]);
		json_end(json, '}');
	}
	json_end(json, '}');
	free(h);
}

void
fileio_write_json(const void *self, const struct totals *totals, struct json *json)
{
	const struct fileio *f = self;

	json_string(json, "io_mode", f->engine->name);
	if (f->engine->registers) {
		json_object(json, "io_uring");
		json_bool(json, "registered_buffers", f->registered_buffers);
		json_bool(json, "registered_files", f->registered_files);
		json_end(json, '}');
	}
	write_operations(f, totals, json);
}
