/*
 * Starts a program and waits for its end: it has nothing to read, its output is collected, its time
 * is limited, and processes that it leaves behind are killed. One launcher serves one thread.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

struct launcher;

enum { OUTPUT_KEPT = 1 << 20 }; /* the last bytes of a program's output */

struct ending {
	int how;   /* as waitpid(2) gives it */
	bool late; /* the limit ended it */
	struct rusage usage;
};

/* -1 or NULL: failed, with a message. */
struct launcher *launcher_new(unsigned limit_s);
void launcher_free(struct launcher *launcher);
int launch(struct launcher *launcher, const char *file, char *const words[], struct ending *ending);

/* The last program's output, with a terminating zero; `whole`: nothing was discarded. */
const char *launcher_output(const struct launcher *launcher, size_t *size, bool *whole);

#endif
