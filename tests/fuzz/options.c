/*
 * Fuzzes command lines: each line of the input is an argument. What follows a zero byte is the
 * content of a configuration file, whose name takes the place of `@` in `--config-file=@`.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "experiment.h"
#include "log.h"

enum { MOST_ARGUMENTS = 64 };

static int
split(char *text, char *argv[MOST_ARGUMENTS], char *config)
{
	int argc = 0;
	char *rest = NULL;

	for (char *a = strtok_r(text, "\n", &rest); a && argc < MOST_ARGUMENTS;
	     a = strtok_r(NULL, "\n", &rest))
		argv[argc++] = strcmp(a, "--config-file=@") == 0 ? config : a;
	return argc;
}

/* Of sysbench's tests only fileio checks its options without taking memory or time by them. */
static void
begin(const struct experiment *e)
{
	const struct workload *w = e->workload;

	if (!w || (w->sysbench && !w->prepare) || experiment_check(e, true) < 0)
		return;
	if (w->begin)
		w->begin(e->self, &e->limits);
	if (w->end)
		w->end(e->self);
}

static void
read_arguments(int argc, char **argv)
{
	struct experiment e;

	if (experiment_begin(&e, argc, argv) == 0 && limits_check(&e.limits, e.options) == 0 &&
	    experiment_finish(&e, argc, argv) == 0)
		begin(&e);
	experiment_free(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(size + 2, 1), *argv[MOST_ARGUMENTS], config[64];
	int file = memfd_create("config", MFD_CLOEXEC);
	FILE *null = fopen("/dev/null", "we");
	size_t length;

	if (!text || file < 0 || !null)
		abort();
	memcpy(text, data, size);
	length = strlen(text);
	if (length < size && write(file, text + length + 1, size - length - 1) < 0)
		abort();
	snprintf(config, sizeof(config), "--config-file=/proc/self/fd/%d", file);
	log_open(null, LOG_DEBUG);
	read_arguments(split(text, argv, config), argv);
	fclose(null);
	close(file);
	free(text);
	return 0;
}
