#include "suite.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocate.h"
#include "apart.h"
#include "clock.h"
#include "document.h"
#include "experiment.h"
#include "log.h"
#include "marks.h"
#include "words.h"

enum { MOST_EXPERIMENTS = 128, MOST_WORDS = 64 };

static const char directory[] = "/etc/samebits/suites";

struct entry {
	char *line, *command; /* the words of one line; the same joined, for the document */
	const char *name;
	struct experiment experiment;
};

struct suite {
	char name[256]; /* the maximum for a file name */
	struct entry entries[MOST_EXPERIMENTS];
	int count;
};

/* "quick" of "quick" and of "some/where/quick.suite". */
static void
name_suite(struct suite *suite, const char *given)
{
	const char *slash = strrchr(given, '/');
	size_t length;

	snprintf(suite->name, sizeof(suite->name), "%s", slash ? slash + 1 : given);
	length = strlen(suite->name);
	if (length >= 6 && strcmp(suite->name + length - 6, ".suite") == 0)
		suite->name[length - 6] = '\0';
}

static FILE *
open_suite(const char *given)
{
	char *path = strchr(given, '/') ? text_of("%s", given)
					: text_of("%s/%s.suite", directory, given);
	FILE *file = fopen(path, "re");

	if (!file)
		fprintf(stderr, "bench: no suite %s: cannot read %s: %s\n", given, path,
			strerror(errno));
	if (!file && !strchr(given, '/') && access(given, F_OK) == 0)
		fprintf(stderr, "bench: for the file %s that is here, write ./%s\n", given, given);
	free(path);
	return file;
}

void
suite_free(struct suite *suite)
{
	for (int i = 0; suite && i < suite->count; i++) {
		free(suite->entries[i].line);
		free(suite->entries[i].command);
		experiment_free(&suite->entries[i].experiment);
	}
	free(suite);
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

/* Takes ownership of the line, which is split into the words. Returns NULL, or what is wrong with
 * it. */
static const char *
add_experiment(struct suite *suite, char *line, char **words, int count)
{
	struct entry *entry = &suite->entries[suite->count++];
	struct experiment *e = &entry->experiment;

	entry->line = line;
	entry->name = words[0];
	if (experiment_begin(e, count - 1, words + 1) < 0 ||
	    limits_check(&e->limits, e->options) < 0 ||
	    experiment_finish(e, count - 1, words + 1) < 0)
		return "not a bench command line";
	if (!e->workload || e->command)
		return "expected NAME TEST [--option=value]..., without a command";
	entry->command = words_join(words + 1, count - 1);
	return NULL;
}

static const char *
add_line(struct suite *suite, const char *text)
{
	char *line = text_of("%s", text), *words[MOST_WORDS];
	const char *problem = NULL;
	int count;

	count = words_split(line, words, MOST_WORDS);
	if (count < 0)
		problem = count == -1 ? "too many words" : "a quote has no end";
	else if (count > 0 && suite->count == MOST_EXPERIMENTS)
		problem = "too many experiments";
	else if (count > 0 && !good_name(suite, words[0]))
		problem = "the name is taken or has other characters than letters, digits, . _ "
			  "and -";
	else if (count > 0)
		return add_experiment(suite, line, words, count);
	free(line);
	return problem;
}

/* NULL if all lines are valid; otherwise what is wrong with line `number`. */
static const char *
add_lines(struct suite *suite, FILE *file, int *number)
{
	const char *problem = NULL;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while (!problem && (length = getline(&line, &size, file)) >= 0) {
		++*number;
		if (memchr(line, 0, (size_t)length))
			problem = "a zero byte";
		else if (strncmp(line, byte_order_mark, strlen(byte_order_mark)) == 0)
			problem = "it begins with a byte-order mark; save it without one";
		else
			problem = add_line(suite, line);
	}
	free(line);
	if (!problem && ferror(file))
		return strerror(errno);
	return !problem && suite->count == 0 ? "no experiments" : problem;
}

struct suite *
suite_read(FILE *file, const char *name)
{
	struct suite *suite = allocate(1, sizeof(*suite));
	const char *problem;
	int line = 0;

	name_suite(suite, name);
	problem = add_lines(suite, file, &line);
	if (!problem)
		return suite;
	fprintf(stderr, "bench: suite %s, line %d: %s\n", name, line, problem);
	suite_free(suite);
	return NULL;
}

static int
measure(void *context, struct json *json)
{
	const struct entry *entry = context;

	log_open(stderr, LOG_WARNING);
	log_outcome(entry->experiment.outcome);
	return experiment_measure(&entry->experiment, json);
}

static void
clear(void *context, pid_t child)
{
	const struct entry *entry = context;

	experiment_clear(&entry->experiment, child, true);
}

/* Returns how many experiments failed or, if a signal ended the run, did not begin. */
static int
measure_all(struct suite *suite, struct json *json)
{
	int failed = 0, status;

	for (int i = 0; i < suite->count; i++) {
		struct entry *entry = &suite->entries[i];
		struct apart apart = {
			.name = entry->name,
			.count = 1,
			.words = &entry->command,
			.measure = measure,
			.outcome = entry->experiment.outcome,
			.clear = clear,
			.context = entry,
		};

		marks_number((unsigned)i);
		fprintf(stderr, "bench: [%d/%d] %s: %s\n", i + 1, suite->count, entry->name,
			entry->command);
		status = apart_measure(&apart, json);
		failed += status != 0 && status != UNAVAILABLE;
		if (apart_interrupted())
			return failed + suite->count - i - 1;
	}
	return failed;
}

/* NULL: there is no suite of that name, or it has an error, which was reported. */
static struct suite *
suite_open(const char *name)
{
	FILE *file = open_suite(name);
	struct suite *suite;

	if (!file)
		return NULL;
	suite = suite_read(file, name);
	fclose(file);
	return suite;
}

static void
sum_up(char error[128], const struct suite *suite, int failed, int number)
{
	if (number)
		snprintf(error, 128,
			 "interrupted by signal %d (%s); %d of %d experiments were measured",
			 number, strsignal(number), suite->count - failed, suite->count);
	else
		snprintf(error, 128, "%d of %d experiments failed", failed, suite->count);
}

int
suite_run(const char *name)
{
	struct suite *suite;
	struct document document;
	uint64_t begin_ns = clock_ns();
	char error[128];
	int failed, number;

	/* A killed partner process fails its experiment, not the suite. */
	signal(SIGPIPE, SIG_IGN);
	log_open(stderr, LOG_WARNING);
	suite = suite_open(name);
	if (!suite)
		return USAGE;
	apart_begin();
	marks_open();
	if (document_begin(&document, suite->name, begin_ns, marks_wait_ns()) < 0)
		return 1;
	failed = measure_all(suite, &document.json);
	number = apart_interrupted();
	sum_up(error, suite, failed, number);
	suite_free(suite);
	if (document_end(&document, failed || number ? error : NULL, number != 0, stdout) != 0)
		return 1;
	return number ? 128 + number : failed > 0;
}
