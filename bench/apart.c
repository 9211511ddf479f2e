#include "apart.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocate.h"
#include "experiment.h"
#include "log.h"

/* What the child hands over, in shared memory; much larger than the longest object. */
struct handover {
	bool whole; /* set last */
	size_t size;
	char text[16 << 20];
};

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

static sigset_t awaited;
static int interrupted;

void
apart_begin(void)
{
	struct sigaction action;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGCHLD);
	for (int i = 0; i < ENDS; i++)
		if (sigaction(ends[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&awaited, ends[i]);
	sigprocmask(SIG_BLOCK, &awaited, NULL);
}

int
apart_interrupted(void)
{
	return interrupted;
}

/* Ends the object that either process has begun. */
static void
end_object(struct json *json, int status, const char *error)
{
	json_int(json, "exit", status == UNAVAILABLE ? 0 : status);
	if (status != 0 && status != UNAVAILABLE)
		json_string(json, "error", error);
	json_end(json, '}');
}

static void
begin_object(const struct apart *apart, struct json *json)
{
	json_object(json, NULL);
	json_string(json, "name", apart->name);
	json_words(json, "command", apart->count, apart->words);
}

static int
measure(const struct apart *apart, struct handover *handover)
{
	size_t size;
	char *text;
	struct json json = {.out = open_text(&text, &size)};
	int status;

	begin_object(apart, &json);
	status = apart->measure(apart->context, &json);
	if (status == UNAVAILABLE)
		json_string(&json, "unavailable", apart->outcome->unavailable);
	end_object(&json, status, apart->outcome->error);
	if (fclose(json.out) != 0 || size > sizeof(handover->text))
		return 1;
	memcpy(handover->text, text, size);
	free(text);
	handover->size = size;
	handover->whole = true;
	return status;
}

/*
 * The parent handles a signal to all processes of a terminal. The child ends with its parent, so
 * that SIGKILL to bench ends all of it.
 */
static _Noreturn void
be_child(const struct apart *apart, struct handover *handover, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (int i = 0; i < ENDS; i++)
		signal(ends[i], SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &awaited, NULL);
	exit(measure(apart, handover));
}

/* Returns how the child ended, as from waitpid(2). */
static int
wait_for(pid_t child)
{
	int how = 0, number;

	for (;;) {
		number = sigwaitinfo(&awaited, NULL);
		if (number == SIGCHLD && waitpid(child, &how, WNOHANG) != 0)
			return how;
		if (number < 0 || number == SIGCHLD)
			continue;
		interrupted = number;
		kill(child, SIGKILL);
		waitpid(child, &how, 0);
		return how;
	}
}

/* Explains the early end of a process, which may have reported the reason itself. */
static void
explain(int how, char error[OUTCOME_TEXT])
{
	int number = WTERMSIG(how);

	if (interrupted)
		snprintf(error, OUTCOME_TEXT, "interrupted by signal %d (%s)", interrupted,
			 strsignal(interrupted));
	else if (WIFSIGNALED(how))
		snprintf(error, OUTCOME_TEXT, "ended by signal %d (%s)%s", number,
			 strsignal(number),
			 number == SIGKILL ? ", as the kernel ends a process when memory is short"
					   : "");
	else if (*error)
		return;
	else
		snprintf(error, OUTCOME_TEXT, "ended with status %d and no result",
			 WEXITSTATUS(how));
	fprintf(stderr, "bench: %s\n", error);
}

/* The parent's report of a child that made none. */
static int
report_lost(const struct apart *apart, int how, struct json *json)
{
	int number = interrupted ? interrupted : WIFSIGNALED(how) ? WTERMSIG(how) : 0;
	int status = number ? 128 + number : 1;

	explain(how, apart->outcome->error);
	begin_object(apart, json);
	end_object(json, status, apart->outcome->error);
	return status;
}

/* The report when no child could be started. */
static int
report_none(const struct apart *apart, struct json *json)
{
	char *error = apart->outcome->error;

	snprintf(error, OUTCOME_TEXT, "cannot start a process for it: %s", strerror(errno));
	fprintf(stderr, "bench: %s\n", error);
	begin_object(apart, json);
	end_object(json, 1, error);
	return 1;
}

int
apart_measure(const struct apart *apart, struct json *json)
{
	struct handover *handover = mmap(NULL, sizeof(*handover), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t parent = getpid(), child = -1;
	int how, status;

	fflush(stdout);
	if (handover != MAP_FAILED)
		child = fork();
	if (child == 0)
		be_child(apart, handover, parent);
	if (child < 0) {
		status = report_none(apart, json);
	} else {
		how = wait_for(child);
		if (handover->whole) {
			json_raw(json, handover->text, handover->size);
			status = WIFEXITED(how) ? WEXITSTATUS(how) : 1;
		} else {
			status = report_lost(apart, how, json);
			apart->clear(apart->context, child);
		}
	}
	if (handover != MAP_FAILED)
		munmap(handover, sizeof(*handover));
	return status;
}
