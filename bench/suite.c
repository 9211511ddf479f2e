#include "suite.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "experiment.h"
#include "log.h"

enum { MOST_EXPERIMENTS = 128, MOST_WORDS = 64 };

static const char directory[] = "/etc/samebits/suites";

struct entry {
	char *line, *command; /* the words of one line; the same joined, for the document */
	const char *name;
	struct experiment experiment;
};

struct suite {
	char name[64];
	struct entry entries[MOST_EXPERIMENTS];
	int count;
};

/* "quick" of "quick" and of "some/where/quick.suite". */
static void
name_suite(struct suite *suite, const char *given)
{
	const char *slash = strrchr(given, '/');
	char *end;

	snprintf(suite->name, sizeof(suite->name), "%s", slash ? slash + 1 : given);
	end = strstr(suite->name, ".suite");
	if (end && !end[6])
		*end = '\0';
}

static FILE *
open_suite(const char *given)
{
	char path[512];
	FILE *file;

	if (strchr(given, '/'))
		snprintf(path, sizeof(path), "%s", given);
	else
		snprintf(path, sizeof(path), "%s/%s.suite", directory, given);
	file = fopen(path, "re");
	if (!file)
		fprintf(stderr, "bench: no suite %s: cannot read %s\n", given, path);
	return file;
}

static int
split(char *line, char *words[MOST_WORDS])
{
	int count = 0;
	char *rest = NULL;

	for (char *w = strtok_r(line, " \t\r\n", &rest); w; w = strtok_r(NULL, " \t\r\n", &rest)) {
		if (count == MOST_WORDS)
			return -1;
		words[count++] = w;
	}
	return count;
}

static char *
join(char **words, int count)
{
	size_t size = 1;
	char *text;

	for (int i = 0; i < count; i++)
		size += strlen(words[i]) + 1;
	text = calloc(size, 1);
	for (int i = 0; i < count && text; i++) {
		strcat(text, i ? " " : "");
		strcat(text, words[i]);
	}
	return text;
}

static bool
good_name(const struct suite *suite, const char *name)
{
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			return false;
	for (int i = 0; i < suite->count; i++)
		if (strcmp(suite->entries[i].name, name) == 0)
			return false;
	return true;
}

/* NULL when the line was taken, otherwise what is wrong with it. */
static const char *
add_line(struct suite *suite, const char *text)
{
	struct entry *entry = &suite->entries[suite->count];
	char *words[MOST_WORDS];
	int count;

	if (suite->count == MOST_EXPERIMENTS)
		return "too many experiments";
	entry->line = strdup(text);
	if (!entry->line)
		return "no memory";
	entry->line[strcspn(entry->line, "#")] = '\0';
	count = split(entry->line, words);
	if (count <= 0) {
		free(entry->line);
		return count < 0 ? "too many words" : NULL;
	}
	if (!good_name(suite, words[0]))
		return "the name is taken or has other characters than letters, digits, . _ and -";
	entry->name = words[0];
	suite->count++;
	if (experiment_begin(&entry->experiment, count - 1, words + 1) < 0 ||
	    limits_read(&entry->experiment.limits, entry->experiment.options) < 0 ||
	    experiment_finish(&entry->experiment, count - 1, words + 1) < 0)
		return "not a bench command line";
	if (!entry->experiment.workload || entry->experiment.command)
		return "expected NAME TEST [--option=value]..., without a command";
	entry->command = join(words + 1, count - 1);
	return entry->command ? NULL : "no memory";
}

static int
read_suite(struct suite *suite, const char *given)
{
	FILE *file = open_suite(given);
	const char *problem = NULL;
	char line[1024];
	int number = 0;

	if (!file)
		return -1;
	name_suite(suite, given);
	while (!problem && fgets(line, sizeof(line), file)) {
		number++;
		problem = add_line(suite, line);
	}
	fclose(file);
	if (!problem && suite->count == 0)
		problem = "no experiments";
	if (problem)
		fprintf(stderr, "bench: suite %s, line %d: %s\n", given, number, problem);
	return problem ? -1 : 0;
}

static int
measure(const struct suite *suite, int i, struct json *json)
{
	const struct entry *entry = &suite->entries[i];
	int status;

	fprintf(stderr, "bench: [%d/%d] %s: %s\n", i + 1, suite->count, entry->name,
		entry->command);
	log_open(stderr, LOG_WARNING);
	json_object(json, NULL);
	json_string(json, "name", entry->name);
	json_string(json, "command", entry->command);
	status = experiment_measure(&entry->experiment, json);
	json_int(json, "exit", status);
	if (status != 0)
		json_string(json, "error", log_first_error());
	json_end(json, '}');
	return status;
}

/* Returns the number of experiments that failed or, when one could not be ended, were not begun. */
static int
measure_all(const struct suite *suite, struct json *json)
{
	int failed = 0, status = 0;

	for (int i = 0; i < suite->count; i++) {
		status = measure(suite, i, json);
		if (status == FORCED)
			return failed + suite->count - i;
		failed += status != 0;
	}
	return failed;
}

static void
free_suite(struct suite *suite)
{
	for (int i = 0; i < suite->count; i++) {
		free(suite->entries[i].line);
		free(suite->entries[i].command);
		experiment_free(&suite->entries[i].experiment);
	}
}

int
suite_run(const char *name)
{
	struct suite suite = {.count = 0};
	struct document document;
	char error[128];
	int failed;

	log_open(stderr, LOG_WARNING);
	if (read_suite(&suite, name) < 0) {
		free_suite(&suite);
		return 2;
	}
	if (document_begin(&document, suite.name) < 0)
		return 1;
	failed = measure_all(&suite, &document.json);
	snprintf(error, sizeof(error), "%d of %d experiments failed", failed, suite.count);
	if (document_end(&document, failed ? error : NULL, stdout) < 0)
		failed = 1;
	free_suite(&suite);
	return failed ? 1 : 0;
}
