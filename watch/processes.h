/* All processes of the host at one moment, and which of them belong to a command. */
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
		bool daemon; /* an engine's, and so not ours */
	} all[MOST_PROCESSES];
};

/* The caller frees it; NULL: out of memory. */
struct processes *processes_read(void);

/* NULL: no such process. */
struct member *processes_find(struct processes *processes, pid_t pid);

/* Marks as ours the processes that the command started, and those that began later and are
 * ancestors of `waiting` (0: none). */
void processes_claim(struct processes *processes, struct member *command, pid_t waiting);

#endif
