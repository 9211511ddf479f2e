#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>

#include "die.h"

enum kind { FLAG, SECONDS, TEXT };

static const struct row {
	const char *name;
	enum kind kind;
	size_t place;
} rows[] = {
	{"port", FLAG, offsetof(struct options, port)},
	{"silence", SECONDS, offsetof(struct options, silence_ns)},
	{"time", SECONDS, offsetof(struct options, time_ns)},
	{"document", TEXT, offsetof(struct options, document)},
	{"directory", TEXT, offsetof(struct options, directory)},
	{"log", TEXT, offsetof(struct options, log)},
	{"report", TEXT, offsetof(struct options, report)},
	{"cpus", TEXT, offsetof(struct options, cpus)},
	{"beside", TEXT, offsetof(struct options, beside)},
	{"below", FLAG, offsetof(struct options, below)},
	{"daemons", TEXT, offsetof(struct options, daemons)},
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

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
store(struct options *o, const struct row *row, const char *value)
{
	void *place = (char *)o + row->place;

	if (row->kind == FLAG)
		*(bool *)place = true;
	else if (row->kind == SECONDS)
		*(uint64_t *)place = seconds(row->name, value);
	else
		*(const char **)place = value;
}

char **
options_read(struct options *o, int argc, char *argv[])
{
	struct option known[ROWS + 1] = {0};
	int row;

	for (int i = 0; i < ROWS; i++)
		known[i] = (struct option){
			.name = rows[i].name, .has_arg = rows[i].kind != FLAG, .val = i};
	while ((row = getopt_long(argc, argv, "+", known, NULL)) != -1) {
		if (row >= ROWS)
			exit(USAGE);
		store(o, &rows[row], optarg);
	}
	if (optind == argc)
		die(USAGE, "usage: watch [--port] [--silence=S] [--time=S] [--document=FILE] "
			   "[--directory=DIRECTORY] [--log=FILE] [--report=FILE] [--cpus=LIST] "
			   "[--beside=LIST] [--below] [--daemons=PIDS] -- COMMAND...");
	return argv + optind;
}
