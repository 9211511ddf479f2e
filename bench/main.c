/* The command line: a test as sysbench runs it, a suite, or help. */
#include <stdio.h>
#include <string.h>

#include "experiment.h"
#include "log.h"
#include "runner.h"
#include "suite.h"

static const char version[] = "sysbench 1.0.20";

static void
print_general_help(void)
{
	puts("Usage:\n"
	     "  bench [options]... [testname] [command]\n"
	     "  bench suite NAME|PATH\n\n"
	     "Commands implemented by most tests: prepare run cleanup help\n\n"
	     "General options:");
	options_help(runner_options, stdout);
	puts("\nCompiled-in tests:");
	for (const struct workload *const *w = workloads; *w; w++)
		printf("  %s - %s\n", (*w)->name, (*w)->title);
	puts("\nSee 'bench <testname> help' for a list of options for each test.\n");
}

/* What sysbench does with a command line whose shared options are read, in its order. */
static int
do_experiment(struct experiment *e, int argc, char **argv)
{
	int verbosity;

	if (options_bool(e->options, "help")) {
		print_general_help();
		return 0;
	}
	if (options_bool(e->options, "version")) {
		puts(version);
		return 0;
	}
	verbosity = options_int(e->options, "verbosity");
	if (verbosity < LOG_FATAL || verbosity > LOG_DEBUG) {
		printf("Invalid value for verbosity: %d\n", verbosity & 0xff);
		return 1;
	}
	log_open(stdout, options_bool(e->options, "debug") ? LOG_DEBUG : (enum log_level)verbosity);
	if (!e->test) {
		fputs("bench: no test named; see bench --help\n", stderr);
		return 2;
	}
	if (limits_read(&e->limits, e->options) < 0)
		return 1;
	log_text(LOG_NOTICE, "%s (samebits bench)\n", version);
	if (experiment_finish(e, argc, argv) < 0)
		return 1;
	if (!e->command) {
		fprintf(stderr,
			"The '%s' test requires a command argument. See 'sysbench %s help'\n",
			e->test, e->test);
		return 1;
	}
	return experiment_do(e);
}

int
main(int argc, char **argv)
{
	struct experiment experiment;
	int status = 1;

	log_open(stdout, LOG_NOTICE);
	if (argc > 1 && strcmp(argv[1], "suite") == 0) {
		if (argc == 3)
			return suite_run(argv[2]);
		fputs("bench: usage: bench suite NAME|PATH\n", stderr);
		return 2;
	}
	if (experiment_begin(&experiment, argc - 1, argv + 1) == 0)
		status = do_experiment(&experiment, argc - 1, argv + 1);
	experiment_free(&experiment);
	return status;
}
