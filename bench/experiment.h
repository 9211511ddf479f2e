/* One bench command line: a workload, its options, and what is done with them. */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include <stdbool.h>
#include <sys/types.h>

#include "json.h"
#include "log.h"
#include "options.h"
#include "runner.h"
#include "workload.h"

/* Exit statuses beside 0. */
enum {
	FAILED = 1,	 /* of options, too, as for sysbench */
	USAGE = 2,	 /* nothing was named that could be done */
	UNAVAILABLE = 3, /* the machine lacks or forbids something */
	/* What sysbench ends with when --forced-shutdown ended the run, for its form of report. */
	FORCED_AS_SYSBENCH = 2,
};

struct experiment {
	const char *test, *command;	 /* NULL: none was named */
	const struct workload *workload; /* NULL: no test was named */
	struct options *options;
	struct limits limits;
	void *self;		 /* the workload's, where its options are stored */
	struct outcome *outcome; /* in memory that forked processes share */
};

/*
 * Reads arguments in sysbench's manner: `[--option[=value]]... [test] [command]`, in any order;
 * behind `--` a test that takes words has its own. It
 * is done in two steps, since sysbench prints its first line between them: what all tests share,
 * then the test and its own options. Both say what is wrong and return -1; whatever they return,
 * experiment_free() ends it.
 */
int experiment_begin(struct experiment *experiment, int argc, char **argv);
int experiment_finish(struct experiment *experiment, int argc, char **argv);
void experiment_free(struct experiment *experiment);

/* Whether the workload's options are allowed, those that matter to a run alone included; says what
 * is wrong and returns -1. */
int experiment_check(const struct experiment *experiment, bool run);

/*
 * Does the command, with sysbench's messages on the log; returns the exit status. What came of it
 * is added to the object that is open in `json`.
 */
int experiment_do(const struct experiment *experiment, struct json *json);

/*
 * Prepares (when the workload has that), runs and cleans up, and adds what came of it to the object
 * that is open in `json`; returns the exit status.
 */
int experiment_measure(const struct experiment *experiment, struct json *json);

/* Removes the files that a process which was cut off left in the current directory: what a run
 * makes, and what it needs when that process was to prepare it. */
void experiment_clear(const struct experiment *experiment, pid_t process, bool prepared);

#endif
