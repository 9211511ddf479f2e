/* The command line: a test as sysbench runs it, a suite, or help. */
#include <stdio.h>
#include <string.h>

#include "clock_audit.h"
#include "document.h"
#include "experiment.h"
#include "log.h"
#include "runner.h"
#include "suite.h"

static const char version[] = "sysbench 1.0.20";

static void
print_tests(const char *title, bool sysbench)
{
	printf("%s:\n", title);
	for (const struct workload *const *w = workloads; *w; w++)
		if ((*w)->probe != sysbench)
			printf("  %s - %s\n", (*w)->name, (*w)->title);
	putchar('\n');
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
	print_tests("Compiled-in tests", true);
	print_tests("Probes, which sysbench does not have", false);
	puts("See 'bench <testname> help' for a list of options for each test.\n");
}

/* What sysbench does with a command line whose shared options are read, in its order. */
static int
do_experiment(struct experiment *e, int argc, char **argv, struct json *json)
{
	if (!e->test) {
		log_refusal("bench: no test named; see bench --help");
		return 2;
	}
	if (limits_read(&e->limits, e->options) < 0)
		return 1;
	log_text(LOG_NOTICE, "%s (samebits bench)\n", version);
	if (experiment_finish(e, argc, argv) < 0)
		return 1;
	return experiment_do(e, json);
}

/* The document is one of a suite of one experiment; it says too why there is none. */
static int
do_for_json(struct experiment *e, int argc, char **argv, int status)
{
	const char *name = e->test ? e->test : "none";
	struct document document;
	struct json *json = &document.json;

	if (document_begin(&document, name) < 0)
		return 1;
	json_object(json, NULL);
	json_string(json, "name", name);
	json_words(json, "command", argc, argv);
	if (status == 0)
		status = do_experiment(e, argc, argv, json);
	if (status == UNAVAILABLE)
		json_string(json, "unavailable", log_why_unavailable());
	json_int(json, "exit", status == UNAVAILABLE ? 0 : status);
	if (status != 0 && status != UNAVAILABLE)
		json_string(json, "error", log_first_error());
	json_end(json, '}');
	if (document_end(&document, status && status != UNAVAILABLE ? log_first_error() : NULL,
			 stdout) < 0)
		return 1;
	return status;
}

static int
do_for_text(struct experiment *e, int argc, char **argv)
{
	int verbosity = options_int(e->options, "verbosity");
	struct json unseen = {.out = fopen("/dev/null", "we")};
	int status;

	if (verbosity < LOG_FATAL || verbosity > LOG_DEBUG) {
		printf("Invalid value for verbosity: %d\n", verbosity & 0xff);
		return 1;
	}
	log_open(stdout, options_bool(e->options, "debug") ? LOG_DEBUG : (enum log_level)verbosity);
	if (!unseen.out) {
		log_errno(LOG_FATAL, "Cannot open /dev/null");
		return 1;
	}
	status = do_experiment(e, argc, argv, &unseen);
	fclose(unseen.out);
	return status;
}

/* Known before the options are read, since what is wrong with those is a JSON matter, too. */
static bool
wants_json(int argc, char **argv)
{
	bool json = false;

	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "--format=", 9) == 0)
			json = strcmp(argv[i] + 9, "json") == 0;
	return json;
}

static int
do_command_line(struct experiment *e, int argc, char **argv)
{
	int status;
	bool json = wants_json(argc, argv), help;

	if (json)
		log_open(stderr, LOG_WARNING);
	status = experiment_begin(e, argc, argv) < 0;
	if (status == 0 && options_bool(e->options, "help")) {
		print_general_help();
		return 0;
	}
	if (status == 0 && options_bool(e->options, "version")) {
		puts(version);
		return 0;
	}
	help = status == 0 && e->command && strcmp(e->command, "help") == 0;
	if (json && !help)
		return do_for_json(e, argc, argv, status);
	return status ? status : do_for_text(e, argc, argv);
}

int
main(int argc, char **argv)
{
	struct experiment experiment;
	int status;

	clock_audit_begin();
	log_open(stdout, LOG_NOTICE);
	if (argc > 1 && strcmp(argv[1], "suite") == 0) {
		if (argc == 3)
			return suite_run(argv[2]);
		fputs("bench: usage: bench suite NAME|PATH\n", stderr);
		return 2;
	}
	status = do_command_line(&experiment, argc - 1, argv + 1);
	experiment_free(&experiment);
	return status;
}
