#include "experiment.h"

#include <stdlib.h>
#include <string.h>

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

/* The name behind `--test=`, the old way to name a test; NULL for any other argument. */
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
			fprintf(stderr, "Unrecognized command line argument: %s\n", argv[i]);
			return -1;
		}
	}
	return 0;
}

int
experiment_begin(struct experiment *e, int argc, char **argv)
{
	memset(e, 0, sizeof(*e));
	e->options = options_new();
	if (!e->options || options_add(e->options, runner_options) < 0) {
		log_errno(LOG_FATAL, "No memory for the options");
		return -1;
	}
	for (int i = 0; i < argc; i++)
		if (is_option(argv[i]) && options_know(e->options, argv[i]) &&
		    options_set(e->options, argv[i]) < 0)
			return -1;
	return find_words(e, argc, argv);
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
	if (e->workload &&
	    (options_add(e->options, e->workload->options) < 0 ||
	     (e->workload->additions && options_add(e->options, e->workload->additions) < 0)))
		return -1;
	for (int i = 0; i < argc; i++)
		if (is_option(argv[i]) && !old_test_name(argv[i]) &&
		    options_set(e->options, argv[i]) < 0)
			return -1;
	return 0;
}

void
experiment_free(struct experiment *e)
{
	options_free(e->options);
	e->options = NULL;
}

/* Unless there was not enough for all, an idle thread means that something else was measured. */
static bool
check_threads(const struct totals *totals, struct json *json)
{
	const struct limits *limits = &totals->limits;
	unsigned idle = 0;
	bool ok;

	for (unsigned i = 0; i < limits->threads; i++)
		idle += totals->threads[i].events == 0;
	ok = idle == 0 || (limits->events && totals->events == limits->events);
	json_object(json, NULL);
	json_string(json, "name", "every thread did work");
	json_uint(json, "idle_threads", idle);
	json_bool(json, "ok", ok);
	json_end(json, '}');
	if (!ok)
		log_text(LOG_FATAL, "%u of %u threads did no work", idle, limits->threads);
	return ok;
}

/* Both forms of the report are made; the text is not seen when the log's level is below NOTICE. */
static int
report(const struct workload *w, const void *self, const struct totals *totals, struct json *json)
{
	struct metric metrics[MOST_METRICS];
	unsigned count;
	bool ok;

	report_histogram(totals);
	if (w->print_report)
		w->print_report(self, totals);
	else if (!w->metrics)
		log_text(LOG_NOTICE, "%s", "");
	if (w->metrics) {
		count = w->metrics(self, totals, metrics);
		report_metrics(metrics, count);
		json_metrics(json, metrics, count);
	}
	report_totals(totals);
	json_totals(json, totals);
	if (w->write_json)
		w->write_json(self, totals, json);
	json_array(json, "checks");
	ok = check_threads(totals, json);
	if (w->check && !w->check(self, totals, json))
		ok = false;
	json_end(json, ']');
	return ok ? 0 : 1;
}

static int
run_with(const struct workload *w, void *self, const struct limits *limits, struct json *json)
{
	struct usage before, after;
	struct totals totals;
	int status;

	report_begin(limits);
	if (w->print_mode)
		w->print_mode(self);
	if (w->open && w->open(self) < 0)
		return 1;
	log_text(LOG_NOTICE, "Initializing worker threads...\n");
	usage_take(&before);
	if (run_workload(w, self, limits, &totals) < 0)
		return 1;
	usage_take(&after);
	status = report(w, self, &totals, json);
	json_usage(json, &before, &after);
	free(totals.threads);
	return status;
}

static int
run(const struct experiment *e, struct json *json)
{
	void *self = e->workload->create(e->options);
	int status = 1;

	if (self) {
		status = run_with(e->workload, self, &e->limits, json);
		e->workload->destroy(self);
	}
	return status && *log_why_unavailable() ? UNAVAILABLE : status;
}

static void
print_help(const struct workload *w)
{
	log_text(LOG_NOTICE, "%s options:", w->name);
	options_help(w->options, stdout);
	log_text(LOG_NOTICE, "%s", "");
	if (!w->additions)
		return;
	log_text(LOG_NOTICE, "%s options that sysbench does not have:", w->name);
	options_help(w->additions, stdout);
	log_text(LOG_NOTICE, "%s", "");
}

static int
run_for_text(const struct experiment *e)
{
	struct json unseen = {.out = fopen("/dev/null", "we")};
	int status;

	if (!unseen.out) {
		log_errno(LOG_FATAL, "Cannot open /dev/null");
		return 1;
	}
	status = run(e, &unseen);
	fclose(unseen.out);
	return status;
}

int
experiment_do(const struct experiment *e)
{
	const struct workload *w = e->workload;

	if (strcmp(e->command, "help") == 0) {
		print_help(w);
		return 0;
	}
	if (strcmp(e->command, "run") == 0)
		return run_for_text(e);
	if (strcmp(e->command, "prepare") != 0 && strcmp(e->command, "cleanup") != 0) {
		fprintf(stderr, "Unknown command: %s\n", e->command);
		return 1;
	}
	if (!w->prepare) {
		fprintf(stderr, "'%s' test does not implement the '%s' command.\n", w->name,
			e->command);
		return 1;
	}
	return (strcmp(e->command, "prepare") == 0 ? w->prepare : w->cleanup)(e->options) < 0;
}

static int
prepare_and_run(const struct experiment *e, struct json *json)
{
	int status = 1;

	if (!e->workload->prepare)
		return run(e, json);
	if (e->workload->prepare(e->options) == 0)
		status = run(e, json);
	e->workload->cleanup(e->options);
	return status;
}

int
experiment_measure(const struct experiment *e, struct json *json)
{
	const char *memory = e->workload->prepare ? platform_memory_filesystem() : NULL;
	int status;

	if (memory) {
		log_unavailable("the test files would lie on %s, which is memory, not a disk",
				memory);
		status = UNAVAILABLE;
	} else {
		status = prepare_and_run(e, json);
	}
	if (status != UNAVAILABLE)
		return status;
	json_string(json, "unavailable", log_why_unavailable());
	return 0;
}
