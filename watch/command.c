/* A command in its own process group, with pipes from it. */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "die.h"
#include "proc.h"

enum { PORT_FD = 3 };

/* In the child: `ends` has its ends of the streams. */
static _Noreturn void
become(const int ends[STREAMS], pid_t parent, char *argv[])
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(INTERRUPTED);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	if (ends[OUTPUT] >= 0) {
		dup2(ends[OUTPUT], STDERR_FILENO);
		dup2(ends[OUTPUT], STDOUT_FILENO);
	}
	if (ends[PRINTED] >= 0)
		dup2(ends[PRINTED], STDOUT_FILENO);
	if (ends[PORT] == PORT_FD)
		fcntl(PORT_FD, F_SETFD, 0);
	else if (ends[PORT] >= 0)
		dup2(ends[PORT], PORT_FD);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	die(MISSING, "cannot run %s: %s", argv[0], strerror(errno));
}

/* Returns the command's end. */
static int
open_stream(int *ours)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		die(MISSING, "watch: pipe: %s", strerror(errno));
	*ours = ends[0];
	return ends[1];
}

void
command_start(struct command *c, const bool streams[STREAMS], char *argv[])
{
	int ends[STREAMS] = {-1, -1, -1};
	pid_t self = getpid();

	for (int i = 0; i < STREAMS; i++) {
		c->streams[i] = -1;
		if (streams[i])
			ends[i] = open_stream(&c->streams[i]);
	}
	c->pid = fork();
	if (c->pid < 0)
		die(MISSING, "watch: fork: %s", strerror(errno));
	if (c->pid == 0)
		become(ends, self, argv);
	setpgid(c->pid, c->pid);
	for (int i = 0; i < STREAMS; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

size_t
command_read(struct command *c, int stream, char *data, size_t size)
{
	ssize_t n = read(c->streams[stream], data, size);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(c->streams[stream]);
		c->streams[stream] = -1;
	}
	return n > 0 ? (size_t)n : 0;
}

/* A guest's processors are the threads "CPU 0/KVM", "CPU 1/TCG", or "ALL CPUs/TCG". */
static bool
is_processor(pid_t pid, const char *thread)
{
	char name[32];

	proc_line(name, sizeof(name), "/proc/%d/task/%s/comm", (int)pid, thread);
	return strstr(name, "CPU") != NULL;
}

bool
command_part(const struct command *c, const cpu_set_t *cpus)
{
	char path[64];
	struct dirent *entry;
	bool good = true;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)c->pid);
	threads = opendir(path);
	while (threads && (entry = readdir(threads))) {
		if (entry->d_name[0] == '.' || is_processor(c->pid, entry->d_name))
			continue;
		/* A thread that has ended in the meantime needs no binding. */
		if (sched_setaffinity(atoi(entry->d_name), sizeof(*cpus), cpus) < 0 &&
		    errno != ESRCH)
			good = false;
	}
	if (threads)
		closedir(threads);
	return threads && good;
}

bool
parse_cpus(const char *text, cpu_set_t *set)
{
	unsigned long cpu;
	char *end;

	CPU_ZERO(set);
	do {
		cpu = strtoul(text, &end, 10);
		if (end == text || cpu >= CPU_SETSIZE)
			return false;
		CPU_SET(cpu, set);
		text = end + 1;
	} while (*end == ',');
	return *end == '\0';
}
