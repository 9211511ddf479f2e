/* The command line: a test as in sysbench, a suite, or help. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "apart.h"
#include "clock.h"
#include "clock_audit.h"
#include "descriptors.h"
#include "document.h"
#include "experiment.h"
#include "log.h"
#include "runner.h"
#include "suite.h"

static const char version[] = "sysbench 1.0.20";

/* Prints the tests at a place of sysbench's list; returns how many there are. */
static int
print_tests(unsigned place)
{
	int count = 0;

	for (const struct workload *const *w = workloads; w != workloads_end; w++)
		if ((*w)->sysbench == place)
			count += printf("  %s - %s\n", (*w)->name, (*w)->title) > 0;
	return count;
}

static void
print_general_help(void)
{
	puts("Usage:\n"
	     "  bench [options]... [testname] [command]\n"
	     "  bench suite NAME|PATH\n\n"
	     "Commands implemented by most tests: prepare run cleanup help\n");
	for (const struct general_section *s = general_sections; s->options; s++) {
		if (s->title)
			printf("%s:\n", s->title);
		options_help(s->options, stdout);
		putchar('\n');
	}
	puts("Compiled-in tests:");
	for (unsigned place = 1; print_tests(place) > 0; place++)
		;
	puts("\nProbes, which sysbench does not have:");
	print_tests(0);
	puts("\nSee 'bench <testname> help' for a list of options for each test.\n");
}

/* Does what sysbench does with a command line whose shared options are parsed, in its order. */
static int
do_experiment(struct experiment *e, int argc, char **argv, struct json *json)
{
	if (!e->test) {
		log_refusal("bench: no test named; see bench --help");
		return USAGE;
	}
	if (limits_check(&e->limits, e->options) < 0)
		return 1;
	log_text(LOG_NOTICE, "%s (samebits bench)\n", version);
	if (experiment_finish(e, argc, argv) < 0)
		return 1;
	return experiment_do(e, json);
}

struct command_line {
	struct experiment *experiment;
	int argc;
	char **argv;
	int status; /* of parsing it */
};

static int
measure(void *context, struct json *json)
{
	const struct command_line *c = context;

	return c->status ? c->status : do_experiment(c->experiment, c->argc, c->argv, json);
}

static void
clear(void *context, pid_t child)
{
	const struct command_line *c = context;

	experiment_clear(c->experiment, child, false);
}

static struct apart
apart_of(struct command_line *c)
{
	if (c->experiment->test)
		c->experiment->workload = workload_find(c->experiment->test);
	return (struct apart){
		.name = c->experiment->test ? c->experiment->test : "none",
		.count = c->argc,
		.words = c->argv,
		.measure = measure,
		.outcome = c->experiment->outcome,
		.clear = clear,
		.context = c,
	};
}

/* The document is that of a suite with one experiment; on an error it has the reason. */
static int
do_for_json(struct command_line *c)
{
	struct apart apart = apart_of(c);
	struct document document;
	int status;

	apart_begin();
	if (document_begin(&document, apart.name, clock_ns(), 0) < 0)
		return 1;
	status = apart_measure(&apart, &document.json);
	if (document_end(&document, status && status != UNAVAILABLE ? apart.outcome->error : NULL,
			 apart_interrupted() != 0, stdout) != 0)
		return 1;
	return status;
}

/* Runs in this process, as sysbench does, unless a signal would leave a run's files behind. */
static int
do_somewhere(struct command_line *c, struct json *json)
{
	struct apart apart = apart_of(c);
	const struct workload *w = c->experiment->workload;

	if (!w || !w->clear)
		return do_experiment(c->experiment, c->argc, c->argv, json);
	apart_begin();
	return apart_measure(&apart, json);
}

static int
do_for_text(struct command_line *c)
{
	const struct limits *limits = &c->experiment->limits;
	struct json unseen = {0};
	size_t size;
	char *text;
	int status;

	if (limits->verbosity < LOG_FATAL || limits->verbosity > LOG_DEBUG) {
		printf("Invalid value for verbosity: %d\n", limits->verbosity & 0xff);
		return 1;
	}
	log_open(stdout, limits->debug ? LOG_DEBUG : (enum log_level)limits->verbosity);
	unseen.out = open_text(&text, &size);
	status = do_somewhere(c, &unseen);
	fclose(unseen.out);
	free(text);
	return c->experiment->outcome->forced ? FORCED_AS_SYSBENCH : status;
}

/* Needed before the options are parsed, since their errors go to the JSON, too. */
static bool
wants_json(int argc, char **argv)
{
	bool json = false;

	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--format=", 9) == 0)
			json = strcmp(argv[i] + 9, "json") == 0;
	return json;
}

/* A report that could not be written is a failure, whatever its content. */
static int
close_report(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs("bench: cannot write the report\n", stderr);
	return 1;
}

static bool
is(const char *word, const char *expected)
{
	return word && strcmp(word, expected) == 0;
}

static int
do_command_line(struct experiment *e, int argc, char **argv)
{
	struct command_line c = {.experiment = e, .argc = argc, .argv = argv};
	bool json = wants_json(argc, argv);

	if (json)
		log_open(stderr, LOG_WARNING);
	c.status = experiment_begin(e, argc, argv) < 0;
	if (c.status == 0 && (e->limits.help || is(e->test, "help"))) {
		print_general_help();
		return 0;
	}
	if (c.status == 0 && e->limits.version) {
		puts(version);
		return 0;
	}
	if (json && !(c.status == 0 && is(e->command, "help")))
		return do_for_json(&c);
	return c.status ? c.status : close_report(do_for_text(&c));
}

int
main(int argc, char **argv)
{
	static struct experiment experiment; /* threads may outlive main() */
	int status;

	descriptors_fill();
	signal(SIGCHLD, SIG_DFL); /* our parent may ignore it; then wait(2) misses children */
	if (!clock_usable()) {
		fputs("bench: there is no clock: this process may not read the time stamp counter "
		      "(prctl, PR_SET_TSC)\n",
		      stderr);
		return UNAVAILABLE;
	}
	clock_audit_begin();
	log_open(stdout, LOG_NOTICE);
	if (argc > 1 && strcmp(argv[1], "suite") == 0) {
		if (argc == 3)
			return suite_run(argv[2]);
		fputs("bench: usage: bench suite NAME|PATH\n", stderr);
		return USAGE;
	}
	status = do_command_line(&experiment, argc - 1, argv + 1);
	if (!experiment.outcome->forced)
		experiment_free(&experiment);
	return status;
}
