#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"
#include "device.h"
#include "guest.h"
#include "place.h"
#include "say.h"

/* This file's state: there is one child. */
static int document = -1; /* takes bench's standard output; -1: not redirected */
static char document_path[256];
static sigset_t handled;
static pid_t child;
static int status;
static bool killed; /* the child was killed, so its status is 128 + the signal's number */

static bool
is_mount_point(const char *path)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096], *rest = NULL, *field;
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		field = strtok_r(line, " ", &rest);
		for (int i = 1; i < 5 && field; i++)
			field = strtok_r(NULL, " ", &rest);
		found = field && strcmp(field, path) == 0;
	}
	fclose(file);
	return found;
}

static const char *
variable(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}

/* A suite's result document is held back until it is complete: in memory, or under a temporary
 * name. */
void
open_document(const char *command)
{
	const char *environment = variable("SAMEBITS_ENVIRONMENT", "container");
	const char *iteration = variable("SAMEBITS_ITERATION", "1");
	char temporary[sizeof(document_path) + 4];

	if (strcmp(command, "suite") != 0)
		return;
	if (is_guest() && (port_descriptor() >= 0 || console_wanted())) {
		snprintf(document_path, sizeof(document_path), "%s-%s.json", environment,
			 iteration);
		document = memfd_create("document", MFD_CLOEXEC);
	} else if (!is_guest() && is_mount_point("/results")) {
		errno = ENAMETOOLONG;
		if (snprintf(document_path, sizeof(document_path), "/results/%s-%s.json",
			     environment, iteration) >= (int)sizeof(document_path))
			fatal("SAMEBITS_ENVIRONMENT or SAMEBITS_ITERATION");
		/* A variant may contain a path. */
		for (char *c = document_path + sizeof("/results"); *c; c++)
			if (*c == '/')
				*c = '@';
		snprintf(temporary, sizeof(temporary), "%s.tmp", document_path);
		document = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	} else {
		return;
	}
	if (document < 0)
		fatal("the result document");
	expect_document();
}

static void
block_signals(void)
{
	static const int signals[] = {SIGCHLD, SIGTERM, SIGINT,	 SIGHUP,
				      SIGQUIT, SIGUSR1, SIGUSR2, SIGTTOU};

	sigemptyset(&handled);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(&handled, signals[i]);
	sigprocmask(SIG_BLOCK, &handled, NULL);
}

/* Gives the child its own process group, in the terminal's foreground: Ctrl-C reaches it, not
 * us. */
static void
take_terminal(bool shell)
{
	char names[CONSOLES_SIZE], *last;

	if (is_guest() && shell) {
		read_consoles(names);
		last = strrchr(names, ' ');
		control_terminal(last ? last + 1 : names);
		return;
	}
	setpgid(0, 0);
	if (isatty(STDIN_FILENO))
		tcsetpgrp(STDIN_FILENO, getpid());
}

/* bench itself reports to the host when an experiment begins and ends. */
static void
hand_on_port(void)
{
	int port = port_descriptor();

	if (port < 0 || fcntl(port, F_SETFD, 0) < 0)
		return;
	state_number("SAMEBITS_MARKS", (uint64_t)port);
}

static _Noreturn void
become(char *arguments[])
{
	static char bench[] = "bench", shell[] = "sh", login[] = "-l";
	bool wants_shell = strcmp(arguments[1], "shell") == 0;
	const char *program = wants_shell ? "/bin/busybox" : "/bin/bench";

	take_terminal(wants_shell);
	if (document >= 0)
		dup2(document, STDOUT_FILENO);
	sigprocmask(SIG_UNBLOCK, &handled, NULL);
	arguments[0] = wants_shell ? shell : bench;
	if (wants_shell)
		arguments[1] = login;
	else
		hand_on_port();
	execv(program, arguments);
	say("%s: %s", program, strerror(errno));
	_exit(MISSING);
}

void
start(char *arguments[])
{
	block_signals();
	if (chdir("/scratch") < 0)
		say("/scratch: %s", strerror(errno));
	announce("ready");
	child = fork();
	if (child < 0)
		fatal("fork");
	if (child == 0)
		become(arguments);
}

/* Orphans become our children; true if the child itself has ended. */
static bool
reap(void)
{
	bool ended = false;
	int how;
	pid_t pid;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		ended = true;
		killed = WIFSIGNALED(how);
		status = killed ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
	}
	return ended;
}

int
supervise(void)
{
	const struct timespec second = {.tv_sec = 1};
	bool ended = false;

	while (!ended) {
		int number = sigtimedwait(&handled, NULL, &second);

		if (number == SIGCHLD)
			ended = reap();
		else if (number > 0 && number != SIGTTOU)
			kill(child, number);
		else if (number < 0 && errno == EAGAIN)
			tell_host_line("alive\n");
	}
	return status;
}

static void
send_document(off_t size)
{
	void *data = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, document, 0);

	if (data == MAP_FAILED)
		fatal("the result document");
	tell_host_line("document %llu %llu\n", (unsigned long long)size,
		       (unsigned long long)clock_ns());
	tell_host(data, (size_t)size);
	tell_host("\n", 1);
}

/* bench writes its document last and in one piece, so the output of a killed bench is not a
 * document. */
void
hand_over_document(void)
{
	char temporary[sizeof(document_path) + 4];
	struct stat file;
	bool whole;

	if (document < 0)
		return;
	whole = !killed && fstat(document, &file) == 0 && file.st_size > 0;
	if (is_guest()) {
		if (whole) {
			send_document(file.st_size);
			console_report(document, document_path);
		}
		return;
	}
	snprintf(temporary, sizeof(temporary), "%s.tmp", document_path);
	if (!whole)
		unlink(temporary);
	else if (fsync(document) < 0 || rename(temporary, document_path) < 0)
		fatal(document_path);
}
