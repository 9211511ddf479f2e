/* Compiled with -O2. */
#include "runner.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "arrivals.h"
#include "clock.h"
#include "log.h"
#include "marks.h"

/* What the main thread has to do, in seconds from the start. */
struct agenda {
	bool begun; /* the warm-up is over */
	unsigned interval_s, checkpoint;
	struct histogram before; /* the last interval's end */
};

struct run {
	const struct workload *workload;
	void *self;
	const struct limits *limits;
	run_checkpoint *on_checkpoint;
	struct worker {
		struct thread thread;
		struct run *run;
		pthread_t id;
		uint64_t span_ns;		      /* of its measured loop */
		uint64_t waited_before_ns, waited_ns; /* for a processor, until then; in it */
		bool waited_known;
		uint64_t reported_events, reported_ns; /* up to the last checkpoint */
	} * workers;
	sem_t ready;	     /* posted by each worker that is initialized */
	pthread_rwlock_t go; /* the main thread's until all may begin */
	unsigned started;    /* workers that there are */
	uint64_t begin_ns;   /* the warm-up's begin; start_ns is its end */
	uint64_t start_ns, deadline_ns, seed;
	struct arrivals *arrivals; /* NULL: a thread that is free goes on at once */
	uint64_t most_events;	   /* 0: their number is not limited */
	_Atomic uint64_t taken;	   /* events begun, when it is */
	atomic_bool failed;
	atomic_uint running;
	pthread_mutex_t lock;
	pthread_cond_t finished; /* a worker left its loop */
	struct agenda agenda;
	struct usage before;
	struct counters *counters;
	uint64_t counted_before[COUNTERS];
	struct histogram reported; /* of all workers, up to the last checkpoint */
	uint64_t reported_at_ns;   /* when that was; start_ns: there was none */
	unsigned unfinished;	   /* events under way when the end was forced */
};

/* As many as were asked for. */
static bool
all_begun(const struct run *run)
{
	return run->most_events > 0 && run->taken >= run->most_events;
}

/* A thread that has done all must not take an event, or another one gets none. */
static bool
take_event(struct run *run, const struct thread *thread)
{
	bool done = run->workload->once && thread->latency.count > 0;

	if (run->most_events == 0)
		return !done;
	if (!done &&
	    atomic_fetch_add_explicit(&run->taken, 1, memory_order_relaxed) < run->most_events)
		return true;
	if (all_begun(run))
		log_text(LOG_INFO, "Event limit exceeded, exiting...");
	return false;
}

/* The next event may begin; with a rate, this waits until one is due. */
static bool
more_events(struct run *run, const struct thread *thread, uint64_t now, uint64_t until_ns,
	    uint64_t *due_ns)
{
	return now < until_ns && !atomic_load_explicit(&run->failed, memory_order_relaxed) &&
	       (until_ns == run->start_ns || take_event(run, thread)) &&
	       (!run->arrivals || arrivals_take(run->arrivals, due_ns));
}

static void
record(const struct run *run, struct thread *thread, uint64_t due_ns, uint64_t begin_ns,
       uint64_t now)
{
	bool service = !run->arrivals || run->limits->service;

	histogram_record(&thread->latency, now - (service ? begin_ns : due_ns));
	if (run->arrivals)
		histogram_record(&thread->other, now - (service ? due_ns : begin_ns));
}

/* Events until that time, or until there are no more; returns when the last one ended. */
static uint64_t
run_events(struct run *run, struct thread *thread, uint64_t now, uint64_t until_ns)
{
	const struct workload *w = run->workload;
	struct event event = {0};
	uint64_t due_ns = 0;

	while (more_events(run, thread, now, until_ns, &due_ns)) {
		if (w->next && !w->next(run->self, thread, &event))
			break;
		event.begin_ns = clock_ns();
		if (w->execute(run->self, thread, &event) < 0) {
			run->failed = true;
			break;
		}
		now = clock_ns();
		record(run, thread, due_ns, event.begin_ns, now);
		if (w->done)
			w->done(run->self, thread, &event, now - event.begin_ns);
		if (run->arrivals)
			arrivals_done(run->arrivals);
	}
	return now;
}

/* What was done so far is forgotten; a thread that had too little to do waits for the others. */
static void
warm_up(struct run *run, struct thread *thread)
{
	struct timespec end = {.tv_sec = (time_t)(run->start_ns / 1000000000),
			       .tv_nsec = (long)(run->start_ns % 1000000000)};

	run_events(run, thread, run->begin_ns, run->start_ns);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
		;
	histogram_reset(&thread->latency);
	histogram_reset(&thread->other);
	if (run->workload->reset)
		run->workload->reset(run->self, thread);
}

static void
work(struct run *run, struct worker *worker)
{
	uint64_t begin, end;

	if (run->limits->warmup_s)
		warm_up(run, &worker->thread);
	worker->waited_known = thread_waited(&worker->waited_before_ns);
	begin = clock_ns();
	end = run_events(run, &worker->thread, begin, run->deadline_ns);
	worker->span_ns = end - begin;
	if (end >= run->deadline_ns)
		log_text(LOG_INFO, "Time limit exceeded, exiting...");
}

static void *
run_worker(void *argument)
{
	struct worker *worker = argument;
	struct run *run = worker->run;
	const struct workload *w = run->workload;
	uint64_t waited = 0;

	log_text(LOG_DEBUG, "Worker thread (#%u) started", worker->thread.id);
	if (w->thread_size)
		worker->thread.state = allocate(1, w->thread_size);
	if (w->thread_init && w->thread_init(run->self, &worker->thread) < 0)
		run->failed = true;
	log_text(LOG_DEBUG, "Worker thread (#%u) initialized", worker->thread.id);
	sem_post(&run->ready);
	pthread_rwlock_rdlock(&run->go);
	pthread_rwlock_unlock(&run->go);
	if (!run->failed)
		work(run, worker);
	if (!run->failed && w->thread_done && w->thread_done(run->self, &worker->thread) < 0)
		run->failed = true;
	worker->waited_known = worker->waited_known && thread_waited(&waited);
	worker->waited_ns = worker->waited_known ? waited - worker->waited_before_ns : 0;
	pthread_mutex_lock(&run->lock);
	run->running--;
	pthread_cond_signal(&run->finished);
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

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

/* Threads that still run are looked at through copies. */
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

/* Of threads that have ended. */
static void
sum_up_waits(const struct run *run, struct totals *totals)
{
	totals->waited_known = !run->unfinished;
	totals->waited_ns = 0;
	for (unsigned i = 0; i < run->started && totals->waited_known; i++) {
		totals->waited_known = run->workers[i].waited_known;
		totals->waited_ns += run->workers[i].waited_ns;
	}
}

/* What was done since the last checkpoint. */
static void
sum_up(struct run *run, struct totals *totals)
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
	sum_up(run, &totals);
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
take_before(struct run *run)
{
	usage_take(&run->before);
	counters_read(run->counters, run->counted_before);
}

static void
do_second(struct run *run, struct agenda *a, unsigned at_s)
{
	const struct limits *l = run->limits;

	if (!a->begun) {
		take_before(run);
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

/* Waits for the workers, or until the end is forced. */
static void
watch_workers(struct run *run)
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

static int
start_worker(struct run *run, struct worker *worker, unsigned id)
{
	pthread_attr_t attributes;
	size_t stack = run->limits->stack_bytes;
	int error;

	worker->run = run;
	worker->thread.id = id;
	random_seed(&worker->thread.random, run->seed, id);
	pthread_attr_init(&attributes);
	error = pthread_attr_setstacksize(&attributes, stack < 65536 ? 65536 : stack);
	if (!error)
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
		arrivals_start(run->limits->rate, run->seed, run->begin_ns, run->deadline_ns);
	if (!run->arrivals) {
		log_errno(LOG_FATAL, "Cannot start the event generator,");
		run->failed = true;
	}
}

/* Nobody misses what arrives when all is done. */
static void
end_arrivals(struct run *run)
{
	unsigned waiting, under_way;

	if (!run->arrivals)
		return;
	arrivals_count(run->arrivals, &waiting, &under_way);
	if (arrivals_overflowed(run->arrivals)) {
		log_text(LOG_FATAL, "The event queue is full. This means the worker threads are "
				    "unable to keep up "
				    "with the specified event generation rate");
		run->failed = true;
	} else if (waiting > 0 && !all_begun(run) && clock_ns() >= run->deadline_ns) {
		log_text(LOG_WARNING, "%u events had arrived and were not begun at the end",
			 waiting);
	}
	arrivals_free(run->arrivals);
}

/* Sysbench has threads of their own for these, and its report names them. */
static void
announce(const struct limits *limits)
{
	if (limits->report_interval_s)
		log_text(LOG_DEBUG, "Reporting thread started");
	if (limits->rate)
		log_text(LOG_DEBUG, "Event generating thread started");
	if (limits->checkpoint_count)
		log_text(LOG_DEBUG, "Checkpoints report thread started");
}

/* Fewer threads than asked for do nothing but end. */
static void
create_workers(struct run *run)
{
	unsigned *i = &run->started;

	for (; *i < run->limits->threads && !run->failed; ++*i) {
		if (start_worker(run, &run->workers[*i], *i) == 0)
			continue;
		log_errno(LOG_FATAL, "Thread #%u creation failed,", *i);
		run->failed = true;
		break;
	}
}

static void
start_workers(struct run *run)
{
	run->seed = run->limits->seed ? (uint64_t)run->limits->seed : (uint64_t)time(NULL);
	announce(run->limits);
	pthread_rwlock_wrlock(&run->go);
	create_workers(run);
	run->running = run->started;
	for (unsigned i = 0; i < run->started; i++)
		while (sem_wait(&run->ready) < 0)
			;
	take_before(run); /* and marks_begin(): later, when there is a warm-up */
	if (!run->limits->warmup_s)
		marks_begin();
	run->begin_ns = clock_ns();
	run->start_ns = run->begin_ns + run->limits->warmup_s * UINT64_C(1000000000);
	run->reported_at_ns = run->start_ns;
	run->deadline_ns = run->limits->time_s
				   ? run->start_ns + run->limits->time_s * UINT64_C(1000000000)
				   : UINT64_MAX;
	start_arrivals(run);
	if (!run->failed)
		log_text(LOG_NOTICE, "Threads started!\n");
	pthread_rwlock_unlock(&run->go);
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

static struct run *
new_run(const struct workload *workload, void *self, const struct limits *limits,
	run_checkpoint *on_checkpoint)
{
	struct run *run = allocate(1, sizeof(*run));

	run->workers = allocate(limits->threads, sizeof(*run->workers));
	run->counters = counters_open();
	run->workload = workload;
	run->self = self;
	run->limits = limits;
	run->most_events = workload->ignores_events ? 0 : limits->events;
	run->on_checkpoint = on_checkpoint;
	pthread_mutex_init(&run->lock, NULL);
	init_finished(&run->finished);
	sem_init(&run->ready, 0, 0);
	pthread_rwlock_init(&run->go, NULL);
	return run;
}

static void
join_workers(struct run *run)
{
	for (unsigned i = 0; i < run->started; i++)
		pthread_join(run->workers[i].id, NULL);
	end_arrivals(run);
	log_text(LOG_INFO, "Done.\n");
}

static void
free_run(struct run *run)
{
	for (unsigned i = 0; i < run->started; i++) {
		if (run->workload->thread_free)
			run->workload->thread_free(run->self, &run->workers[i].thread);
		if (run->workload->thread_size)
			free(run->workers[i].thread.state);
	}
	counters_free(run->counters);
	free(run->workers);
	free(run);
}

/* Cold: made small, which what its threads run is not. */
__attribute__((cold)) int
run_workload(const struct workload *workload, void *self, const struct limits *limits,
	     run_checkpoint *on_checkpoint, struct totals *totals)
{
	struct run *run = new_run(workload, self, limits, on_checkpoint);
	int result = -1;
	bool whole;

	start_workers(run);
	watch_workers(run);
	if (!run->unfinished)
		join_workers(run);
	if (!run->failed) {
		sum_up(run, totals);
		whole = !run->unfinished && run->reported_at_ns == run->start_ns;
		for (unsigned i = 0; i < limits->threads && whole; i++)
			totals->span_ns += run->workers[i].span_ns;
		totals->before = run->before;
		sum_up_waits(run, totals);
		counters_read(run->counters, totals->counted_after);
		usage_take(&totals->after);
		memcpy(totals->counted_before, run->counted_before, sizeof(run->counted_before));
		totals->counters = run->counters;
		run->counters = NULL;
		marks_end();
		result = 0;
	}
	if (!run->unfinished)
		free_run(run);
	return result;
}
