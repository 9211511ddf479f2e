#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Pipes from a command: the guest's port (its descriptor 3), what it prints, and a document apart
 * from that (its standard output). */
enum { PORT, OUTPUT, PRINTED, STREAMS };

struct command {
	pid_t pid;	      /* of a process group, too; it ends when we do */
	int streams[STREAMS]; /* do not block; -1: closed, or not asked for */
};

void command_start(struct command *command, const bool streams[STREAMS], char *argv[]);

/* How long its threads have waited for a processor, all together. */
uint64_t command_waits(const struct command *command);

#endif
