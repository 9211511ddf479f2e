/* Compiled with -O2. */
#include "runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "arrivals.h"
#include "clock.h"
#include "log.h"
#include "marks.h"
#include "run.h"

/* Whether as many events as requested have begun. */
static bool
all_begun(const struct run *run)
{
	return run->most_events > 0 && run->taken >= run->most_events;
}

/* A finished thread must not take an event, otherwise another one gets none. */
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

/* Whether another event may begin; with a rate, this waits until one is due. */
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

/* Runs events until that time, or until there are no more; returns when the last one ended. */
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

/* Discards what was done so far; a thread with too little work waits for the others. */
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

void
run_take_before(struct run *run)
{
	usage_take(&run->before);
	counters_read(run->counters, run->counted_before);
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

/* Events that arrive after the end do not matter. */
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

/* sysbench has separate threads for these, and its report names them. */
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

/* With fewer threads than requested, all of them just end. */
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
	run_take_before(run); /* with a warm-up, this and marks_begin() follow later */
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

/* Only ended threads count. */
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

/* Cold: optimized for size, unlike what its threads run. */
__attribute__((cold)) int
run_workload(const struct workload *workload, void *self, const struct limits *limits,
	     run_checkpoint *on_checkpoint, struct totals *totals)
{
	struct run *run = new_run(workload, self, limits, on_checkpoint);
	int result = -1;
	bool whole;

	start_workers(run);
	progress_watch(run);
	if (!run->unfinished)
		join_workers(run);
	if (!run->failed) {
		progress_sum(run, totals);
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
