/*
 * What a benchmark is to the runner: a name, its options, and what happens at each stage of
 * a run. One file per workload. Functions that can fail say why with log_text() and return -1;
 * what this machine lacks or forbids is said with log_unavailable(). Those marked optional
 * may be NULL.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "histogram.h"
#include "json.h"
#include "options.h"
#include "random.h"

struct limits; /* both in runner.h */
struct totals;

/*
 * One event. The runner sets begin_ns, and its latency counts from there: execute may move it to
 * when the event was due. What the rest means is the workload's business.
 */
struct event {
	uint64_t begin_ns;
	int kind;
	unsigned file;
	uint64_t offset, size;
};

/* One worker. The runner owns it; `state` is the workload's, from before thread_init to after
 * thread_free. */
struct thread {
	unsigned id;
	struct random random;
	void *state;
	struct histogram latency; /* of its events */
	struct histogram other;	  /* with a rate, see struct totals */
};

enum { MOST_METRICS = 24 };

struct metric {
	const char *name, *unit;
	double value;
	bool more_is_better;
};

struct workload {
	const char *name, *title;
	bool on_disk;		      /* makes files in the current directory */
	unsigned sysbench;	      /* its place in sysbench's list of tests; 0: a probe */
	bool spaced;		      /* its events have something else between them, by design */
	bool ignores_events;	      /* how much there is to do decides, not --events */
	bool once;		      /* one event is all that a thread has to do */
	bool takes_words;	      /* behind "--": limits->words */
	size_t size;		      /* of what `self` is below: zeros, and the options' values */
	size_t thread_size;	      /* of each worker's `state`: zeros; 0: thread_init makes it */
	const struct option *options; /* as sysbench has them; of a probe, all */
	const struct option *additions; /* what sysbench does not have; optional */

	/* A workload's commands beside `run` and `help`; optional. */
	int (*prepare)(void *self, const struct limits *limits);
	int (*cleanup)(void *self);
	/* The command `serve`: what runs elsewhere talks to this process, until it is killed;
	 * optional. */
	int (*serve)(void *self);
	/* Removes the files of a run by that process, which was cut off; optional. */
	void (*clear)(const struct limits *limits, pid_t process);

	/* Gets ready for a run; optional. */
	int (*begin)(void *self, const struct limits *limits);
	/* Gives back what begin and open got, also where they failed; optional. */
	void (*end)(void *self);

	void (*print_mode)(const void *self); /* optional */
	/* Gets hold of what the run needs, files for example; optional. */
	int (*open)(void *self);

	/* In each worker, before and after the measured loop. thread_done is inside the measured
	 * time. */
	int (*thread_init)(void *self, struct thread *thread);	/* optional */
	int (*thread_done)(void *self, struct thread *thread);	/* optional */
	void (*thread_free)(void *self, struct thread *thread); /* optional */
	/* In each worker, when the warm-up is over: what it counted so far is forgotten; optional.
	 */
	void (*reset)(void *self, struct thread *thread);

	/* The next request, outside the event's latency; false: this thread has done all. Optional.
	 */
	bool (*next)(void *self, struct thread *thread, struct event *event);
	int (*execute)(void *self, struct thread *thread, struct event *event);
	/* Told how long the event took, in nanoseconds; optional. */
	void (*done)(void *self, struct thread *thread, const struct event *event, uint64_t ns);

	/* The line of --report-interval, with the latencies of the interval's events; optional (the
	 * runner has one for plain events). */
	void (*print_interval)(void *self, const struct limits *limits, unsigned at_s,
			       const struct histogram *interval);
	/* What it found, before the figures that all have; optional. */
	void (*print_report)(const void *self, const struct totals *totals);
	/* A checkpoint was reported: the next report is of what comes after it; optional. */
	void (*mark)(void *self);
	/* The figures it exists for, the primary one first; returns how many; optional. */
	unsigned (*metrics)(const void *self, const struct totals *totals,
			    struct metric out[MOST_METRICS]);
	/* Adds what is the workload's own to the experiment's JSON object; optional. */
	void (*write_json)(const void *self, const struct totals *totals, struct json *json);
	/* The same of a run that failed; optional. */
	void (*explain)(const void *self, struct json *json);
	/* Whether the work was really done; the outcome also goes to the `checks` array; optional.
	 */
	bool (*check)(const void *self, const struct totals *totals, struct json *json);
};

/* What the last part of a workload's file begins with; it makes the workload known. */
#define WORKLOAD                                                                                   \
	static const struct workload workload;                                                     \
	static const struct workload *const known __attribute__((section("workloads"), used)) =    \
		&workload;                                                                         \
	static const struct workload workload

/* All of them, in the order in which their files are linked: the linker puts them together. */
extern const struct workload *const workloads[] __asm__("__start_workloads");
extern const struct workload *const workloads_end[] __asm__("__stop_workloads");

const struct workload *workload_find(const char *name); /* NULL: no such workload */

#endif
