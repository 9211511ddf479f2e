/*
 * A user's program: one event is one execution, from fork to the end, as hyperfine(1) measures a
 * command without a shell. With --figures or --metric the program itself measures, and one
 * execution is enough.
 * kind: programs; audit:
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "allocate.h"
#include "figures.h"
#include "invocation.h"
#include "launch.h"
#include "log.h"
#include "runner.h"

enum { SHOWN = 2000 };

/* Resource usage from wait4(2). The largest resident set is at least that of bench, whose memory a
 * process has until it executes its program. */
struct sums {
	uint64_t runs;
	double user_s, system_s;
	uint64_t max_rss_bytes, minor, major, voluntary, involuntary;
};

struct command {
	const char *name, *metrics;
	struct invocation invocation;
	unsigned warmup_runs, timeout_s;
	unsigned go; /* a word, otherwise none */
	bool once;
	pthread_mutex_t lock;	 /* of the fields below, which all threads update */
	struct figures *figures; /* NULL: the time is the metric */
	struct sums sums;
	char shown[SHOWN + 1]; /* the end of the output of the failed execution */
};

static const struct option options[] = {
	{"warmup-runs", OPTION_INT(struct command, warmup_runs), "1",
	 "runs of the program before those that are measured", .wrong = WRONG_FOR_DASHES},
	{"run-timeout", OPTION_INT(struct command, timeout_s), "60",
	 "seconds that one run may take; a longer one is ended, and the experiment has failed",
	 .least = 1, .wrong = WRONG_FOR_DASHES},
	{"figures", OPTION_WORD(struct command, go), "none",
	 "form of the figures that the program prints of itself {none,go}",
	 .wrong = WRONG_FOR_QUOTED},
	{"metric", OPTION_LINES(struct command, metrics), "",
	 "a figure that the program prints: NAME=REGEX UNIT higher|lower, where the first group of "
	 "REGEX is the number; may be given several times"},
	{.name = NULL},
};

/* One thread's state. How an execution ended is checked after its time was taken. */
struct worker {
	struct launcher *launcher;
	struct ending ending;
	bool pending, failed;
	struct sums sums;
};

static void
end(void *self)
{
	struct command *c = self;

	invocation_free(&c->invocation);
	figures_free(c->figures);
}

static int
begin(void *self, const struct limits *limits)
{
	struct command *c = self;

	pthread_mutex_init(&c->lock, NULL);
	if (limits->word_count == 0) {
		log_text(LOG_FATAL, "no program given; write it and its arguments behind --");
		return -1;
	}
	c->name = limits->words[0];
	if ((c->go || *c->metrics) && !(c->figures = figures_new(c->go, c->metrics)))
		return -1;
	c->once = c->figures && !limits->events;
	return invocation_find(&c->invocation, limits->words, limits->word_count);
}

static void
print_mode(const void *self)
{
	const struct command *c = self;

	log_text(LOG_NOTICE, "Runs of %s\n", c->name);
}

/* Keeps the end of the output, if possible from the beginning of a line, for the document. */
static void
show(struct command *c, const char *output, size_t size)
{
	size_t from = size > SHOWN ? size - SHOWN : 0;
	const char *line = from ? strchr(output + from, '\n') : NULL;

	if (line && line[1])
		from = (size_t)(line + 1 - output);
	pthread_mutex_lock(&c->lock);
	if (!c->shown[0])
		snprintf(c->shown, sizeof(c->shown), "%s", output + from);
	pthread_mutex_unlock(&c->lock);
}

static bool
succeeded(const struct command *c, const struct ending *e)
{
	if (e->late)
		log_text(LOG_FATAL, "%s took more than --run-timeout=%u seconds", c->name,
			 c->timeout_s);
	else if (WIFSIGNALED(e->how))
		log_text(LOG_FATAL, "%s was ended by signal %d (%s)", c->name, WTERMSIG(e->how),
			 strsignal(WTERMSIG(e->how)));
	else if (WEXITSTATUS(e->how) != 0)
		log_text(LOG_FATAL, "%s ended with status %d", c->name, WEXITSTATUS(e->how));
	else
		return true;
	return false;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
add_usage(struct sums *sums, const struct rusage *u)
{
	uint64_t rss = (uint64_t)u->ru_maxrss * 1024;

	sums->runs++;
	sums->user_s += seconds(u->ru_utime);
	sums->system_s += seconds(u->ru_stime);
	sums->max_rss_bytes = rss > sums->max_rss_bytes ? rss : sums->max_rss_bytes;
	sums->minor += (uint64_t)u->ru_minflt;
	sums->major += (uint64_t)u->ru_majflt;
	sums->voluntary += (uint64_t)u->ru_nvcsw;
	sums->involuntary += (uint64_t)u->ru_nivcsw;
}

static void
merge(struct sums *into, const struct sums *from)
{
	into->runs += from->runs;
	into->user_s += from->user_s;
	into->system_s += from->system_s;
	if (from->max_rss_bytes > into->max_rss_bytes)
		into->max_rss_bytes = from->max_rss_bytes;
	into->minor += from->minor;
	into->major += from->major;
	into->voluntary += from->voluntary;
	into->involuntary += from->involuntary;
}

static int
take_figures(struct command *c, unsigned by, char *output, bool whole)
{
	int status = -1;

	pthread_mutex_lock(&c->lock);
	if (!whole)
		log_text(LOG_FATAL, "%s printed more than the %d KiB that are searched for figures",
			 c->name, OUTPUT_KEPT >> 10);
	else
		status = figures_add(c->figures, by, output);
	pthread_mutex_unlock(&c->lock);
	return status;
}

/* Finishes an execution; `by`: the thread that its metrics belong to, NULL: they do not count. */
static int
conclude(struct command *c, struct launcher *launcher, const struct ending *ending,
	 const struct thread *by)
{
	size_t size;
	bool whole, good;
	const char *output = launcher_output(launcher, &size, &whole);
	char *copy;

	good = succeeded(c, ending);
	if (good && by && c->figures) {
		copy = text_of("%s", output);
		good = take_figures(c, by->id, copy, whole) == 0;
		free(copy);
	}
	if (!good)
		show(c, output, size);
	return good ? 0 : -1;
}

static int
warm_up(void *self)
{
	struct command *c = self;
	struct launcher *launcher = launcher_new(c->timeout_s);
	struct ending ending;
	int status = launcher ? 0 : -1;

	for (unsigned i = 0; status == 0 && i < c->warmup_runs; i++) {
		status = launch(launcher, c->invocation.file, c->invocation.words, &ending);
		if (status == 0)
			status = conclude(c, launcher, &ending, NULL);
	}
	launcher_free(launcher);
	return status;
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct command *c = self;
	struct worker *worker = thread->state;

	worker->launcher = launcher_new(c->timeout_s);
	return worker->launcher ? 0 : -1;
}

static void
settle(struct command *c, const struct thread *thread)
{
	struct worker *worker = thread->state;

	if (!worker->pending)
		return;
	worker->pending = false;
	add_usage(&worker->sums, &worker->ending.usage);
	worker->failed = conclude(c, worker->launcher, &worker->ending, thread) < 0;
}

static int
thread_done(void *self, struct thread *thread)
{
	struct command *c = self;
	struct worker *worker = thread->state;

	settle(c, thread);
	pthread_mutex_lock(&c->lock);
	merge(&c->sums, &worker->sums);
	pthread_mutex_unlock(&c->lock);
	return worker->failed ? -1 : 0;
}

static void
thread_free(void *self, struct thread *thread)
{
	struct worker *worker = thread->state;

	(void)self;
	launcher_free(worker->launcher);
}

static void
reset(void *self, struct thread *thread)
{
	struct command *c = self;
	struct worker *worker = thread->state;

	settle(c, thread);
	worker->sums = (struct sums){0};
	pthread_mutex_lock(&c->lock);
	if (c->figures)
		figures_forget(c->figures, thread->id);
	pthread_mutex_unlock(&c->lock);
}

static bool
next(void *self, struct thread *thread, struct event *event)
{
	struct command *c = self;
	struct worker *worker = thread->state;

	(void)event;
	settle(c, thread);
	return !worker->failed && !(c->once && worker->sums.runs);
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct command *c = self;
	struct worker *worker = thread->state;
	int status;

	(void)event;
	status = launch(worker->launcher, c->invocation.file, c->invocation.words, &worker->ending);
	worker->pending = status == 0;
	return status;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct command *c = self;
	unsigned count = c->figures ? figures_metrics(c->figures, out, MOST_METRICS - 4) : 0;
	const struct sums *sums = &c->sums;
	double runs = (double)(sums->runs ? sums->runs : 1);
	struct latency latency;

	histogram_summarize(&totals->latency, &latency);
	out[count++] = (struct metric){"time per run", "ms", (double)latency.p50 / 1e6, false};
	out[count++] = (struct metric){"user time per run", "ms", sums->user_s * 1e3 / runs, false};
	out[count++] =
		(struct metric){"system time per run", "ms", sums->system_s * 1e3 / runs, false};
	out[count++] = (struct metric){"max resident set", "MiB",
				       (double)sums->max_rss_bytes / 1048576, false};
	return count;
}

static void
write_json(const void *self, const struct totals *totals, struct json *json)
{
	const struct command *c = self;
	const struct sums *sums = &c->sums;
	double runs = (double)(sums->runs ? sums->runs : 1);

	(void)totals;
	json_object(json, "runs");
	json_uint(json, "count", sums->runs);
	json_double(json, "user_s", sums->user_s / runs);
	json_double(json, "system_s", sums->system_s / runs);
	json_uint(json, "max_rss_bytes", sums->max_rss_bytes);
	json_double(json, "minor_faults", (double)sums->minor / runs);
	json_double(json, "major_faults", (double)sums->major / runs);
	json_double(json, "voluntary_switches", (double)sums->voluntary / runs);
	json_double(json, "involuntary_switches", (double)sums->involuntary / runs);
	json_end(json, '}');
}

/* What a user needs to find the reason. */
static void
explain(const void *self, struct json *json)
{
	const struct command *c = self;

	if (c->shown[0])
		json_string(json, "output", c->shown);
}

WORKLOAD = {
	.name = "command",
	.title = "a program of your own, as hyperfine",
	.takes_words = true,
	.size = sizeof(struct command),
	.thread_size = sizeof(struct worker),
	.options = options,
	.begin = begin,
	.end = end,
	.print_mode = print_mode,
	.open = warm_up,
	.thread_init = thread_init,
	.thread_done = thread_done,
	.thread_free = thread_free,
	.reset = reset,
	.next = next,
	.execute = execute,
	.metrics = metrics,
	.write_json = write_json,
	.explain = explain,
};
