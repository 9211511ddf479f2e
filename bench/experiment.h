/* One bench command line: a workload, its options, and what is done with them. */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "json.h"
#include "options.h"
#include "workload.h"

struct experiment {
	const struct workload *workload; /* NULL: none was named */
	const char *command;		 /* NULL: none was named */
	struct options *options;
};

/*
 * Reads arguments in sysbench's manner: `[--option[=value]]... [test] [command]`, in any order.
 * Says what is wrong and returns -1; otherwise the caller ends with experiment_free().
 */
int experiment_parse(struct experiment *experiment, int argc, char **argv);
void experiment_free(struct experiment *experiment);

/* Does the command, with sysbench's messages on the log; returns the exit status. */
int experiment_do(const struct experiment *experiment);

/*
 * Prepares (when the workload has that), runs and cleans up, and adds what came of it to the object
 * that is open in `json`; returns the exit status.
 */
int experiment_measure(const struct experiment *experiment, struct json *json);

#endif
