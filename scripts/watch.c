/*
 * Starts a command, keeps an eye on it and says how it went. With --port it also listens to the
 * guest: lines on a pipe that is the command's descriptor 3 ("hello", "alive", "document LENGTH"
 * and its bytes, "exit STATUS"; hello and document may be followed by the guest's clock, in
 * nanoseconds). Silence, or an end without that last line, is a lost guest.
 *
 * --silence, --time: limits in seconds, between two signs of life and for all. A sign of life is a
 * line on the port or, before hello, anything on the console. Time for which the command waited for
 * a processor is not counted as silence.
 * --document: where that goes; without --port it is what the command prints.
 * --directory: without --port, where a document appears; the report tells when.
 * --log: the command's other output, a guest's console. --report: how it went, as JSON.
 * --cpus: the command's processors; then the report has what the host did meanwhile.
 */
#include <dirent.h>
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
#include "sampler.h"

enum { FAILED = 1, USAGE = 2, MISSING = 3, LOST = 5, INTERRUPTED = 130 };
enum { PORT_FD = 3, GRACE_S = 3, LOOK_NS = 1000000000, MOST_DOCUMENT = 64 << 20 };

struct options {
	bool port;
	uint64_t silence_ns, time_ns; /* 0: no limit */
	const char *document, *directory, *log, *report, *cpus;
};

/* The guest's clock when it said something, and ours when it was heard. */
struct moment {
	uint64_t said_ns, heard_ns;
};

struct watch {
	struct options options;
	struct sampler sampler;
	pid_t child;
	int port, signals, files;		  /* -1: closed */
	uint64_t start_ns, hello_ns, document_ns; /* 0: not yet */
	uint64_t heard_ns, alive_ns;		  /* the last on the port; any sign of life */
	uint64_t waits;				  /* read_waits() at the last look */
	off_t log_size;
	struct moment hello, document; /* said_ns 0: it did not say when */
	time_t start;
	char line[256];
	size_t line_size;
	FILE *file;    /* the document, beside its place */
	uint64_t rest; /* bytes of the document still to come */
	int guest;     /* what the guest says its status is; -1: nothing yet */
	int how;       /* from waitpid */
	bool ended, interrupted;
	char lost[512]; /* why; "": it is not */
};

static _Noreturn void
die(int with, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("samebits: ", stderr);
	vfprintf(stderr, format, args);
	fprintf(stderr, " (status %d)\n", with);
	va_end(args);
	exit(with);
}

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
		default:
			exit(USAGE);
		}
	}
	if (optind == argc)
		die(USAGE, "usage: watch [--port] [--silence=S] [--time=S] [--document=FILE] "
			   "[--directory=DIRECTORY] [--log=FILE] [--report=FILE] [--cpus=LIST] -- "
			   "COMMAND...");
}

static char *
beside(const char *path)
{
	size_t size = strlen(path) + sizeof(".tmp");
	char *name = malloc(size);

	if (!name)
		die(MISSING, "watch: no memory");
	snprintf(name, size, "%s.tmp", path);
	return name;
}

static FILE *
open_beside(const char *path)
{
	char *name = beside(path);
	FILE *file = fopen(name, "we");

	if (!file)
		die(MISSING, "cannot write %s: %s", name, strerror(errno));
	free(name);
	return file;
}

static void
drop_document(struct watch *w)
{
	char *name;

	if (!w->options.document)
		return;
	name = beside(w->options.document);
	unlink(name);
	free(name);
}

static void
keep_document(struct watch *w)
{
	char *name;

	if (!w->options.document)
		return;
	name = beside(w->options.document);
	if (rename(name, w->options.document) < 0)
		die(MISSING, "cannot write %s: %s", w->options.document, strerror(errno));
	free(name);
}

static void
redirect(const char *path, int fd)
{
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (to < 0)
		die(MISSING, "cannot write %s: %s", path, strerror(errno));
	dup2(to, fd);
	close(to);
}

/* In the child. Without --port the document is what the command prints. */
static _Noreturn void
become(const struct watch *w, int port, pid_t parent, char *command[])
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char *document;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(INTERRUPTED);
	dup2(null, STDIN_FILENO);
	if (w->options.log) {
		redirect(w->options.log, STDERR_FILENO);
		dup2(STDERR_FILENO, STDOUT_FILENO);
	}
	if (w->options.document && !w->options.port) {
		document = beside(w->options.document);
		redirect(document, STDOUT_FILENO);
	}
	if (port == PORT_FD)
		fcntl(PORT_FD, F_SETFD, 0);
	else if (port >= 0)
		dup2(port, PORT_FD);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(command[0], command);
	die(MISSING, "cannot run %s: %s", command[0], strerror(errno));
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
	if (w->files < 0 ||
	    inotify_add_watch(w->files, w->options.directory, IN_MODIFY | IN_MOVED_TO) < 0)
		die(MISSING, "watch: cannot watch %s: %s", w->options.directory, strerror(errno));
}

static void
start(struct watch *w, char *command[])
{
	int ends[2] = {-1, -1};
	pid_t self = getpid();

	if (w->options.port && pipe2(ends, O_CLOEXEC) < 0)
		die(MISSING, "watch: pipe: %s", strerror(errno));
	w->start = time(NULL);
	w->start_ns = w->alive_ns = clock_ns();
	w->child = fork();
	if (w->child < 0)
		die(MISSING, "watch: fork: %s", strerror(errno));
	if (w->child == 0)
		become(w, ends[1], self, command);
	setpgid(w->child, w->child);
	if (w->options.port)
		close(ends[1]);
	w->port = ends[0];
}

static bool
is_control(char c)
{
	return (c >= 0 && c < ' ') || c == 127;
}

/* Takes out the control characters, and the blanks at the end. */
static void
clean(char *line)
{
	char *to = line;

	for (const char *from = line; *from; from++)
		if (!is_control(*from))
			*to++ = *from;
	while (to > line && to[-1] == ' ')
		to--;
	*to = '\0';
}

/* The last line on the console, or the one that tells of a panic; "": none. */
static void
find_last_words(const struct watch *w, char *words, size_t size)
{
	FILE *file = w->options.log ? fopen(w->options.log, "re") : NULL;
	char line[300];

	*words = '\0';
	while (file && !strstr(words, "Kernel panic") && fgets(line, sizeof(line), file)) {
		clean(line);
		if (*line)
			snprintf(words, size, "%s", line);
	}
	if (file)
		fclose(file);
}

static void
lose(struct watch *w, const char *format, ...)
{
	char why[128], words[300];
	va_list args;

	if (*w->lost)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	find_last_words(w, words, sizeof(words));
	snprintf(w->lost, sizeof(w->lost), "%s; %s%s", why,
		 *words ? "the last that it said: " : "it had not said a word", words);
	/* It goes into a JSON string, and the guest may have said anything. */
	for (char *p = w->lost; *p; p++)
		if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
			*p = *p == '"' ? '\'' : '?';
}

/* What the line says of the guest's clock; false: it is something else. */
static bool
read_moment(const struct watch *w, const char *number, struct moment *moment)
{
	char *end = NULL;

	moment->heard_ns = w->heard_ns;
	if (*number == ' ')
		moment->said_ns = strtoull(number + 1, &end, 10);
	return *(end ? end : number) == '\0';
}

static void
begin_document(struct watch *w, const char *number)
{
	char *end;

	w->rest = strtoull(number, &end, 10);
	if (!read_moment(w, end, &w->document) || w->rest == 0 || w->rest > MOST_DOCUMENT ||
	    !w->options.document || w->file) {
		lose(w, "the guest said nonsense: document %.60s", number);
		return;
	}
	w->file = open_beside(w->options.document);
}

static void
take_line(struct watch *w)
{
	unsigned code;
	char more;

	if (strncmp(w->line, "hello", 5) == 0 && read_moment(w, w->line + 5, &w->hello)) {
		w->hello_ns = w->heard_ns;
	} else if (strncmp(w->line, "document ", 9) == 0) {
		begin_document(w, w->line + 9);
	} else if (sscanf(w->line, "exit %u%c", &code, &more) == 1 && code <= 255) {
		w->guest = (int)code;
	} else if (*w->line && strcmp(w->line, "alive") != 0) {
		lose(w, "the guest said nonsense: %.60s", w->line);
	}
}

static size_t
take_document(struct watch *w, const char *data, size_t size)
{
	if (size > w->rest)
		size = w->rest;
	if (fwrite(data, 1, size, w->file) != size)
		die(MISSING, "cannot write %s: %s", w->options.document, strerror(errno));
	w->rest -= size;
	if (w->rest == 0) {
		w->document_ns = w->heard_ns;
		if (fclose(w->file) != 0)
			die(MISSING, "cannot write %s: %s", w->options.document, strerror(errno));
	}
	return size;
}

static void
hear(struct watch *w)
{
	char data[65536];
	ssize_t n = read(w->port, data, sizeof(data));

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close(w->port);
		w->port = -1;
		return;
	}
	w->heard_ns = w->alive_ns = clock_ns();
	for (size_t i = 0; i < (size_t)n;) {
		if (w->rest > 0) {
			i += take_document(w, data + i, (size_t)n - i);
			continue;
		}
		if (data[i] != '\n' && w->line_size < sizeof(w->line) - 1) {
			w->line[w->line_size++] = data[i++];
			continue;
		}
		w->line[w->line_size] = '\0';
		w->line_size = 0;
		i++;
		take_line(w);
	}
}

static void
take_signal(struct watch *w)
{
	struct signalfd_siginfo info;
	int how;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			w->interrupted = true;
		else if (waitpid(w->child, &how, WNOHANG) == w->child) {
			w->how = how;
			w->ended = true;
		}
	}
}

/* When the next limit strikes, and what to say then. */
static uint64_t
next_limit(const struct watch *w, char *why, size_t size)
{
	const struct options *o = &w->options;
	uint64_t limit = UINT64_MAX;

	if (o->port && o->silence_ns) {
		limit = w->alive_ns + o->silence_ns;
		snprintf(why, size, "it was silent for %.3g s", (double)o->silence_ns / 1e9);
	}
	if (o->time_ns && w->start_ns + o->time_ns < limit) {
		limit = w->start_ns + o->time_ns;
		snprintf(why, size, "it ran longer than %.3g s", (double)o->time_ns / 1e9);
	}
	return limit;
}

/* The document was written to, or has got its name. */
static void
notice_files(struct watch *w)
{
	char events[4096];

	while (read(w->files, events, sizeof(events)) > 0)
		w->document_ns = clock_ns();
}

/* Until something happened or the time is there; false: it is there. */
static bool
wait_for_news(struct watch *w, uint64_t until)
{
	struct pollfd fds[] = {{.fd = w->signals, .events = POLLIN},
			       {.fd = w->port, .events = POLLIN},
			       {.fd = w->files, .events = POLLIN}};
	uint64_t now = clock_ns();
	int ms = until <= now ? 0 : (int)((until - now) / 1000000 + 1);

	if (poll(fds, 3, ms) == 0 && clock_ns() >= until)
		return false;
	if (fds[1].revents)
		hear(w);
	if (fds[2].revents)
		notice_files(w);
	if (fds[0].revents)
		take_signal(w);
	return true;
}

/* A guest that has said its last word has nothing left to do: neither has who runs it. SIGCONT: who
 * is stopped cannot end in order. */
static void
end_command(struct watch *w)
{
	uint64_t limit = clock_ns() + (uint64_t)GRACE_S * 1000000000;

	if (w->guest < 0) {
		kill(-w->child, SIGTERM);
		kill(-w->child, SIGCONT);
	}
	while (!w->ended && w->guest < 0 && wait_for_news(w, limit))
		;
	if (w->ended)
		return;
	kill(-w->child, SIGKILL);
	waitpid(w->child, &w->how, 0);
	w->ended = true;
}

/* Who has not said hello yet lives as long as its console grows. */
static void
look_at_console(struct watch *w)
{
	struct stat log;

	if (w->hello_ns || !w->options.log || stat(w->options.log, &log) < 0 ||
	    log.st_size == w->log_size)
		return;
	w->log_size = log.st_size;
	w->alive_ns = clock_ns();
}

/* How long the command's threads have waited for a processor, all together (proc(5), schedstat). */
static uint64_t
read_waits(pid_t pid)
{
	unsigned long long waited, sum = 0;
	char path[300];
	struct dirent *entry;
	DIR *threads;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	threads = opendir(path);
	while (threads && (entry = readdir(threads))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", (int)pid, entry->d_name);
		file = fopen(path, "re");
		if (file && fscanf(file, "%*u %llu", &waited) == 1)
			sum += waited;
		if (file)
			fclose(file);
	}
	if (threads)
		closedir(threads);
	return sum;
}

/* Whoever gets no processor cannot speak: of `span_ns` that time was no silence. */
static void
excuse_waits(struct watch *w, uint64_t span_ns)
{
	uint64_t waits = read_waits(w->child), more = waits > w->waits ? waits - w->waits : 0;

	w->waits = waits;
	w->alive_ns += more < span_ns ? more : span_ns;
}

static uint64_t
earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void
attend(struct watch *w)
{
	char why[128] = "";
	uint64_t begin, limit, look, now;

	while (!w->ended && !w->interrupted && !*w->lost && w->guest < 0) {
		begin = clock_ns();
		look = earliest(begin + LOOK_NS, sampler_due(&w->sampler));
		limit = next_limit(w, why, sizeof(why));
		if (wait_for_news(w, earliest(look, limit)))
			continue;
		now = clock_ns();
		/* We stood still, and so did the guest: the host was suspended, or is busy. */
		if (now > look + LOOK_NS)
			w->alive_ns += now - look;
		else if (w->options.silence_ns)
			excuse_waits(w, now - begin);
		look_at_console(w);
		if (now >= sampler_due(&w->sampler))
			sampler_take(&w->sampler);
		if (now >= next_limit(w, why, sizeof(why)))
			lose(w, "%s", why);
	}
	if (!w->ended)
		end_command(w);
	/* What the command started and left behind ends with it; what it said is in the pipe. */
	kill(-w->child, SIGKILL);
	if (w->port >= 0)
		fcntl(w->port, F_SETFL, O_NONBLOCK);
	while (w->port >= 0)
		hear(w);
}

static void
judge(struct watch *w)
{
	char how[40];

	if (!w->options.port || *w->lost || w->guest >= 0)
		return;
	if (WIFSIGNALED(w->how))
		snprintf(how, sizeof(how), "signal %d", WTERMSIG(w->how));
	else
		snprintf(how, sizeof(how), "status %d", WEXITSTATUS(w->how));
	if (!w->hello_ns)
		lose(w, "it ended (%s) before it said hello", how);
	else
		lose(w, "it ended (%s) without its last word", how);
}

static int
exit_status(const struct watch *w)
{
	if (w->interrupted)
		return INTERRUPTED;
	if (*w->lost)
		return LOST;
	if (w->options.port)
		return w->guest;
	return WIFSIGNALED(w->how) ? 128 + WTERMSIG(w->how) : WEXITSTATUS(w->how);
}

static void
write_utc(FILE *file, const char *name, time_t when)
{
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	fprintf(file, "\"%s\":\"%s\",", name, text);
}

static void
write_report(const struct watch *w, uint64_t end_ns, int status)
{
	FILE *file;
	char *name;

	if (!w->options.report)
		return;
	file = open_beside(w->options.report);
	putc('{', file);
	write_utc(file, "start_utc", w->start);
	write_utc(file, "end_utc", time(NULL));
	sampler_write(&w->sampler, w->start_ns, file);
	fprintf(file, "\"start_monotonic_ns\":%llu,", (unsigned long long)w->start_ns);
	if (w->hello_ns)
		fprintf(file, "\"start_to_init_ms\":%.3f,",
			(double)(w->hello_ns - w->start_ns) / 1e6);
	if (w->hello.said_ns && w->document.said_ns)
		fprintf(file, "\"guest_clock\":[[%llu,%llu],[%llu,%llu]],",
			(unsigned long long)w->hello.said_ns, (unsigned long long)w->hello.heard_ns,
			(unsigned long long)w->document.said_ns,
			(unsigned long long)w->document.heard_ns);
	if (w->document_ns && end_ns > w->document_ns)
		fprintf(file, "\"result_to_gone_ms\":%.3f,",
			(double)(end_ns - w->document_ns) / 1e6);
	if (*w->lost)
		fprintf(file, "\"lost\":\"%s\",", w->lost);
	if (w->guest >= 0)
		fprintf(file, "\"exit\":%d,", w->guest);
	else if (WIFSIGNALED(w->how))
		fprintf(file, "\"signal\":%d,", WTERMSIG(w->how));
	else
		fprintf(file, "\"exit\":%d,", WEXITSTATUS(w->how));
	fprintf(file, "\"status\":%d,\"wall_ms\":%.3f}\n", status,
		(double)(end_ns - w->start_ns) / 1e6);
	name = beside(w->options.report);
	if (fclose(file) != 0 || rename(name, w->options.report) < 0)
		die(MISSING, "cannot write %s: %s", w->options.report, strerror(errno));
	free(name);
}

int
main(int argc, char *argv[])
{
	struct watch w = {.port = -1, .signals = -1, .files = -1, .guest = -1};
	uint64_t end_ns;
	int status;

	read_options(argc, argv, &w.options);
	/* Whoever started us is gone: then nobody waits for the command either. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	block_signals(&w);
	if (!sampler_begin(&w.sampler, w.options.cpus))
		die(USAGE, "watch: --cpus=%s is not a list of processors", w.options.cpus);
	watch_directory(&w);
	start(&w, argv + optind);
	attend(&w);
	end_ns = clock_ns();
	sampler_end(&w.sampler);
	judge(&w);
	status = exit_status(&w);
	if (status <= FAILED && (!w.options.port || w.document_ns))
		keep_document(&w);
	else
		drop_document(&w);
	write_report(&w, end_ns, status);
	/* With a report, whoever reads it says so, and more. */
	if (*w.lost && !w.options.report)
		fprintf(stderr, "samebits: lost: %s (status %d)\n", w.lost, status);
	return status;
}
