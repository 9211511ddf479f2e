#include "proc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool
proc_line(char *line, size_t size, const char *format, ...)
{
	char path[600];
	va_list args;
	FILE *file;
	bool good;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	file = fopen(path, "re");
	good = file && fgets(line, (int)size, file);
	if (file)
		fclose(file);
	if (!good)
		line[0] = '\0';
	return good;
}

/* The process's name is in brackets and may contain any character. */
bool
proc_process(struct process *p, pid_t pid)
{
	long long user, system;
	char line[1024], *rest;

	*p = (struct process){.pid = pid};
	proc_line(line, sizeof(line), "/proc/%d/stat", (int)pid);
	rest = strrchr(line, ')');
	if (!rest || sscanf(rest + 1,
			    " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld %*d "
			    "%*d %*d %*d %llu",
			    &p->parent, &user, &system, &p->start) != 4)
		return false;
	p->children_ns = (uint64_t)(user + system) * (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
	return true;
}

bool
proc_used(pid_t pid, uint64_t *ns)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
		return false;
	*ns = (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
	return true;
}

bool
proc_mapped(pid_t pid, const char *field, uint64_t *bytes)
{
	size_t length = strlen(field);
	char path[64], line[256];
	unsigned long long kib;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	errno = 0;
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = strncmp(line, field, length) == 0 &&
			sscanf(line + length, ": %llu kB", &kib) == 1;
	if (file)
		fclose(file);
	if (found)
		*bytes = kib * 1024;
	return found;
}
