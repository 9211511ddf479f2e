#ifndef COMMAND_H
#define COMMAND_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Pipes from a command: the guest's port (its descriptor 3), its console output, and a document
 * apart from that (its standard output). */
enum { PORT, OUTPUT, PRINTED, STREAMS };

struct command {
	pid_t pid;	      /* of its process group, too; it ends when we do */
	int streams[STREAMS]; /* nonblocking; -1: closed, or not requested */
};

void command_start(struct command *command, const bool streams[STREAMS], char *argv[]);

/* Reads what a stream has, up to `size` bytes; 0: nothing, or the stream is closed now. */
size_t command_read(struct command *command, int stream, char *data, size_t size);

/* Binds QEMU's threads, except those that run the guest's processors, to these; false: one
 * failed. */
bool command_part(const struct command *command, const cpu_set_t *cpus);

/* A list as "2,3"; false: not a valid list. */
bool parse_cpus(const char *text, cpu_set_t *set);

#endif
