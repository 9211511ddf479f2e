/* One bench command line: a workload, its options, and its execution. */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "json.h"
#include "log.h"
#include "options.h"
#include "runner.h"
#include "workload.h"

/* Exit statuses other than 0. */
enum {
	FAILED = 1,	 /* also for wrong options, as in sysbench */
	USAGE = 2,	 /* the command line names nothing to do */
	UNAVAILABLE = 3, /* the machine lacks or forbids something */
	/* sysbench's exit status after --forced-shutdown, for its form of report. */
	FORCED_AS_SYSBENCH = 2,
};

struct experiment {
	const char *test, *command;	 /* NULL: none was given */
	const struct workload *workload; /* NULL: no test was given */
	struct options *options;
	struct limits limits;
	void *self;		 /* the workload's data, with its options */
	struct outcome *outcome; /* in memory shared with forked processes */
};

/*
 * Reads arguments in sysbench's manner: `[--option[=value]]... [test] [command]`, in any order; a
 * test that takes words has them after `--`. There are two steps, since sysbench prints its first
 * line between them: first the options that all tests share, then the test and its own options.
 * Both report errors and return -1; in any case experiment_free() must follow.
 */
int experiment_begin(struct experiment *experiment, int argc, char **argv);
int experiment_finish(struct experiment *experiment, int argc, char **argv);
void experiment_free(struct experiment *experiment);

/* Whether the workload's options are allowed, with `run` also those that only a run needs; reports
 * errors and returns -1. */
int experiment_check(const struct experiment *experiment, bool run);

/*
 * Executes the command, with sysbench's messages on the log; returns the exit status. The results
 * are added to the object that is open in `json`.
 */
int experiment_do(const struct experiment *experiment, struct json *json);

/*
 * Prepares (if the workload does that), runs and cleans up, and adds the results to the object that
 * is open in `json`; returns the exit status.
 */
int experiment_measure(const struct experiment *experiment, struct json *json);

/* Removes the files that a process which was cut off left in the current directory: those that a
 * run creates and, if that process prepared the run, those that it needs. */
void experiment_clear(const struct experiment *experiment, pid_t process, bool prepared);

#endif
