/*
 * The cost of starting a program: fork(2), execve(2) of a static program that writes a line and
 * exits, and waiting for it, as in lmbench's "lat_proc exec". The program is bench itself, asked
 * for its version; as there, its standard output is closed, so the line is discarded. Its
 * environment is empty, since a longer one would take longer.
 * kind: processes; audit: kernel
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "runner.h"

static const char program[] = "/proc/self/exe";

static const struct option options[] = {
	{.name = NULL},
};

static int
open_program(void *self)
{
	(void)self;
	if (access(program, X_OK) == 0)
		return 0;
	log_unavailable("%s: %s", program, strerror(errno));
	return -1;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	char *arguments[] = {"bench", "--version", NULL}, *environment[] = {NULL};
	pid_t pid = fork();

	(void)self;
	(void)thread;
	(void)event;
	if (pid == 0) {
		close(STDOUT_FILENO);
		execve(program, arguments, environment);
		_exit(127);
	}
	if (pid > 0)
		return child_reap(pid);
	log_errno(LOG_FATAL, "Cannot fork");
	return -1;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	(void)self;
	out[0] = (struct metric){"fork, exec and wait", "us", mean_us(totals), false};
	return 1;
}

WORKLOAD = {
	.name = "exec",
	.title = "program start, as lmbench lat_proc exec",
	.options = options,
	.open = open_program,
	.execute = execute,
	.metrics = metrics,
	.check = child_check,
};
