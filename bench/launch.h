/*
 * Starts a program and waits for its end: with nothing to read, what it writes collected, a limit
 * on its time, and its processes ended with it. One launcher serves one thread.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

struct launcher;

enum { OUTPUT_KEPT = 1 << 20 }; /* bytes of a program's output, the last ones */

struct ending {
	int how;   /* as waitpid(2) gives it */
	bool late; /* the limit ended it */
	struct rusage usage;
};

/* -1 or NULL: failed, with a message. */
struct launcher *launcher_new(unsigned limit_s);
void launcher_free(struct launcher *launcher);
int launch(struct launcher *launcher, const char *file, char *const words[], struct ending *ending);

/* What the last one wrote, ended by a zero; `whole`: nothing of it was let go. */
const char *launcher_output(const struct launcher *launcher, size_t *size, bool *whole);

#endif
