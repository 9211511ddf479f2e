#include "marks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { WAIT_NS = 300000000 };

static int marks = -1; /* the descriptor; -1: no reader */
static unsigned experiment;
static bool begun;

void
marks_open(void)
{
	const char *name = getenv("SAMEBITS_MARKS");

	if (name && *name)
		marks = atoi(name);
	/* Programs that a probe executes do not need it. */
	if (marks >= 0 && fcntl(marks, F_SETFD, FD_CLOEXEC) < 0)
		marks = -1;
}

void
marks_number(unsigned number)
{
	experiment = number;
}

/* In one write, so that the line is not mixed with init's; a guest's port has no other writer. */
static void
say(const char *line)
{
	struct pollfd room = {.fd = marks, .events = POLLOUT};

	while (marks >= 0 && write(marks, line, strlen(line)) < 0) {
		if (errno == EAGAIN)
			poll(&room, 1, -1);
		else if (errno != EINTR)
			marks = -1;
	}
}

uint64_t
marks_wait_ns(void)
{
	const struct timespec wait = {.tv_nsec = WAIT_NS};
	uint64_t begin = clock_ns();
	char name[16];

	if (!getenv("SAMEBITS_RUN") || prctl(PR_GET_NAME, name) < 0)
		return 0;
	prctl(PR_SET_NAME, "bench-waiting");
	say("waiting\n");
	/* The reader of the results sees this even if our processes are not visible. */
	futimens(STDOUT_FILENO, NULL);
	/* A signal that ends the sleep ends bench, too. */
	nanosleep(&wait, NULL);
	prctl(PR_SET_NAME, name);
	return clock_ns() - begin;
}

static void
mark(const char *what)
{
	char line[32];

	snprintf(line, sizeof(line), "%s %u\n", what, experiment);
	say(line);
}

void
marks_begin(void)
{
	mark("begin");
	begun = true;
}

/* All events may end before the warm-up is over. */
void
marks_end(void)
{
	if (begun)
		mark("end");
}
