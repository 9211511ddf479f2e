/*
 * How late a sleeping thread wakes, as cyclictest defines it: clock_nanosleep(2) until absolute
 * times of CLOCK_MONOTONIC at a fixed interval; the latency of an event is the time at which it
 * continued minus the requested time. Times that have passed meanwhile are skipped. As in
 * cyclictest, the timer slack stays the kernel's (50 us, and none under SCHED_FIFO); unlike in
 * cyclictest, nothing is written to /dev/cpu_dma_latency, so the CPU may sleep deeply (as with
 * cyclictest --laptop).
 * kind: wake-ups; audit: kernel
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "placement.h"
#include "runner.h"

struct timer {
	struct placement placement;
	unsigned interval_us;
	int priority;
	uint64_t interval_ns;
};

static const struct option options[] = {
	{"timer-interval", OPTION_INT(struct timer, interval_us), "1000",
	 "time between wake-ups in microseconds", .least = 1},
	{"timer-priority", OPTION_INT(struct timer, priority), "0",
	 "priority under SCHED_FIFO, 0 for SCHED_OTHER", .most = 99},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct timer *t = self;

	(void)limits;
	t->interval_ns = t->interval_us * UINT64_C(1000);
	t->placement.place = PLACE_SAME;
	return placement_find(&t->placement);
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct timer *t = self;
	struct sched_param param = {.sched_priority = t->priority};
	int error = t->priority ? pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) : 0;

	if (error) {
		log_unavailable("SCHED_FIFO with priority %d: %s", t->priority, strerror(error));
		return -1;
	}
	return placement_bind(&t->placement, thread->id, 0);
}

/* The event begins when the sleep should end. */
static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct timer *t = self;
	uint64_t *due_ns = thread->state;
	struct timespec due;
	int error;

	if (*due_ns == 0)
		*due_ns = event->begin_ns + t->interval_ns;
	due.tv_sec = (time_t)(*due_ns / 1000000000);
	due.tv_nsec = (long)(*due_ns % 1000000000);
	event->begin_ns = *due_ns;
	do
		error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	while (error == EINTR);
	errno = error;
	if (error)
		log_errno(LOG_FATAL, "Cannot sleep");
	return error ? -1 : 0;
}

static void
done(void *self, struct thread *thread, const struct event *event, uint64_t ns)
{
	const struct timer *t = self;
	uint64_t *due_ns = thread->state;

	(void)event;
	*due_ns += t->interval_ns * (ns / t->interval_ns + 1);
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	struct latency l;

	(void)self;
	histogram_summarize(&totals->latency, &l);
	out[0] = (struct metric){"latency p50", "us", (double)l.p50 / 1e3, false};
	out[1] = (struct metric){"latency min", "us", (double)l.min / 1e3, false};
	out[2] = (struct metric){"latency avg", "us", (double)l.avg / 1e3, false};
	out[3] = (struct metric){"latency p99", "us", (double)l.p99 / 1e3, false};
	out[4] = (struct metric){"latency p99.9", "us", (double)l.p999 / 1e3, false};
	out[5] = (struct metric){"latency max", "us", (double)l.max / 1e3, false};
	return 6;
}

WORKLOAD = {
	.name = "timer",
	.title = "timer latency, as cyclictest",
	.spaced = true,
	.size = sizeof(struct timer),
	.thread_size = sizeof(uint64_t),
	.options = options,
	.begin = begin,
	.thread_init = thread_init,
	.execute = execute,
	.done = done,
	.metrics = metrics,
};
