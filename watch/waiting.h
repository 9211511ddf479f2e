/* A benchmark that waits for its beginning gives itself a name, by which it is found. */
#ifndef WAITING_H
#define WAITING_H

#include <stdbool.h>
#include <sys/types.h>

bool is_waiting(pid_t pid);

/* The process that waits, of those that began after the command: a descendant of its, or one that
 * has `directory` (NULL: none) as its /results. 0: none does. */
pid_t find_waiting(pid_t command, const char *directory);

#endif
