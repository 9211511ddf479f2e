/*
 * Measures in a process of its own, so that an experiment fails alone whatever becomes of it: a
 * crash, a want of memory that the kernel ends it for, an end that comes while threads are at work.
 * What was found before is its parent's, who sleeps meanwhile. It costs one fork(2) before the
 * measured time, the same in every environment; and each experiment begins with a fresh heap.
 */
#ifndef APART_H
#define APART_H

#include <sys/types.h>

#include "json.h"
#include "log.h"

struct apart {
	const char *name; /* of the experiment */
	int count;	  /* of the words of its command */
	char **words;
	/* In the child: adds what came of it to the object that is open in `json`; returns the exit
	 * status, UNAVAILABLE included. */
	int (*measure)(void *context, struct json *json);
	struct outcome *outcome; /* in memory that both processes have */
	/* In the parent: removes the files that a child which was cut off left here. */
	void (*clear)(void *context, pid_t child);
	void *context;
};

/*
 * From here on SIGINT, SIGTERM and SIGHUP end what is being measured instead of this process,
 * unless they were ignored from the start.
 */
void apart_begin(void);

/*
 * Adds the experiment's object to the array that is open in `json`. Returns its exit status, which
 * is 128 + N when signal N ended it; what went wrong is then, too, in the outcome.
 */
int apart_measure(const struct apart *apart, struct json *json);

/* The signal that ended the measuring; 0: none did, the next experiment may begin. */
int apart_interrupted(void);

#endif
