#include "runner.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "clock.h"
#include "log.h"

const struct option runner_options[] = {
	{"threads", OPTION_INT, "1", "number of threads to use"},
	{"events", OPTION_INT, "0", "limit for total number of events"},
	{"time", OPTION_INT, "10", "limit for total execution time in seconds"},
	{"thread-stack-size", OPTION_SIZE, "64K", "size of stack per thread"},
	{"rate", OPTION_INT, "0", "average transactions rate. 0 for unlimited rate"},
	{"report-interval", OPTION_INT, "0",
	 "periodically report intermediate statistics with a specified interval in seconds. 0 "
	 "disables intermediate reports"},
	{"debug", OPTION_BOOL, "off", "print more debugging info"},
	{"help", OPTION_BOOL, "off", "print help and exit"},
	{"version", OPTION_BOOL, "off", "print version and exit"},
	{"tx-rate", OPTION_INT, "0", "deprecated alias for --rate"},
	{"max-requests", OPTION_INT, "0", "deprecated alias for --events"},
	{"max-time", OPTION_INT, "0", "deprecated alias for --time"},
	{"num-threads", OPTION_INT, "1", "deprecated alias for --threads"},
	{"rand-seed", OPTION_INT, "0",
	 "seed for random number generator. When 0, the current time is used as a RNG seed."},
	{"verbosity", OPTION_INT, "3", "verbosity level {5 - debug, 0 - only critical messages}"},
	{"percentile", OPTION_INT, "95",
	 "percentile to calculate in latency statistics (1-100). Use the special value of 0 to "
	 "disable percentile calculations"},
	{"histogram", OPTION_BOOL, "off", "print latency histogram in report"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

struct run {
	const struct workload *workload;
	void *self;
	const struct limits *limits;
	struct worker {
		struct thread thread;
		struct run *run;
		pthread_t id;
	} * workers;
	pthread_barrier_t ready, go;
	uint64_t start_ns, deadline_ns, seed;
	struct arrivals *arrivals; /* NULL: a thread that is free goes on at once */
	_Atomic uint64_t taken;	   /* events begun, when their number is limited */
	atomic_bool failed;
	atomic_uint running;
	pthread_mutex_t lock;
	pthread_cond_t finished; /* a worker left its loop */
};

/* The value of an option, or of its old name when that one says more than its default. */
static int
with_alias(const struct options *options, const char *name, const char *old)
{
	int value = options_int(options, old);

	if (value <= (strcmp(name, "threads") == 0 ? 1 : 0))
		return options_int(options, name);
	log_text(LOG_WARNING, "--%s is deprecated, use --%s instead", old, name);
	return value;
}

int
limits_read(struct limits *limits, const struct options *options)
{
	int threads = with_alias(options, "threads", "num-threads");
	int events = with_alias(options, "events", "max-requests");
	int time = with_alias(options, "time", "max-time");
	int rate = with_alias(options, "rate", "tx-rate");
	int percentile = options_int(options, "percentile");
	int interval = options_int(options, "report-interval");

	if (threads <= 0) {
		log_text(LOG_FATAL, "Invalid value for --threads: %d.\n", threads);
		return -1;
	}
	if (percentile < 0 || percentile > 100) {
		log_text(LOG_FATAL, "Invalid value for --percentile: %d", percentile);
		return -1;
	}
	if (time < 0 || events < 0 || interval < 0 || rate < 0) {
		log_text(LOG_FATAL,
			 "--time, --events, --rate and --report-interval may not be negative");
		return -1;
	}
	*limits = (struct limits){
		.threads = (unsigned)threads,
		.time_s = (unsigned)time,
		.report_interval_s = (unsigned)interval,
		.percentile = (unsigned)percentile,
		.rate = (unsigned)rate,
		.events = (uint64_t)events,
		.stack_bytes = options_size(options, "thread-stack-size"),
		.seed = (uint64_t)options_int(options, "rand-seed"),
		.debug = options_bool(options, "debug"),
		.histogram = options_bool(options, "histogram"),
	};
	if (time == 0 && events == 0)
		log_text(LOG_WARNING,
			 "Both event and time limits are disabled, running an endless test");
	return 0;
}

static bool
take_event(struct run *run)
{
	if (run->limits->events == 0 ||
	    atomic_fetch_add_explicit(&run->taken, 1, memory_order_relaxed) < run->limits->events)
		return true;
	log_text(LOG_INFO, "Event limit exceeded, exiting...");
	return false;
}

static bool
more_events(struct run *run, uint64_t now, uint64_t *due_ns)
{
	return now < run->deadline_ns &&
	       !atomic_load_explicit(&run->failed, memory_order_relaxed) && take_event(run) &&
	       (!run->arrivals || arrivals_take(run->arrivals, due_ns));
}

static void
run_events(struct run *run, struct thread *thread)
{
	const struct workload *w = run->workload;
	struct event event = {0};
	uint64_t now = run->start_ns, due_ns = 0;

	while (more_events(run, now, &due_ns)) {
		if (w->next && !w->next(run->self, thread, &event))
			break;
		event.begin_ns = run->arrivals ? due_ns : clock_ns();
		if (w->execute(run->self, thread, &event) < 0) {
			run->failed = true;
			return;
		}
		now = clock_ns();
		histogram_record(&thread->latency, now - event.begin_ns);
		if (w->done)
			w->done(run->self, thread, &event, now - event.begin_ns);
		if (run->arrivals)
			arrivals_done(run->arrivals);
	}
	if (now >= run->deadline_ns)
		log_text(LOG_INFO, "Time limit exceeded, exiting...");
}

static void *
run_worker(void *argument)
{
	struct worker *worker = argument;
	struct run *run = worker->run;
	const struct workload *w = run->workload;

	log_text(LOG_DEBUG, "Worker thread (#%u) started", worker->thread.id);
	if (w->thread_init && w->thread_init(run->self, &worker->thread) < 0)
		run->failed = true;
	log_text(LOG_DEBUG, "Worker thread (#%u) initialized", worker->thread.id);
	pthread_barrier_wait(&run->ready);
	pthread_barrier_wait(&run->go);
	if (!run->failed)
		run_events(run, &worker->thread);
	if (!run->failed && w->thread_done && w->thread_done(run->self, &worker->thread) < 0)
		run->failed = true;
	pthread_mutex_lock(&run->lock);
	run->running--;
	pthread_cond_signal(&run->finished);
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

static double
interval_percentile(const struct run *run, struct histogram *sum, struct histogram *before)
{
	struct histogram now;

	histogram_reset(&now);
	for (unsigned i = 0; i < run->limits->threads; i++)
		histogram_merge(&now, &run->workers[i].thread.latency);
	*sum = now;
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		sum->buckets[i] -= before->buckets[i];
	sum->count -= before->count;
	*before = now;
	return histogram_sysbench_ms(sum, run->limits->percentile);
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
	struct histogram sum;
	uint64_t events = before->count;
	double percentile_ms = interval_percentile(run, &sum, before);
	unsigned seconds = run->limits->report_interval_s;

	if (run->workload->print_interval)
		run->workload->print_interval(run->self, run->limits, at_s, percentile_ms);
	else
		log_text(LOG_NOTICE, "[ %us ] thds: %u eps: %4.2f lat (ms,%u%%): %4.2f", at_s,
			 run->limits->threads, (double)(before->count - events) / seconds,
			 run->limits->percentile, percentile_ms);
	if (run->arrivals)
		report_queue(run, at_s);
}

/* Waits for the workers, reporting at each interval while at least one is at work. */
static void
watch_workers(struct run *run)
{
	struct histogram before;
	unsigned interval = run->limits->report_interval_s, at = interval;
	struct timespec until;

	histogram_reset(&before);
	pthread_mutex_lock(&run->lock);
	while (run->running > 0) {
		if (interval == 0) {
			pthread_cond_wait(&run->finished, &run->lock);
			continue;
		}
		until.tv_sec = (time_t)(run->start_ns / 1000000000 + at);
		until.tv_nsec = (long)(run->start_ns % 1000000000);
		if (pthread_cond_timedwait(&run->finished, &run->lock, &until) == ETIMEDOUT) {
			report_interval(run, at, &before);
			at += interval;
		}
	}
	pthread_mutex_unlock(&run->lock);
}

static int
start_worker(struct run *run, struct worker *worker, unsigned id)
{
	pthread_attr_t attributes;
	size_t stack = run->limits->stack_bytes;
	int error;

	worker->run = run;
	worker->thread.id = id;
	histogram_reset(&worker->thread.latency);
	random_seed(&worker->thread.random, run->seed, id);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, stack < 65536 ? 65536 : stack);
	error = pthread_create(&worker->id, &attributes, run_worker, worker);
	pthread_attr_destroy(&attributes);
	errno = error;
	return error ? -1 : 0;
}

static void
start_arrivals(struct run *run)
{
	if (run->limits->rate == 0)
		return;
	run->arrivals =
		arrivals_start(run->limits->rate, run->seed, run->start_ns, run->deadline_ns);
	if (!run->arrivals) {
		log_errno(LOG_FATAL, "Cannot start the event generator,");
		run->failed = true;
	}
}

static void
end_arrivals(struct run *run)
{
	unsigned waiting, under_way;

	if (!run->arrivals)
		return;
	arrivals_count(run->arrivals, &waiting, &under_way);
	if (arrivals_overflowed(run->arrivals)) {
		log_text(LOG_FATAL,
			 "The event queue is full: the rate is more than this machine does.");
		run->failed = true;
	} else if (waiting > 0) {
		log_text(LOG_WARNING, "%u events had arrived and were not begun at the end",
			 waiting);
	}
	arrivals_free(run->arrivals);
}

/* Fewer threads than asked for would wait at the barrier for ever: the process has to end. */
static void
start_workers(struct run *run)
{
	run->seed = run->limits->seed ? run->limits->seed : (uint64_t)time(NULL);
	for (unsigned i = 0; i < run->limits->threads; i++) {
		if (start_worker(run, &run->workers[i], i) < 0) {
			log_errno(LOG_FATAL, "Thread #%u creation failed,", i);
			exit(1);
		}
	}
	pthread_barrier_wait(&run->ready);
	run->start_ns = clock_ns();
	run->deadline_ns = run->limits->time_s
				   ? run->start_ns + run->limits->time_s * UINT64_C(1000000000)
				   : UINT64_MAX;
	start_arrivals(run);
	if (!run->failed)
		log_text(LOG_NOTICE, "Threads started!\n");
	pthread_barrier_wait(&run->go);
}

static int
sum_up(struct run *run, struct totals *totals)
{
	struct thread_total *t;

	totals->limits = *run->limits;
	totals->seconds = (double)(clock_ns() - run->start_ns) / 1e9;
	histogram_reset(&totals->latency);
	totals->threads = calloc(run->limits->threads, sizeof(*totals->threads));
	if (!totals->threads) {
		log_errno(LOG_FATAL, "No memory for the sums");
		return -1;
	}
	for (unsigned i = 0; i < run->limits->threads; i++) {
		t = &totals->threads[i];
		t->events = run->workers[i].thread.latency.count;
		t->busy_ns = run->workers[i].thread.latency.sum;
		t->min_ns = t->events ? run->workers[i].thread.latency.min : 0;
		t->max_ns = run->workers[i].thread.latency.max;
		histogram_merge(&totals->latency, &run->workers[i].thread.latency);
	}
	totals->events = totals->latency.count;
	return 0;
}

static void
init_finished(pthread_cond_t *finished)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(finished, &attributes);
	pthread_condattr_destroy(&attributes);
}

int
run_workload(const struct workload *workload, void *self, const struct limits *limits,
	     struct totals *totals)
{
	struct run run = {.workload = workload, .self = self, .limits = limits};
	int result = -1;

	run.workers = calloc(limits->threads, sizeof(*run.workers));
	if (!run.workers) {
		log_errno(LOG_FATAL, "No memory for %u threads", limits->threads);
		return -1;
	}
	run.running = limits->threads;
	pthread_mutex_init(&run.lock, NULL);
	init_finished(&run.finished);
	pthread_barrier_init(&run.ready, NULL, limits->threads + 1);
	pthread_barrier_init(&run.go, NULL, limits->threads + 1);
	start_workers(&run);
	watch_workers(&run);
	for (unsigned i = 0; i < limits->threads; i++)
		pthread_join(run.workers[i].id, NULL);
	end_arrivals(&run);
	log_text(LOG_INFO, "Done.\n");
	if (!run.failed)
		result = sum_up(&run, totals);
	for (unsigned i = 0; i < limits->threads && workload->thread_free; i++)
		workload->thread_free(self, &run.workers[i].thread);
	free(run.workers);
	return result;
}
