/* All processes of the host at one time, and which of them belong to a command. */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <sys/types.h>

#include "proc.h"

enum { MOST_PROCESSES = 32768 };

struct processes {
	int count;
	struct member {
		struct process process;
		bool ours;
		bool daemon; /* an engine's, and so nobody's */
	} all[MOST_PROCESSES];
};

/* To be freed; NULL: there is no memory. */
struct processes *processes_read(void);

/* NULL: there is none. */
struct member *processes_find(struct processes *processes, pid_t pid);

/* Those that the command has started, and those that began after it and are ancestors of `waiting`
 * (0: none), are ours. */
void processes_claim(struct processes *processes, struct member *command, pid_t waiting);

#endif
