/* What the host's kernel reports in small files: proc(5), and /sys. */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent;
	unsigned long long start; /* in ticks since the host booted */
	uint64_t children_ns;	  /* processor time of ended children */
};

/* The first line of a file, with its newline; "" and false: it cannot be read. */
bool proc_line(char *line, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* false: there is no such process. */
bool proc_process(struct process *process, pid_t pid);

/* Processor time of a process, ended threads included; false: the process has ended. */
bool proc_used(pid_t pid, uint64_t *ns);

/* The sum of a field, such as "Pss", over all mappings; false: unknown, and errno has the reason: 0
 * when the file has no such field. */
bool proc_mapped(pid_t pid, const char *field, uint64_t *bytes);

#endif
