#ifndef CPUTIME_H
#define CPUTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "json.h"

/* Processor time of a process since it began, ended threads included, and how long its threads were
 * ready to run but had no processor. */
struct cputime {
	uint64_t used_ns, waited_ns;
	bool known, waited_known; /* a kernel need not count the waits */
};

enum { CPUTIME_MOST_THREADS = 1024 };

/* How long each thread had waited at the last reading; all zero: nothing was read yet. */
struct waits {
	uint64_t ended_ns; /* of ended threads */
	int count;
	struct waiting {
		pid_t thread;
		uint64_t ns;
		unsigned round; /* when it was seen last */
	} threads[CPUTIME_MOST_THREADS];
	unsigned round;
};

/* The wait of a thread between the last reading and its end is lost: read often. */
void cputime_read(struct cputime *time, struct waits *waits, pid_t pid);

/* An object {"used_s", "waited_s"} of the differences; in an array (no key) null when unknown. */
void cputime_write(const struct cputime *from, const struct cputime *to, struct json *json,
		   const char *key);

#endif
