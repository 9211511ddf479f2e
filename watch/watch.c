/*
 * Starts a command, watches it and reports the outcome. With --port it also reads what the guest
 * says (port.h) from a pipe that is the command's descriptor 3. A guest is lost when it sends an
 * invalid line, is silent, or ends before it has reported its exit status.
 *
 * --silence, --time: limits in seconds, between two signs of life and in total. A sign of life is a
 * line on the port or, before hello, any console output. Time for which the command waited for a
 * processor does not count as silence, up to six times --silence.
 * --document: where the document goes; without --port it is the command's standard output.
 * --directory: without either of these, the directory where a document appears; the report has the
 * time.
 * The processor time that the command used while the guest measured each experiment is reported.
 * --log: the command's other output, a guest's console, up to OUTPUT_MOST bytes. --report: the
 * outcome, as JSON. --cpus: the command's processors; the report then has the host's activity, too.
 * --beside: processors for QEMU's threads that do not run the guest's processors, from hello on.
 * --below: all processes of the environment are the command's descendants, even if the waiting one
 * is not visible among them.
 * --daemons: the engine's, as comma-separated process IDs or "unknown": what the environment takes
 * of the host while the workload waits to begin is reported, the daemons' share separately.
 *
 * The command is not trusted: its output is bounded, and no flood of output delays a limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "watch.h"

#include "beside.h"
#include "clock.h"
#include "die.h"
#include "limits.h"
#include "lost.h"
#include "notice.h"
#include "streams.h"

enum { GRACE_S = 3 };

/* So that no pipe gets the number of a closed standard stream. */
static void
open_standard_streams(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
		;
	close(fd);
}

/* When our parent has ended, no process waits for the command either. */
static void
block_signals(struct watch *w)
{
	sigset_t set;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals < 0)
		die(MISSING, "watch: signalfd: %s", strerror(errno));
}

static void
read_settings(struct watch *w)
{
	const struct options *o = &w->options;

	if (!sampler_begin(&w->sampler, o->cpus))
		die(USAGE, "watch: --cpus=%s is not a list of processors", o->cpus);
	if (o->beside && !parse_cpus(o->beside, &w->beside))
		die(USAGE, "watch: --beside=%s is not a list of processors", o->beside);
	if (o->daemons && !footprint_daemons(&w->outcome.footprint, o->daemons))
		die(USAGE, "watch: --daemons=%s is not a list of processes", o->daemons);
}

static void
start(struct watch *w, char *argv[])
{
	const struct options *o = &w->options;
	const bool streams[STREAMS] = {
		[PORT] = o->port, [OUTPUT] = o->log, [PRINTED] = o->document && !o->port};

	if (o->log)
		w->output.fd = open(o->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (w->output.fd < 0)
		die_writing(o->log);
	if (o->document)
		w->file = open_beside(o->document);
	clock_gettime(CLOCK_REALTIME, &w->outcome.start);
	w->outcome.start_ns = w->alive_ns = w->looked_ns = clock_ns();
	/* A guest reports that it waits. */
	w->footprint_due_ns =
		!o->port && (o->document || o->directory) ? w->outcome.start_ns : UINT64_MAX;
	command_start(&w->command, streams, argv);
}

/* A command that was stopped has measured the pause, too. */
static void
take_news_of_command(struct watch *w)
{
	pid_t pid = w->command.pid;
	int how;

	while (!w->ended && waitpid(pid, &how, WNOHANG | WUNTRACED | WCONTINUED) == pid) {
		if (WIFSTOPPED(how)) {
			w->stopped_ns = clock_ns();
		} else if (WIFCONTINUED(how)) {
			lose(w, "a signal stopped it for %.3g s",
			     (double)(clock_ns() - w->stopped_ns) / 1e9);
		} else {
			w->outcome.how = how;
			w->ended = true;
		}
	}
}

static void
take_signal(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			take_news_of_command(w);
		else
			w->outcome.interrupted = true;
	}
}

/* Waits until something happens or the time is reached. */
static void
wait_for_news(struct watch *w, uint64_t until)
{
	struct pollfd fds[STREAMS + 2] = {[STREAMS] = {.fd = w->signals, .events = POLLIN},
					  [STREAMS + 1] = {.fd = w->files, .events = POLLIN}};
	uint64_t now = clock_ns();

	for (int i = 0; i < STREAMS; i++)
		fds[i] = (struct pollfd){.fd = w->command.streams[i], .events = POLLIN};
	poll(fds, STREAMS + 2, until <= now ? 0 : (int)((until - now) / 1000000 + 1));
	for (int i = 0; i < STREAMS; i++)
		if (fds[i].revents)
			hear(w, i);
	if (fds[STREAMS + 1].revents)
		notice_files(w);
	if (fds[STREAMS].revents)
		take_signal(w);
}

/* A guest that has reported its exit status has nothing left to do, and neither has QEMU. SIGCONT,
 * since a stopped process cannot terminate normally. */
static void
end_command(struct watch *w)
{
	uint64_t limit = clock_ns() + (uint64_t)GRACE_S * 1000000000;

	if (w->outcome.guest < 0) {
		kill(-w->command.pid, SIGTERM);
		kill(-w->command.pid, SIGCONT);
	}
	while (!w->ended && w->outcome.guest < 0 && clock_ns() < limit)
		wait_for_news(w, limit);
	if (w->ended)
		return;
	kill(-w->command.pid, SIGKILL);
	waitpid(w->command.pid, &w->outcome.how, 0);
	w->ended = true;
}

static void
look(struct watch *w)
{
	char why[128] = "";
	uint64_t now = clock_ns();

	if (now >= w->footprint_due_ns)
		look_for_waiting(w, now);
	if (now >= sampler_due(&w->sampler))
		sampler_take(&w->sampler);
	if (now >= w->looked_ns + LOOK_NS || now >= next_limit(w, why, sizeof(why))) {
		if (w->options.silence_ns)
			excuse(w, now);
		w->looked_ns = now;
	}
	if (!w->outcome.hello.heard_ns && w->options.port && w->output.error == EFBIG)
		lose(w, "it printed more than %d MiB before it said hello", OUTPUT_MOST >> 20);
	if (now >= next_limit(w, why, sizeof(why)))
		lose(w, "%s", why);
}

static void
supervise(struct watch *w)
{
	struct outcome *o = &w->outcome;
	char why[128];

	while (!w->ended && !o->interrupted && !*o->lost && o->guest < 0) {
		wait_for_news(
			w,
			earliest(earliest(w->looked_ns + LOOK_NS, sampler_due(&w->sampler)),
				 earliest(w->footprint_due_ns, next_limit(w, why, sizeof(why)))));
		look(w);
	}
	if (!w->ended)
		end_command(w);
	/* Processes that the command left behind end with it; their output is in the pipes. */
	kill(-w->command.pid, SIGKILL);
	for (int i = 0; i < STREAMS; i++)
		drain(w, i);
	o->end_ns = clock_ns();
	sampler_end(&w->sampler);
}

/* Drops a document that is incomplete or comes from a start that did not end normally. */
static void
finish_document(struct watch *w, int status)
{
	if (!w->file)
		return;
	if (status <= FAILED && (!w->options.port || w->outcome.whole_ns))
		keep_file(w->file, w->options.document);
	else
		drop_file(w->file, w->options.document);
}

static void
finish_log(const struct watch *w)
{
	const struct output *o = &w->output;

	if (o->error == EFBIG)
		fprintf(stderr, "samebits: %s has only the first %d MiB of the output\n",
			w->options.log, OUTPUT_MOST >> 20);
	else if (o->error)
		fprintf(stderr, "samebits: %s does not have all of the output: %s\n",
			w->options.log, strerror(o->error));
}

static void
write_report(const struct watch *w)
{
	FILE *file;

	if (!w->options.report)
		return;
	file = open_beside(w->options.report);
	outcome_write(&w->outcome, &w->sampler, file);
	keep_file(file, w->options.report);
}

static int
finish(struct watch *w)
{
	const struct outcome *o = &w->outcome;
	int status = outcome_status(o);

	finish_document(w, status);
	finish_log(w);
	write_report(w);
	/* With a report, its reader prints this, with more detail. */
	if (*o->lost && !w->options.report)
		fprintf(stderr, "samebits: lost: %s (status %d)\n", o->lost, status);
	return status;
}

int
main(int argc, char *argv[])
{
	static struct watch w = {.outcome.guest = -1, .signals = -1, .files = -1};
	char **command;

	open_standard_streams();
	command = options_read(&w.options, argc, argv);
	block_signals(&w);
	read_settings(&w);
	watch_directory(&w);
	start(&w, command);
	supervise(&w);
	judge(&w);
	return finish(&w);
}
