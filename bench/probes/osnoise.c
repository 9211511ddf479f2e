/*
 * Interruptions of a thread that never gives up the CPU, as the kernel's osnoise tracer ("rtla
 * osnoise") defines them, but seen from user space, as "oslat" does: the clock is read without
 * pause, and a gap between two readings above a threshold is noise. One event is a period of such
 * reading. The clock is CLOCK_MONOTONIC. The time that a hypervisor reports as stolen from these
 * CPUs is shown next to it.
 * kind: processor; audit: processor
 * Compiled with -O2.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "allocate.h"
#include "clock.h"
#include "log.h"
#include "placement.h"
#include "runner.h"
#include "usage.h"

struct osnoise {
	struct placement placement;
	unsigned threshold_us, period_ms;
	uint64_t threshold_ns, period_ns;
	_Atomic uint64_t wall_us, steal_us; /* of ended workers */
	unsigned workers;
	struct tally {
		_Atomic uint64_t read_ns, gaps, gap_ns, longest_ns;
	} * tallies; /* of each worker */
};

static const struct option options[] = {
	{"osnoise-threshold", OPTION_INT(struct osnoise, threshold_us), "5",
	 "a longer gap is noise, in microseconds", .least = 1},
	{"osnoise-period", OPTION_INT(struct osnoise, period_ms), "100",
	 "length of one event in milliseconds", .least = 1},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct osnoise *o = self;

	o->workers = limits->threads;
	o->tallies = allocate(o->workers, sizeof(o->tallies[0]));
	o->threshold_ns = o->threshold_us * UINT64_C(1000);
	o->period_ns = o->period_ms * UINT64_C(1000000);
	o->placement.place = PLACE_SAME;
	return placement_find(&o->placement);
}

static void
end(void *self)
{
	struct osnoise *o = self;

	free(o->tallies);
}

/* If reading the clock takes longer than the threshold, everything would be noise. */
static int
check_clock(uint64_t threshold_ns)
{
	uint64_t best = UINT64_MAX, last = clock_ns(), now;

	for (int i = 0; i < 1000; i++, last = now) {
		now = clock_ns();
		best = now - last < best ? now - last : best;
	}
	if (best < threshold_ns)
		return 0;
	log_unavailable("reading the clock takes %llu ns, and longer than %llu ns is noise",
			(unsigned long long)best, (unsigned long long)threshold_ns);
	return -1;
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct osnoise *o = self;

	if (placement_bind(&o->placement, thread->id, 0) < 0 || check_clock(o->threshold_ns) < 0)
		return -1;
	usage_take(thread->state);
	return 0;
}

/* usage_take() reports on the CPUs that the thread is bound to: only its own. */
static int
thread_done(void *self, struct thread *thread)
{
	struct osnoise *o = self;
	const struct usage *before = thread->state;
	struct usage after;

	usage_take(&after);
	if (!before->has_cpus || !after.has_cpus)
		return 0;
	o->wall_us += (after.clock.ns - before->clock.ns) / 1000;
	if (after.steal_s > before->steal_s)
		o->steal_us += (uint64_t)((after.steal_s - before->steal_s) * 1e6);
	return 0;
}

static void
forget(struct tally *t)
{
	t->read_ns = t->gaps = t->gap_ns = t->longest_ns = 0;
}

static void
mark(void *self)
{
	struct osnoise *o = self;

	for (unsigned i = 0; i < o->workers; i++)
		forget(&o->tallies[i]);
}

/* Resets only this thread's: others may have begun to count. */
static void
reset(void *self, struct thread *thread)
{
	struct osnoise *o = self;

	forget(&o->tallies[thread->id]);
	usage_take(thread->state);
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct osnoise *o = self;
	struct tally *tally = &o->tallies[thread->id];
	uint64_t begin = clock_ns(), last = begin, now, gaps = 0, gap_ns = 0, longest_ns = 0;

	(void)event;
	for (; last - begin < o->period_ns; last = now) {
		now = clock_ns();
		if (now - last <= o->threshold_ns)
			continue;
		gaps++;
		gap_ns += now - last;
		longest_ns = now - last > longest_ns ? now - last : longest_ns;
	}
	tally->read_ns += last - begin;
	tally->gaps += gaps;
	tally->gap_ns += gap_ns;
	if (longest_ns > tally->longest_ns)
		tally->longest_ns = longest_ns;
	return 0;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct osnoise *o = self;
	double seconds = 0, gaps = 0, gap_ns = 0, longest_ns = 0;

	(void)totals;
	for (const struct tally *t = o->tallies; t < o->tallies + o->workers; t++) {
		seconds += (double)t->read_ns / 1e9;
		gaps += (double)t->gaps;
		gap_ns += (double)t->gap_ns;
		longest_ns = fmax(longest_ns, (double)t->longest_ns);
	}
	if (seconds == 0)
		return 0;
	out[0] = (struct metric){"noise", "%", gap_ns / 1e7 / seconds, false};
	out[1] = (struct metric){"gaps", "/s", gaps / seconds, false};
	out[2] = (struct metric){"longest gap", "us", longest_ns / 1e3, false};
	if (o->wall_us == 0)
		return 3;
	out[3] = (struct metric){"steal", "%", (double)o->steal_us * 100 / (double)o->wall_us,
				 false};
	return 4;
}

WORKLOAD = {
	.name = "osnoise",
	.title = "OS noise, as rtla osnoise and oslat",
	.size = sizeof(struct osnoise),
	.thread_size = sizeof(struct usage),
	.options = options,
	.begin = begin,
	.end = end,
	.thread_init = thread_init,
	.thread_done = thread_done,
	.reset = reset,
	.execute = execute,
	.mark = mark,
	.metrics = metrics,
};
