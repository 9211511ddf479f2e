/* A benchmark that waits to begin is found by the name that it gives itself. */
#ifndef WAITING_H
#define WAITING_H

#include <stdbool.h>
#include <sys/types.h>

bool is_waiting(pid_t pid);

/* The waiting process: one that began after the command and is its descendant or has `directory`
 * (NULL: none) as its /results. 0: there is none. */
pid_t find_waiting(pid_t command, const char *directory);

#endif
