#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "log.h"

/* A separate thread reads the output and enforces the time limit, so that the measuring one only
 * waits. */
struct launcher {
	pthread_mutex_t lock; /* of all fields below */
	pthread_t reader;
	int pipe[2], wake[2], nothing; /* closing wake[1] wakes the reader */
	unsigned limit_s;
	pid_t child; /* 0: none */
	uint64_t deadline_ns;
	bool late, over, whole;
	size_t size;
	char output[OUTPUT_KEPT + 1];
};

/* Discards the older half to make room for new data. */
static void
keep(struct launcher *l, const char *data, size_t size)
{
	if (l->size + size > OUTPUT_KEPT) {
		l->size -= OUTPUT_KEPT / 2;
		memmove(l->output, l->output + OUTPUT_KEPT / 2, l->size);
		l->whole = false;
	}
	memcpy(l->output + l->size, data, size);
	l->size += size;
}

/* Reads what is available; the lock is held. */
static void
drain(struct launcher *l)
{
	char data[16384];
	ssize_t size;

	while ((size = read(l->pipe[0], data, sizeof(data))) > 0)
		keep(l, data, (size_t)size);
}

static void
end_late(struct launcher *l)
{
	if (l->child <= 0 || clock_ns() < l->deadline_ns)
		return;
	l->late = true;
	kill(-l->child, SIGKILL);
	kill(l->child, SIGKILL);
}

static void *
read_output(void *self)
{
	struct launcher *l = self;
	struct pollfd ready[] = {{.fd = l->pipe[0], .events = POLLIN},
				 {.fd = l->wake[0], .events = POLLIN}};
	bool over = false;

	/* Waking this thread at each start would cost the program time. */
	while (!over) {
		poll(ready, 2, 100);
		pthread_mutex_lock(&l->lock);
		drain(l);
		end_late(l);
		over = l->over;
		pthread_mutex_unlock(&l->lock);
	}
	return NULL;
}

/* Standard input, output and error are open, so a descriptor of ours is never 0. */
static void
release(struct launcher *l)
{
	const int opened[] = {l->pipe[0], l->pipe[1], l->wake[0], l->wake[1], l->nothing};

	for (size_t i = 0; i < sizeof(opened) / sizeof(opened[0]); i++)
		if (opened[i] > 0)
			close(opened[i]);
	free(l);
}

struct launcher *
launcher_new(unsigned limit_s)
{
	struct launcher *l = allocate(1, sizeof(*l));
	int error = 0;

	if (pipe2(l->pipe, O_CLOEXEC) < 0 || pipe2(l->wake, O_CLOEXEC) < 0 ||
	    fcntl(l->pipe[0], F_SETFL, O_NONBLOCK) < 0 ||
	    (l->nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
		error = errno;
	if (!error) {
		l->limit_s = limit_s;
		pthread_mutex_init(&l->lock, NULL);
		error = pthread_create(&l->reader, NULL, read_output, l);
	}
	if (!error)
		return l;
	errno = error;
	log_errno(LOG_FATAL, "Cannot prepare to start a program,");
	release(l);
	return NULL;
}

void
launcher_free(struct launcher *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->over = true;
	pthread_mutex_unlock(&l->lock);
	close(l->wake[1]);
	l->wake[1] = 0;
	pthread_join(l->reader, NULL);
	release(l);
}

/* The same environment variables for the program in all environments. */
static char *const environment[] = {"PATH=/usr/bin:/bin", "HOME=/", "LC_ALL=C", NULL};

/* In the child, which shares its parent's memory until it executes another program. Its own process
 * group can be killed as one; ignored signals would stay ignored. */
static _Noreturn void
become(const struct launcher *l, const char *file, char *const words[], int *error)
{
	static const int reset[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof(reset) / sizeof(reset[0]); i++)
		signal(reset[i], SIG_DFL);
	if (dup2(l->nothing, 0) >= 0 && dup2(l->pipe[1], 1) >= 0 && dup2(l->pipe[1], 2) >= 0)
		execve(file, words, environment);
	*error = errno;
	_exit(127);
}

/* vfork(2), as in posix_spawn(3): copying bench's page tables is not the program's work. */
static __attribute__((noinline)) pid_t
begin(const struct launcher *l, const char *file, char *const words[], int *error)
{
	volatile int failed = 0;
	pid_t pid = vfork();

	if (pid == 0)
		become(l, file, words, (int *)&failed);
	*error = pid < 0 ? errno : failed;
	return pid;
}

/* The process number is not reused until wait4(2), so the reader kills no other process. */
static void
collect(struct launcher *l, pid_t pid, struct ending *ending)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&l->lock);
	l->child = 0;
	kill(-pid, SIGKILL); /* processes that it left behind */
	ending->late = l->late;
	pthread_mutex_unlock(&l->lock);
	while (wait4(pid, &ending->how, 0, &ending->usage) < 0 && errno == EINTR)
		;
}

int
launch(struct launcher *l, const char *file, char *const words[], struct ending *ending)
{
	int error;
	pid_t pid;

	pthread_mutex_lock(&l->lock);
	l->late = false;
	l->whole = true;
	l->size = 0;
	pid = begin(l, file, words, &error);
	if (pid > 0) {
		l->child = pid;
		l->deadline_ns = clock_ns() + l->limit_s * UINT64_C(1000000000);
	}
	pthread_mutex_unlock(&l->lock);
	if (pid > 0)
		collect(l, pid, ending);
	if (!error)
		return 0;
	errno = error;
	log_errno(LOG_FATAL, "Cannot start %s,", file);
	return -1;
}

const char *
launcher_output(const struct launcher *launcher, size_t *size, bool *whole)
{
	struct launcher *l = (struct launcher *)launcher;

	pthread_mutex_lock(&l->lock);
	drain(l);
	pthread_mutex_unlock(&l->lock);
	l->output[l->size] = '\0';
	*size = l->size;
	*whole = l->whole;
	return l->output;
}
