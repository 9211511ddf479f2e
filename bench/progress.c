/* Reports while the workers work: intervals, checkpoints, and the totals. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "arrivals.h"
#include "clock.h"
#include "log.h"
#include "marks.h"
#include "run.h"

static void
merge_workers(const struct run *run, struct histogram *sum)
{
	histogram_reset(sum);
	for (unsigned i = 0; i < run->limits->threads; i++)
		histogram_merge(sum, &run->workers[i].thread.latency);
}

static void
report_queue(struct run *run, unsigned at_s)
{
	unsigned waiting, under_way;

	arrivals_count(run->arrivals, &waiting, &under_way);
	log_text(LOG_NOTICE, "[ %us ] queue length: %u concurrency: %u", at_s, waiting, under_way);
}

static void
report_interval(struct run *run, unsigned at_s, struct histogram *before)
{
	struct histogram now, interval;

	merge_workers(run, &now);
	histogram_since(&interval, &now, before);
	*before = now;
	if (run->workload->print_interval)
		run->workload->print_interval(run->self, run->limits, at_s, &interval);
	else
		log_text(LOG_NOTICE, "[ %us ] thds: %u eps: %4.2f lat (ms,%u%%): %4.2f", at_s,
			 run->limits->threads,
			 (double)interval.count / run->limits->report_interval_s,
			 run->limits->percentile,
			 histogram_sysbench_ms(&interval, run->limits->percentile));
	if (run->arrivals)
		report_queue(run, at_s);
}

/* Running threads are read through copies. */
static void
sum_up_threads(struct run *run, struct totals *totals)
{
	struct histogram all, one;
	struct thread_total *t;

	histogram_reset(&all);
	histogram_reset(&totals->other);
	for (unsigned i = 0; i < run->limits->threads; i++) {
		histogram_reset(&one);
		histogram_merge(&one, &run->workers[i].thread.latency);
		histogram_merge(&all, &one);
		histogram_merge(&totals->other, &run->workers[i].thread.other);
		t = &totals->threads[i];
		totals->idle += one.count == 0;
		t->events = one.count - run->workers[i].reported_events;
		t->busy_ns = one.sum - run->workers[i].reported_ns;
		t->min_ns = t->events ? one.min : 0;
		t->max_ns = one.max;
	}
	totals->events_since_start = all.count;
	histogram_since(&totals->latency, &all, &run->reported);
}

void
progress_sum(struct run *run, struct totals *totals)
{
	uint64_t now = clock_ns();

	memset(totals, 0, sizeof(*totals));
	totals->limits = *run->limits;
	totals->begin_ns = run->begin_ns;
	totals->since_start_s = (double)(now - run->start_ns) / 1e9;
	totals->seconds = (double)(now - run->reported_at_ns) / 1e9;
	totals->unfinished = run->unfinished;
	totals->threads = allocate(run->limits->threads, sizeof(*totals->threads));
	sum_up_threads(run, totals);
	totals->events = totals->latency.count;
}

static void
report_checkpoint(struct run *run, unsigned at_s)
{
	struct totals totals;

	log_text(LOG_NOTICE, "[ %us ] Checkpoint report:", at_s);
	progress_sum(run, &totals);
	run->on_checkpoint(run->workload, run->self, &totals);
	run->reported_at_ns = run->start_ns + (uint64_t)(totals.since_start_s * 1e9);
	merge_workers(run, &run->reported);
	for (unsigned i = 0; i < run->limits->threads; i++) {
		run->workers[i].reported_events += totals.threads[i].events;
		run->workers[i].reported_ns += totals.threads[i].busy_ns;
	}
	if (run->workload->mark)
		run->workload->mark(run->self);
	free(totals.threads);
}

static unsigned
next_second(const struct run *run, const struct agenda *a)
{
	const struct limits *l = run->limits;
	unsigned next = l->forced_shutdown_s;

	if (!a->begun)
		return 0;
	if (l->report_interval_s && a->interval_s < next)
		next = a->interval_s;
	if (a->checkpoint < l->checkpoint_count && l->checkpoints_s[a->checkpoint] < next)
		next = l->checkpoints_s[a->checkpoint];
	return next;
}

static void
do_second(struct run *run, struct agenda *a, unsigned at_s)
{
	const struct limits *l = run->limits;

	if (!a->begun) {
		run_take_before(run);
		marks_begin();
		a->begun = true;
		return;
	}
	if (l->report_interval_s && at_s == a->interval_s) {
		report_interval(run, at_s, &a->before);
		a->interval_s += l->report_interval_s;
	}
	if (a->checkpoint < l->checkpoint_count && at_s == l->checkpoints_s[a->checkpoint]) {
		a->checkpoint++;
		if (at_s > 0)
			report_checkpoint(run, at_s);
	}
	if (at_s == l->forced_shutdown_s) {
		log_text(LOG_FATAL, "The --max-time limit has expired, forcing shutdown...");
		run->unfinished = run->running;
	}
}

void
progress_watch(struct run *run)
{
	struct agenda *agenda = &run->agenda;
	struct timespec until;
	unsigned at;

	agenda->begun = run->limits->warmup_s == 0;
	agenda->interval_s = run->limits->report_interval_s;
	if (!run->on_checkpoint)
		agenda->checkpoint = run->limits->checkpoint_count;
	pthread_mutex_lock(&run->lock);
	while (run->running > 0 && !run->unfinished) {
		at = next_second(run, agenda);
		if (at == NEVER) {
			pthread_cond_wait(&run->finished, &run->lock);
			continue;
		}
		until.tv_sec = (time_t)(run->start_ns / 1000000000 + at);
		until.tv_nsec = (long)(run->start_ns % 1000000000);
		if (pthread_cond_timedwait(&run->finished, &run->lock, &until) == ETIMEDOUT)
			do_second(run, agenda, at);
	}
	pthread_mutex_unlock(&run->lock);
}
