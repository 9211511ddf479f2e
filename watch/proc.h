/* What the host's kernel says in small files: proc(5), and those below /sys. */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent;
	unsigned long long start; /* in ticks since the host's boot */
	uint64_t children_ns;	  /* processor time of those that have ended */
};

/* The first line of a file, with its newline; "" and false: there is none. */
bool proc_line(char *line, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* false: there is none with this number. */
bool proc_process(struct process *process, pid_t pid);

/* Processor time of a process, its threads that have ended included; false: it has ended itself. */
bool proc_used(pid_t pid, uint64_t *ns);

/* The sum of a field of all its mappings, as "Pss"; false: it is not there, and errno says why: 0
 * when the file has no such field. */
bool proc_mapped(pid_t pid, const char *field, uint64_t *bytes);

#endif
