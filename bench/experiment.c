#include "experiment.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocate.h"
#include "log.h"
#include "platform.h"
#include "report.h"
#include "runner.h"
#include "usage.h"

static bool
is_option(const char *argument)
{
	return strncmp(argument, "--", 2) == 0;
}

/* The name after `--test=`, the old way to name a test; NULL for any other argument. */
static const char *
old_test_name(const char *argument)
{
	return strncmp(argument, "--test=", 7) == 0 ? argument + 7 : NULL;
}

static int
find_words(struct experiment *e, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (old_test_name(argv[i])) {
			fputs("WARNING: the --test option is deprecated. You can pass a script "
			      "name "
			      "or path on the command line without any options.\n",
			      stderr);
			e->test = old_test_name(argv[i]);
		}
	}
	for (int i = 0; i < argc; i++) {
		if (is_option(argv[i]))
			continue;
		if (!e->test) {
			e->test = argv[i];
		} else if (!e->command) {
			e->command = argv[i];
		} else {
			log_refusal("Unrecognized command line argument: %s", argv[i]);
			return -1;
		}
	}
	return 0;
}

/* Parses the options of the command line, in order; ignores unknown ones when `partly`. */
static int
set_options(struct experiment *e, int argc, char **argv, bool partly)
{
	static const char config[] = "--config-file=";

	for (int i = 0; i < argc; i++) {
		if (!is_option(argv[i]) || old_test_name(argv[i]) ||
		    (partly && !options_know(e->options, argv[i])))
			continue;
		if (options_set(e->options, argv[i]) < 0)
			return -1;
		if (strncmp(argv[i], config, strlen(config)) == 0 && argv[i][strlen(config)] &&
		    options_read(e->options, argv[i] + strlen(config), partly) < 0)
			return -1;
	}
	general_settle(&e->limits);
	return 0;
}

/* Counts bench's own arguments: all but the words after "--", if the test takes any. */
static int
count_own(struct experiment *e, int argc, char **argv)
{
	const struct workload *w = NULL;
	int own = 0;

	while (own < argc && strcmp(argv[own], "--") != 0)
		own++;
	for (int i = 0; i < own && !w; i++)
		w = is_option(argv[i]) ? NULL : workload_find(argv[i]);
	if (own == argc || !w || !w->takes_words)
		return argc;
	free((void *)e->limits.words);
	e->limits.word_count = argc - own - 1;
	e->limits.words = memcpy(allocate((size_t)(argc - own), sizeof(*argv)), argv + own + 1,
				 (size_t)e->limits.word_count * sizeof(*argv));
	return own;
}

int
experiment_begin(struct experiment *e, int argc, char **argv)
{
	memset(e, 0, sizeof(*e));
	e->outcome = allocate_shared(sizeof(*e->outcome));
	log_outcome(e->outcome);
	e->options = options_new();
	general_add(e->options, &e->limits);
	argc = count_own(e, argc, argv);
	return find_words(e, argc, argv) < 0 ? -1 : set_options(e, argc, argv, true);
}

int
experiment_finish(struct experiment *e, int argc, char **argv)
{
	if (e->test && !(e->workload = workload_find(e->test))) {
		log_text(LOG_FATAL,
			 "Cannot find benchmark '%s': no such built-in test, file or module",
			 e->test);
		return -1;
	}
	if (e->workload) {
		e->self = allocate(1, e->workload->size);
		options_add(e->options, e->workload->options, e->self);
		if (e->workload->additions)
			options_add(e->options, e->workload->additions, e->self);
	}
	return set_options(e, count_own(e, argc, argv), argv, false);
}

void
experiment_free(struct experiment *e)
{
	options_free(e->options);
	free((void *)e->limits.words);
	free(e->self);
	log_outcome(NULL);
	munmap(e->outcome, sizeof(*e->outcome));
}

/*
 * Unless there was too little work for all, an idle thread means that something else was measured.
 * In an open loop the load decides how many threads have work.
 */
static bool
check_threads(const struct totals *totals, struct json *json)
{
	const struct limits *limits = &totals->limits;
	bool late = limits->time_s && totals->since_start_s >= limits->time_s, ok;

	ok = totals->idle == 0 || totals->unfinished ||
	     (limits->rate && (late || totals->events_since_start)) ||
	     (limits->events && totals->events_since_start == limits->events);
	json_object(json, NULL);
	json_string(json, "name", "every thread did work");
	json_uint(json, "idle_threads", totals->idle);
	json_bool(json, "ok", ok);
	json_end(json, '}');
	if (!ok)
		log_text(LOG_FATAL, "%u of %u threads did no work: %s", totals->idle,
			 limits->threads,
			 late ? "--time was over before they began, give a longer one or fewer "
				"--threads"
			      : "there was too little for all, give fewer --threads");
	return ok;
}

/* A warning for the document and for a user at a terminal; scripts written for sysbench do not see
 * it. */
static void warn(struct json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
warn(struct json *json, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_string(json, NULL, text);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "bench: warning: %s\n", text);
}

/* How much of the results is due to the harness and the clock. Idle time between the events of an
 * open loop does not count, nor does what a workload does between its events by design, and threads
 * that still run have not reported how long they ran. */
static void
audit(const struct workload *w, const struct totals *t, struct json *json)
{
	uint64_t wall_ns = t->after.clock.ns - t->before.clock.ns;
	double drift = clock_drift_ppm(&t->before.clock, &t->after.clock), harness_ns = 0;

	if (t->events && t->span_ns > t->latency.sum && !t->limits.rate && !w->spaced)
		harness_ns =
			(double)(t->span_ns - t->latency.sum) + (double)t->events * clock_read_ns();
	if (harness_ns > 0) {
		json_object(json, "harness");
		json_double(json, "ns_per_event", harness_ns / (double)t->events);
		json_double(json, "share", harness_ns / (double)t->span_ns);
		json_end(json, '}');
	}
	if (wall_ns >= 100000000)
		json_double(json, "clock_drift_ppm", drift);
	json_array(json, "warnings");
	if (harness_ns > 0.1 * (double)t->span_ns)
		warn(json,
		     "%.0f %% of an event's time is the harness (reading the clock, counting), not "
		     "what is measured",
		     100 * harness_ns / (double)t->span_ns);
	if (wall_ns >= 100000000 && fabs(drift) > 1000)
		warn(json, "the clock ran %.0f ppm off the processor's time stamp counter", drift);
	json_end(json, ']');
}

static void
report_as_text(const struct workload *w, void *self, const struct totals *totals)
{
	struct metric metrics[MOST_METRICS];

	report_histogram(totals);
	if (w->print_report)
		w->print_report(self, totals);
	else if (!w->metrics)
		log_text(LOG_NOTICE, "%s", "");
	if (w->metrics && totals->events)
		report_metrics(metrics, w->metrics(self, totals, metrics));
	report_totals(totals);
}

static bool
report_as_json(const struct workload *w, void *self, const struct totals *totals, struct json *json)
{
	struct metric metrics[MOST_METRICS];
	bool ok;

	json_totals(json, totals);
	if (w->metrics && totals->events)
		json_metrics(json, metrics, w->metrics(self, totals, metrics));
	if (w->write_json)
		w->write_json(self, totals, json);
	json_array(json, "checks");
	ok = check_threads(totals, json);
	if (w->check && !w->check(self, totals, json))
		ok = false;
	json_end(json, ']');
	json_usage(json, &totals->before, &totals->after,
		   totals->waited_known ? &totals->waited_ns : NULL);
	json_counters(json, totals->counters, totals->counted_before, totals->counted_after);
	audit(w, totals, json);
	return ok;
}

/*
 * Creates both forms of the report; the text is not visible when the log's level is below NOTICE.
 * Only visible text may begin anew at checkpoints: a document covers the whole run.
 */
static int
run_with(const struct experiment *e, struct json *json)
{
	const struct workload *w = e->workload;
	const struct limits *limits = &e->limits;
	void *self = e->self;
	struct totals totals;
	bool ok;

	report_begin(limits);
	if (w->print_mode)
		w->print_mode(self);
	if (w->open && w->open(self) < 0)
		return 1;
	log_text(LOG_NOTICE, "Initializing worker threads...\n");
	if (run_workload(w, self, limits, log_shows(LOG_NOTICE) ? report_as_text : NULL, &totals) <
	    0)
		return 1;
	report_as_text(w, self, &totals);
	ok = report_as_json(w, self, &totals, json);
	free(totals.threads);
	counters_free(totals.counters);
	e->outcome->forced = totals.unfinished > 0;
	return ok && !totals.unfinished ? 0 : FAILED;
}

static void
print_options(const struct workload *w)
{
	log_text(LOG_NOTICE, "%s options:", w->name);
	options_help(w->options, stdout);
	log_text(LOG_NOTICE, "%s", "");
}

static void
print_help(const struct workload *w)
{
	if (!w->sysbench)
		log_text(LOG_NOTICE, "%s - %s\n", w->name, w->title);
	print_options(w);
	if (!w->additions)
		return;
	log_text(LOG_NOTICE, "%s options that sysbench does not have:", w->name);
	options_help(w->additions, stdout);
	log_text(LOG_NOTICE, "%s", "");
}

int
experiment_check(const struct experiment *e, bool run)
{
	int result = options_check(e->options, e->self, run);

	if (result == OPTIONS_MISSING && log_stream() == stdout)
		print_options(e->workload);
	return result < 0 ? -1 : 0;
}

static int
run(const struct experiment *e, struct json *json)
{
	const struct workload *w = e->workload;
	int status = FAILED;

	if (experiment_check(e, true) < 0)
		return FAILED;
	if (!w->begin || w->begin(e->self, &e->limits) == 0)
		status = run_with(e, json);
	if (e->outcome->forced)
		return status;
	if (status != 0 && w->explain)
		w->explain(e->self, json);
	if (w->end)
		w->end(e->self);
	return status && *e->outcome->unavailable ? UNAVAILABLE : status;
}

static int
prepare(const struct experiment *e)
{
	if (experiment_check(e, false) == 0 && e->workload->prepare(e->self, &e->limits) == 0)
		return 0;
	return *e->outcome->unavailable ? UNAVAILABLE : FAILED;
}

static int
cleanup(const struct experiment *e)
{
	return experiment_check(e, false) < 0 || e->workload->cleanup(e->self) < 0;
}

/* `prepare`, `cleanup` or `serve`. */
static int
do_stage(const struct experiment *e, struct json *json)
{
	const struct workload *w = e->workload;
	bool is_prepare = strcmp(e->command, "prepare") == 0;

	if (w->serve && strcmp(e->command, "serve") == 0)
		return w->serve(e->self) < 0;
	if (!is_prepare && strcmp(e->command, "cleanup") != 0) {
		log_refusal("Unknown command: %s", e->command);
		return 1;
	}
	if (!w->prepare) {
		log_refusal("'%s' test does not implement the '%s' command.", w->name, e->command);
		return 1;
	}
	json_string(json, "stage", e->command);
	return is_prepare ? prepare(e) : cleanup(e);
}

int
experiment_do(const struct experiment *e, struct json *json)
{
	if (!e->command) {
		log_refusal("The '%s' test requires a command argument. See 'bench %s help'",
			    e->test, e->test);
		return 1;
	}
	if (strcmp(e->command, "help") == 0) {
		print_help(e->workload);
		return 0;
	}
	return strcmp(e->command, "run") == 0 ? run(e, json) : do_stage(e, json);
}

static int
prepare_and_run(const struct experiment *e, struct json *json)
{
	int status = e->workload->prepare ? prepare(e) : 0;

	if (status == 0)
		status = run(e, json);
	return e->workload->prepare && cleanup(e) != 0 ? 1 : status;
}

int
experiment_measure(const struct experiment *e, struct json *json)
{
	const char *memory = e->workload->on_disk ? platform_memory_filesystem() : NULL;

	if (!memory)
		return prepare_and_run(e, json);
	log_unavailable("the test files would lie on %s, which is memory, not a disk", memory);
	return UNAVAILABLE;
}

void
experiment_clear(const struct experiment *e, pid_t process, bool prepared)
{
	if (e->workload && e->workload->clear)
		e->workload->clear(&e->limits, process);
	if (e->workload && prepared && e->workload->cleanup)
		cleanup(e);
}
