/*
 * Starts a command, keeps an eye on it and says how it went. With --port it also listens to the
 * guest: to what it says (port.h) on a pipe that is the command's descriptor 3. Nonsense, silence,
 * or an end before the exit status was reported is a lost guest.
 *
 * --silence, --time: limits in seconds, between two signs of life and for all. A sign of life is a
 * line on the port or, before hello, anything on the console. Time for which the command waited for
 * a processor is not counted as silence, as long as that is no more than six times --silence.
 * --document: where that goes; without --port it is what the command prints.
 * --directory: without either, where a document appears; the report tells when.
 * What the command used of the processors while the guest measured each experiment is reported.
 * --log: the command's other output, a guest's console, as far as OUTPUT_MOST. --report: how it
 * went, as JSON. --cpus: the command's processors; then the report has what the host did meanwhile.
 * --beside: processors for QEMU's threads that are not the guest's processors, from hello on.
 * --below: all processes of the environment are the command's descendants, even if that which waits
 * is not to be seen among them.
 * --daemons: an engine's, numbers with commas between them, or "unknown": what all takes of the
 * host is reported as it was while the workload waited for its beginning, theirs apart.
 *
 * The command is not to be trusted: whatever it says is bounded, and no flood of it delays a limit.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "cputime.h"
#include "die.h"
#include "outcome.h"
#include "output.h"
#include "port.h"
#include "proc.h"
#include "sampler.h"
#include "waiting.h"

enum {
	GRACE_S = 3,
	LOOK_NS = 1000000000,
	MOST_READS = 32,       /* of a full pipe */
	MOST_PATIENCE = 6,     /* times --silence, for one that waits for a processor */
	WAITING_NS = 50000000, /* between two looks for one that waits, which takes longer */
	YOUNG_NS = 250000000, /* a sign of waiting that is older may come from one that has begun */
	WAITING_MOST_S = 60   /* from the start; who has not been seen then is out of sight */
};

struct options {
	bool port, below;
	uint64_t silence_ns, time_ns; /* 0: no limit */
	const char *document, *directory, *log, *report, *cpus, *beside, *daemons;
};

struct watch {
	struct options options;
	struct sampler sampler;
	cpu_set_t beside;
	struct output output;
	struct port port;
	struct outcome outcome;
	struct command command;
	int signals, files;	       /* -1: closed */
	uint64_t heard_ns, alive_ns;   /* the last that was heard; any sign of life */
	uint64_t looked_ns, waited_ns; /* the last look, and what the threads had waited at it */
	struct waits waits;
	uint64_t stopped_ns; /* when a signal stopped the command last */
	FILE *file;	     /* the document, beside its place */
	uint64_t printed;    /* bytes of it */
	bool ended;
	uint64_t footprint_due_ns; /* the next look for one that waits */
};

static uint64_t
seconds(const char *name, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= 0 && value < 1e9))
		die(USAGE, "watch: --%s=%s is not a number of seconds", name, text);
	return (uint64_t)(value * 1e9);
}

static void
read_options(int argc, char *argv[], struct options *o)
{
	static const struct option known[] = {
		{"port", no_argument, NULL, 'p'},
		{"silence", required_argument, NULL, 's'},
		{"time", required_argument, NULL, 't'},
		{"document", required_argument, NULL, 'd'},
		{"directory", required_argument, NULL, 'D'},
		{"log", required_argument, NULL, 'l'},
		{"report", required_argument, NULL, 'r'},
		{"cpus", required_argument, NULL, 'c'},
		{"beside", required_argument, NULL, 'b'},
		{"below", no_argument, NULL, 'B'},
		{"daemons", required_argument, NULL, 'e'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		switch (c) {
		case 'p':
			o->port = true;
			break;
		case 's':
			o->silence_ns = seconds("silence", optarg);
			break;
		case 't':
			o->time_ns = seconds("time", optarg);
			break;
		case 'd':
			o->document = optarg;
			break;
		case 'D':
			o->directory = optarg;
			break;
		case 'l':
			o->log = optarg;
			break;
		case 'r':
			o->report = optarg;
			break;
		case 'c':
			o->cpus = optarg;
			break;
		case 'b':
			o->beside = optarg;
			break;
		case 'B':
			o->below = true;
			break;
		case 'e':
			o->daemons = optarg;
			break;
		default:
			exit(USAGE);
		}
	}
	if (optind == argc)
		die(USAGE, "usage: watch [--port] [--silence=S] [--time=S] [--document=FILE] "
			   "[--directory=DIRECTORY] [--log=FILE] [--report=FILE] [--cpus=LIST] "
			   "[--beside=LIST] [--below] [--daemons=PIDS] -- COMMAND...");
}

static char *
beside(const char *path)
{
	char *name;

	if (asprintf(&name, "%s.tmp", path) < 0)
		die(MISSING, "watch: no memory");
	return name;
}

static _Noreturn void
die_writing(const char *path)
{
	die(MISSING, "cannot write %s: %s", path, strerror(errno));
}

static FILE *
open_beside(const char *path)
{
	char *name = beside(path);
	FILE *file = fopen(name, "we");

	if (!file)
		die_writing(name);
	free(name);
	return file;
}

/* It gets its name, when all of it could be written. */
static void
keep_file(FILE *file, const char *path)
{
	char *name = beside(path);

	if (ferror(file) || fclose(file) != 0 || rename(name, path) < 0)
		die_writing(path);
	free(name);
}

static void
drop_file(FILE *file, const char *path)
{
	char *name = beside(path);

	fclose(file);
	unlink(name);
	free(name);
}

/* Then no pipe of ours gets the number of a standard stream that is closed. */
static void
open_standard_streams(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
		;
	close(fd);
}

static void
block_signals(struct watch *w)
{
	sigset_t set;

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
watch_directory(struct watch *w)
{
	if (!w->options.directory)
		return;
	w->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->files < 0 || inotify_add_watch(w->files, w->options.directory,
					      IN_MODIFY | IN_MOVED_TO | IN_ATTRIB) < 0)
		die(MISSING, "watch: cannot watch %s: %s", w->options.directory, strerror(errno));
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
	/* A guest says when it waits. */
	w->footprint_due_ns =
		!o->port && (o->document || o->directory) ? w->outcome.start_ns : UINT64_MAX;
	command_start(&w->command, streams, argv);
}

static void lose(struct watch *w, const char *format, ...);

static void
write_document(struct watch *w, const char *data, size_t size)
{
	if (fwrite(data, 1, size, w->file) != size)
		die_writing(w->options.document);
}

static void
read_cputime(struct watch *w, struct cputime *time)
{
	if (!w->ended)
		cputime_read(time, &w->waits, w->command.pid);
}

static void
take_event(struct watch *w, const struct port_event *event)
{
	struct outcome *o = &w->outcome;
	char why[128];

	switch (event->kind) {
	case PORT_HELLO:
		o->hello = (struct moment){event->clock_ns, w->heard_ns};
		exits_read(&o->at_hello, w->command.pid);
		if (w->options.beside && !command_part(&w->command, &w->beside))
			lose(w, "its threads cannot run on the processors %s", w->options.beside);
		break;
	case PORT_WAITING:
		if (!w->ended)
			footprint_read(&o->footprint, w->command.pid, 0);
		break;
	case PORT_BEGIN:
		footprint_begun(&o->footprint, w->heard_ns);
		read_cputime(w, &o->experiments[event->number].begin);
		break;
	case PORT_END:
		read_cputime(w, &o->experiments[event->number].end);
		break;
	case PORT_DOCUMENT:
		o->document = (struct moment){event->clock_ns, w->heard_ns};
		exits_read(&o->at_document, w->command.pid);
		o->knows_huge_pages = proc_mapped(w->command.pid, "AnonHugePages", &o->huge_pages);
		if (!w->file)
			lose(w, "it sent a document, and nobody asked for one");
		break;
	case PORT_DATA:
		if (w->file)
			write_document(w, event->data, event->size);
		break;
	case PORT_WHOLE:
		o->whole_ns = w->heard_ns;
		break;
	case PORT_EXIT:
		o->guest = (int)event->number;
		read_cputime(w, &o->at_exit);
		break;
	case PORT_WRONG:
		port_explain(&w->port, why, sizeof(why));
		lose(w, "%s", why);
		break;
	case PORT_ALIVE:
	case PORT_NOTHING:
		break;
	}
}

static void
take_port(struct watch *w, const char *data, size_t size)
{
	struct port_event event;

	w->alive_ns = w->heard_ns;
	for (size_t i = 0; i < size;) {
		i += port_take(&w->port, data + i, size - i, &event);
		take_event(w, &event);
	}
}

/* Who has not said hello yet lives as long as its console grows. */
static void
take_output(struct watch *w, const char *data, size_t size)
{
	if (!w->outcome.hello.heard_ns)
		w->alive_ns = w->heard_ns;
	output_take(&w->output, data, size);
}

static void
take_printed(struct watch *w, const char *data, size_t size)
{
	w->printed += size;
	if (w->printed > PORT_MOST_DOCUMENT) {
		lose(w, "it printed more than the %d MiB that a document may have",
		     PORT_MOST_DOCUMENT >> 20);
		return;
	}
	write_document(w, data, size);
	w->outcome.whole_ns = w->heard_ns;
}

/* Takes what is in a stream, once, so that no flood keeps us here; false: there was nothing. */
static bool
hear(struct watch *w, int stream)
{
	static void (*const take[STREAMS])(struct watch *, const char *, size_t) = {
		[PORT] = take_port, [OUTPUT] = take_output, [PRINTED] = take_printed};
	char data[65536];
	ssize_t n = read(w->command.streams[stream], data, sizeof(data));

	if (n > 0) {
		w->heard_ns = clock_ns();
		take[stream](w, data, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(w->command.streams[stream]);
		w->command.streams[stream] = -1;
	}
	return n > 0;
}

/* What the command has said until now; what it left behind may say more for ever. */
static void
drain(struct watch *w, int stream)
{
	for (int i = 0; i < MOST_READS && hear(w, stream); i++)
		;
}

static void
lose(struct watch *w, const char *format, ...)
{
	char *lost = w->outcome.lost, why[128];
	const char *words;
	va_list args;

	if (*lost)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	drain(w, OUTPUT);
	words = output_words(&w->output);
	snprintf(lost, sizeof(w->outcome.lost), "%s; %s%s", why,
		 *words ? "the last that it said: " : "it had not said a word", words);
	/* It goes into a JSON string, and the guest may have said anything. */
	for (char *p = lost; *p; p++)
		if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
			*p = *p == '"' ? '\'' : '?';
}

/* What was stopped for a while has measured that, too. */
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

/* When the next limit strikes, and what to say then. */
static uint64_t
next_limit(const struct watch *w, char *why, size_t size)
{
	const struct options *o = &w->options;
	uint64_t limit = UINT64_MAX, end = w->outcome.start_ns + o->time_ns;

	if (o->port && o->silence_ns) {
		limit = w->alive_ns + o->silence_ns;
		snprintf(why, size, "it was silent for %.3g s", (double)o->silence_ns / 1e9);
	}
	if (o->time_ns && end < limit) {
		limit = end;
		snprintf(why, size, "it ran longer than %.3g s", (double)o->time_ns / 1e9);
	}
	return limit;
}

/* The file had its time from one that waits, just now. */
static bool
is_young(const char *directory, const char *name)
{
	struct timespec now;
	struct stat file;
	char path[4096];
	int64_t age;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	clock_gettime(CLOCK_REALTIME, &now);
	if (lstat(path, &file) < 0)
		return false;
	age = (int64_t)(now.tv_sec - file.st_mtim.tv_sec) * 1000000000 + now.tv_nsec -
	      file.st_mtim.tv_nsec;
	return age > -YOUNG_NS && age < YOUNG_NS;
}

/* By what bench does to its output, which is to become the document, it says that it waits. */
static void
notice_sign(struct watch *w, const char *name)
{
	struct outcome *o = &w->outcome;

	if (!w->options.below || w->ended || w->footprint_due_ns == UINT64_MAX ||
	    !is_young(w->options.directory, name))
		return;
	footprint_read(&o->footprint, w->command.pid,
		       find_waiting(w->command.pid, w->options.directory));
	w->footprint_due_ns = UINT64_MAX;
}

/* The document was written to, or has got its name. */
static void
notice_files(struct watch *w)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t size = read(w->files, events, sizeof(events));
	const struct inotify_event *event;

	for (ssize_t at = 0; at < size; at += (ssize_t)(sizeof(*event) + event->len)) {
		event = (const struct inotify_event *)(events + at);
		if (event->mask & IN_ATTRIB)
			notice_sign(w, event->len ? event->name : "");
		else
			w->outcome.whole_ns = clock_ns();
	}
}

/* Until something happened or the time is there. */
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

/* A guest that has reported its exit status has nothing left to do, and neither has QEMU. SIGCONT:
 * a stopped process cannot end in order. */
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

static uint64_t
earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Whoever gets no processor cannot speak: of the time since the last look that was no silence. Not
 * all of it, though: of the threads of one that hangs on a busy host some always wait, and it would
 * never be found. Nor was it silence when we stood still, and so did the guest: the host was
 * suspended, or is busy. */
static void
excuse(struct watch *w, uint64_t now)
{
	uint64_t span = now - w->looked_ns, more = 0;
	struct cputime time;

	cputime_read(&time, &w->waits, w->command.pid);
	if (time.waited_ns > w->waited_ns)
		more = earliest(time.waited_ns - w->waited_ns, span - span / MOST_PATIENCE);
	if (span > 2 * (uint64_t)LOOK_NS)
		more = span - LOOK_NS;
	w->alive_ns = earliest(w->alive_ns + more, now);
	w->waited_ns = time.waited_ns;
}

/* Who says nothing is seen to wait by its name. */
static void
look_for_waiting(struct watch *w, uint64_t now)
{
	struct outcome *o = &w->outcome;
	pid_t waiting = w->ended ? 0 : find_waiting(w->command.pid, w->options.directory);

	w->footprint_due_ns = now + WAITING_NS;
	if (waiting)
		footprint_read(&o->footprint, w->command.pid, waiting);
	if (waiting || now > o->start_ns + (uint64_t)WAITING_MOST_S * 1000000000)
		w->footprint_due_ns = UINT64_MAX;
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
attend(struct watch *w)
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
	/* What the command started and left behind ends with it; what it said is in the pipes. */
	kill(-w->command.pid, SIGKILL);
	for (int i = 0; i < STREAMS; i++)
		drain(w, i);
}

static void
judge(struct watch *w)
{
	const struct outcome *o = &w->outcome;
	char how[40];

	if (!w->options.port || *o->lost || o->interrupted || o->guest >= 0)
		return;
	if (WIFSIGNALED(o->how))
		snprintf(how, sizeof(how), "signal %d", WTERMSIG(o->how));
	else
		snprintf(how, sizeof(how), "status %d", WEXITSTATUS(o->how));
	if (!o->hello.heard_ns)
		lose(w, "it ended (%s) before it said hello", how);
	else
		lose(w, "it ended (%s) before it reported its exit status", how);
}

/* What is not whole, or of a start that did not end in order, is no document. */
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

int
main(int argc, char *argv[])
{
	static struct watch w = {.outcome.guest = -1, .signals = -1, .files = -1};
	int status;

	open_standard_streams();
	read_options(argc, argv, &w.options);
	/* Whoever started us is gone: then nobody waits for the command either. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	block_signals(&w);
	if (!sampler_begin(&w.sampler, w.options.cpus))
		die(USAGE, "watch: --cpus=%s is not a list of processors", w.options.cpus);
	if (w.options.beside && !parse_cpus(w.options.beside, &w.beside))
		die(USAGE, "watch: --beside=%s is not a list of processors", w.options.beside);
	if (w.options.daemons && !footprint_daemons(&w.outcome.footprint, w.options.daemons))
		die(USAGE, "watch: --daemons=%s is not a list of processes", w.options.daemons);
	watch_directory(&w);
	start(&w, argv + optind);
	attend(&w);
	w.outcome.end_ns = clock_ns();
	sampler_end(&w.sampler);
	judge(&w);
	status = outcome_status(&w.outcome);
	finish_document(&w, status);
	finish_log(&w);
	write_report(&w);
	/* With a report, whoever reads it says so, and more. */
	if (*w.outcome.lost && !w.options.report)
		fprintf(stderr, "samebits: lost: %s (status %d)\n", w.outcome.lost, status);
	return status;
}
