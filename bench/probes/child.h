/* Processes that a probe starts and waits for. */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>

#include "runner.h"

/* Waits for one; -1 (with a message) unless it exited with status 0. */
int child_reap(pid_t pid);

/* The self-check of such a probe: no child process is left. */
bool child_check(const void *self, const struct totals *totals, struct json *json);

#endif
