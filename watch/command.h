#ifndef COMMAND_H
#define COMMAND_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Pipes from a command: the guest's port (its descriptor 3), what it prints, and a document apart
 * from that (its standard output). */
enum { PORT, OUTPUT, PRINTED, STREAMS };

struct command {
	pid_t pid;	      /* of a process group, too; it ends when we do */
	int streams[STREAMS]; /* do not block; -1: closed, or not asked for */
};

void command_start(struct command *command, const bool streams[STREAMS], char *argv[]);

/* What is in a stream, as far as there is room for it; 0: nothing, or it is closed now. */
size_t command_read(struct command *command, int stream, char *data, size_t size);

/* QEMU's threads that are not a processor of the guest run on these from now on; false: one cannot.
 */
bool command_part(const struct command *command, const cpu_set_t *cpus);

/* A list as "2,3"; false: it is none. */
bool parse_cpus(const char *text, cpu_set_t *set);

#endif
