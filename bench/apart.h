/*
 * Measures in a separate process, so that a failure stays within its experiment: a crash, the OOM
 * killer, an end while threads are at work. Earlier results belong to the parent, which sleeps
 * meanwhile. The cost is one fork(2) before the measured time, the same in every environment; and
 * each experiment begins with a fresh heap.
 */
#ifndef APART_H
#define APART_H

#include <sys/types.h>

#include "json.h"
#include "log.h"

struct apart {
	const char *name; /* of the experiment */
	int count;	  /* of `words`, its command */
	char **words;
	/* In the child: adds the results to the object that is open in `json`; returns the exit
	 * status, UNAVAILABLE included. */
	int (*measure)(void *context, struct json *json);
	struct outcome *outcome; /* in memory shared by both processes */
	/* In the parent: removes the files that a child which was cut off left here. */
	void (*clear)(void *context, pid_t child);
	void *context;
};

/*
 * From here on SIGINT, SIGTERM and SIGHUP end the measurement instead of this process, unless they
 * were ignored from the start.
 */
void apart_begin(void);

/*
 * Adds the experiment's object to the array that is open in `json`. Returns its exit status: 128 +
 * N when signal N ended it, and then the outcome has the error, too.
 */
int apart_measure(const struct apart *apart, struct json *json);

/* The signal that ended the measurement; 0: none, and the next experiment may begin. */
int apart_interrupted(void);

#endif
