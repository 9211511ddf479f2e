/*
 * A workload as the runner sees it: a name, its options, and functions for each stage of a run. One
 * file per workload. Functions that can fail report the reason with log_text() and return -1; what
 * this machine lacks or forbids is reported with log_unavailable(). Those marked optional may be
 * NULL.
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
 * One event. The runner sets begin_ns, from which its latency counts: execute may move it to when
 * the event was due. The workload defines the meaning of the other fields.
 */
struct event {
	uint64_t begin_ns;
	int kind;
	unsigned file;
	uint64_t offset, size;
};

/* One worker. The runner owns it; `state` belongs to the workload, from before thread_init to after
 * thread_free. */
struct thread {
	unsigned id;
	struct random random;
	void *state;
	struct histogram latency; /* of its events */
	struct histogram other;	  /* with a rate; see struct totals */
};

enum { MOST_METRICS = 24 };

struct metric {
	const char *name, *unit;
	double value;
	bool more_is_better;
};

struct workload {
	const char *name, *title;
	bool on_disk;	     /* makes files in the current directory */
	unsigned sysbench;   /* its place in sysbench's list of tests; 0: a probe */
	bool spaced;	     /* other work is between its events, by design */
	bool ignores_events; /* the amount of work decides, not --events */
	bool once;	     /* a thread has only one event */
	bool takes_words;    /* after "--": limits->words */
	size_t size;	     /* of what `self` points to: zeros, and the options' values */
	size_t thread_size;  /* of each worker's `state`: zeros; 0: thread_init allocates it */
	const struct option *options;	/* sysbench's; for a probe, all */
	const struct option *additions; /* those that sysbench does not have; optional */

	/* A workload's commands other than `run` and `help`; optional. */
	int (*prepare)(void *self, const struct limits *limits);
	int (*cleanup)(void *self);
	/* The command `serve`: processes elsewhere talk to this one until it is killed;
	 * optional. */
	int (*serve)(void *self);
	/* Removes the files of a run by that process, which was cut off; optional. */
	void (*clear)(const struct limits *limits, pid_t process);

	/* Gets ready for a run; optional. */
	int (*begin)(void *self, const struct limits *limits);
	/* Releases what begin and open acquired, also if they failed; optional. */
	void (*end)(void *self);

	void (*print_mode)(const void *self); /* optional */
	/* Acquires what the run needs, for example files; optional. */
	int (*open)(void *self);

	/* In each worker, before and after the measured loop. thread_done is within the measured
	 * time. */
	int (*thread_init)(void *self, struct thread *thread);	/* optional */
	int (*thread_done)(void *self, struct thread *thread);	/* optional */
	void (*thread_free)(void *self, struct thread *thread); /* optional */
	/* In each worker, after the warm-up: forgets what it has counted so far; optional. */
	void (*reset)(void *self, struct thread *thread);

	/* The next request, outside the event's latency; false: this thread has finished.
	 * Optional. */
	bool (*next)(void *self, struct thread *thread, struct event *event);
	int (*execute)(void *self, struct thread *thread, struct event *event);
	/* Receives the duration of the event, in nanoseconds; optional. */
	void (*done)(void *self, struct thread *thread, const struct event *event, uint64_t ns);

	/* The line of --report-interval, with the latencies of the interval's events; optional (the
	 * runner has one for plain events). */
	void (*print_interval)(void *self, const struct limits *limits, unsigned at_s,
			       const struct histogram *interval);
	/* The workload's own findings, printed before the metrics that all have; optional. */
	void (*print_report)(const void *self, const struct totals *totals);
	/* A checkpoint was reported: the next report covers what follows it; optional. */
	void (*mark)(void *self);
	/* Its metrics, the primary one first; returns how many; optional. */
	unsigned (*metrics)(const void *self, const struct totals *totals,
			    struct metric out[MOST_METRICS]);
	/* Adds the workload's own fields to the experiment's JSON object; optional. */
	void (*write_json)(const void *self, const struct totals *totals, struct json *json);
	/* The same for a run that failed; optional. */
	void (*explain)(const void *self, struct json *json);
	/* Whether the work was really done; the outcome also goes to the `checks` array;
	 * optional. */
	bool (*check)(const void *self, const struct totals *totals, struct json *json);
};

/* The last part of a workload's file begins with this; it registers the workload. */
#define WORKLOAD                                                                                   \
	static const struct workload workload;                                                     \
	static const struct workload *const known __attribute__((section("workloads"), used)) =    \
		&workload;                                                                         \
	static const struct workload workload

/* All workloads, in the order in which their files are linked: the linker puts them together. */
extern const struct workload *const workloads[] __asm__("__start_workloads");
extern const struct workload *const workloads_end[] __asm__("__stop_workloads");

const struct workload *workload_find(const char *name); /* NULL: no such workload */

#endif
