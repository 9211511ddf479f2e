#include "figures.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { MOST_FIGURES = MOST_METRICS - 4, MOST_NAME = 64, MOST_UNIT = 16 };

struct value {
	double value;
	unsigned by;
};

struct figure {
	char name[MOST_NAME + 1], unit[MOST_UNIT + 1];
	bool more_is_better;
	bool has_pattern, found; /* in this run */
	regex_t pattern;
	struct value *values;
	size_t count;
};

struct figures {
	bool go;
	unsigned count;
	struct figure figures[MOST_FIGURES];
};

static int
compare(const void *a, const void *b)
{
	double x = ((const struct value *)a)->value, y = ((const struct value *)b)->value;

	return (x > y) - (x < y);
}

static double
median(const struct figure *f)
{
	size_t half = f->count / 2;

	if (f->count == 0)
		return NAN;
	qsort(f->values, f->count, sizeof(*f->values), compare);
	if (f->count % 2)
		return f->values[half].value;
	return (f->values[half - 1].value + f->values[half].value) / 2;
}

static int
record(struct figure *f, unsigned by, double value)
{
	struct value *more = realloc(f->values, (f->count + 1) * sizeof(*more));

	if (!more) {
		log_errno(LOG_FATAL, "No memory for the figures,");
		return -1;
	}
	f->values = more;
	f->values[f->count++] = (struct value){value, by};
	f->found = true;
	return 0;
}

static struct figure *
find(struct figures *all, const char *name)
{
	for (unsigned i = 0; i < all->count; i++)
		if (strcmp(all->figures[i].name, name) == 0)
			return &all->figures[i];
	return NULL;
}

/* NULL, with a message: there are too many, or the words are too long. */
static struct figure *
add(struct figures *all, const char *name, const char *unit, bool more_is_better)
{
	struct figure *f = &all->figures[all->count];

	if (all->count == MOST_FIGURES) {
		log_text(LOG_FATAL, "the program has more than %d figures; choose some by --metric",
			 MOST_FIGURES);
		return NULL;
	}
	if (!*name || !*unit || strlen(name) > MOST_NAME || strlen(unit) > MOST_UNIT) {
		log_text(LOG_FATAL,
			 "the figure '%.80s' in '%.20s': a name has 1 to %d bytes, a unit 1 to %d",
			 name, unit, MOST_NAME, MOST_UNIT);
		return NULL;
	}
	strcpy(f->name, name);
	strcpy(f->unit, unit);
	f->more_is_better = more_is_better;
	all->count++;
	return f;
}

/* Cuts the last word off a text and returns it; NULL: it has but one. */
static char *
cut_word(char *text)
{
	char *blank = strrchr(text, ' ');

	if (!blank)
		return NULL;
	*blank = '\0';
	return blank + 1;
}

/* NAME=REGEX UNIT higher|lower; NULL or what is wrong with it. */
static const char *
add_pattern(struct figures *all, char *text)
{
	char *better = cut_word(text), *unit = better ? cut_word(text) : NULL;
	char *equals = strchr(text, '=');
	struct figure *f;

	if (!unit || !equals || (strcmp(better, "higher") != 0 && strcmp(better, "lower") != 0))
		return "write NAME=REGEX UNIT higher|lower";
	*equals = '\0';
	if (find(all, text))
		return "the name is taken";
	f = add(all, text, unit, strcmp(better, "higher") == 0);
	if (!f)
		return "choose other words";
	if (regcomp(&f->pattern, equals + 1, REG_EXTENDED) != 0)
		return "that is not an extended regular expression";
	f->has_pattern = true;
	return f->pattern.re_nsub ? NULL : "the number has to be in a group: (...)";
}

struct figures *
figures_new(bool go, const char *patterns)
{
	struct figures *all = calloc(1, sizeof(*all));
	char *copy = strdup(patterns), *rest = NULL, *shown;
	const char *wrong = all && copy ? NULL : "no memory";

	for (char *line = wrong ? NULL : strtok_r(copy, "\n", &rest); line && !wrong;
	     line = strtok_r(NULL, "\n", &rest)) {
		shown = strdup(line);
		wrong = add_pattern(all, line);
		if (wrong)
			log_text(LOG_FATAL, "--metric=%.200s: %s", shown ? shown : "", wrong);
		free(shown);
	}
	free(copy);
	if (!wrong) {
		all->go = go;
		return all;
	}
	figures_free(all);
	return NULL;
}

void
figures_free(struct figures *all)
{
	for (unsigned i = 0; all && i < all->count; i++) {
		if (all->figures[i].has_pattern)
			regfree(&all->figures[i].pattern);
		free(all->figures[i].values);
	}
	free(all);
}

/* A whole word that is a finite number. */
static bool
number(const char *word, double *out)
{
	char *end;

	*out = strtod(word, &end);
	return end != word && !*end && isfinite(*out);
}

/* "BenchmarkName 100 12.5 ns/op 3 allocs/op": a figure for each pair, of which the first has the
 * benchmark's name alone. Of benchmarks without iterations nothing is taken: they are headings. */
static int
read_go(struct figures *all, unsigned by, char *line)
{
	char *rest = NULL, *name = strtok_r(line, " \t\r", &rest), *word, *unit;
	char full[MOST_NAME + MOST_UNIT + 2];
	double value;
	struct figure *f;

	if (!name || strncmp(name, "Benchmark", 9) != 0 || !name[9] ||
	    !(word = strtok_r(NULL, " \t\r", &rest)) || !number(word, &value))
		return 0;
	for (bool first = true; (word = strtok_r(NULL, " \t\r", &rest)); first = false) {
		unit = strtok_r(NULL, " \t\r", &rest);
		if (!unit || !number(word, &value))
			return 0;
		snprintf(full, sizeof(full), first ? "%s" : "%s %s", name + 9, unit);
		f = find(all, full);
		if (!f)
			f = add(all, full, unit,
				strlen(unit) > 2 && !strcmp(unit + strlen(unit) - 2, "/s"));
		if (!f || record(f, by, value) < 0)
			return -1;
	}
	return 0;
}

/* Of several lines that match the last one counts, as of a program that says how it goes. */
static int
match(struct figure *f, const char *line, double *value)
{
	regmatch_t groups[2];
	char text[64];
	int length;

	if (regexec(&f->pattern, line, 2, groups, 0) != 0 || groups[1].rm_so < 0)
		return 0;
	length = (int)(groups[1].rm_eo - groups[1].rm_so);
	snprintf(text, sizeof(text), "%.*s", length, line + groups[1].rm_so);
	if (!number(text, value)) {
		log_text(LOG_FATAL, "the figure %s: '%s' is not a number", f->name, text);
		return -1;
	}
	return 1;
}

static int
match_all(struct figures *all, unsigned by, char *const *lines, size_t count)
{
	for (unsigned i = 0; i < all->count; i++) {
		struct figure *f = &all->figures[i];
		int found = 0;
		double value;

		if (!f->has_pattern)
			continue;
		for (size_t n = count; n > 0 && found == 0; n--)
			found = match(f, lines[n - 1], &value);
		if (found == 0)
			log_text(LOG_FATAL, "the figure %s: no line of the output matches",
				 f->name);
		if (found <= 0 || record(f, by, value) < 0)
			return -1;
	}
	return 0;
}

/* The text's lines, for the caller to free. */
static char **
cut_lines(char *text, size_t *count)
{
	size_t room = 2;
	char **lines, *rest = NULL;

	for (const char *p = text; *p; p++)
		room += *p == '\n';
	lines = malloc(room * sizeof(*lines));
	*count = 0;
	for (char *l = lines ? strtok_r(text, "\n", &rest) : NULL; l;
	     l = strtok_r(NULL, "\n", &rest))
		lines[(*count)++] = l;
	if (!lines)
		log_errno(LOG_FATAL, "No memory for the output,");
	return lines;
}

int
figures_add(struct figures *all, unsigned by, char *output)
{
	size_t count;
	char **lines = cut_lines(output, &count);
	int status = lines ? match_all(all, by, lines, count) : -1;
	bool found = false;

	for (size_t i = 0; status == 0 && all->go && i < count; i++)
		status = read_go(all, by, lines[i]);
	free(lines);
	for (unsigned i = 0; i < all->count; i++) {
		found |= all->figures[i].found;
		if (status == 0 && !all->figures[i].found) {
			log_text(LOG_FATAL, "the figure %s is missing in one of the runs",
				 all->figures[i].name);
			status = -1;
		}
		all->figures[i].found = false;
	}
	if (status == 0 && !found) {
		log_text(LOG_FATAL, "its output has no line in the Go benchmark format");
		status = -1;
	}
	return status;
}

void
figures_forget(struct figures *all, unsigned by)
{
	for (unsigned i = 0; i < all->count; i++) {
		struct figure *f = &all->figures[i];
		size_t kept = 0;

		for (size_t n = 0; n < f->count; n++)
			if (f->values[n].by != by)
				f->values[kept++] = f->values[n];
		f->count = kept;
	}
}

unsigned
figures_metrics(const struct figures *all, struct metric *out, unsigned most)
{
	unsigned count = all->count < most ? all->count : most;

	for (unsigned i = 0; i < count; i++)
		out[i] = (struct metric){
			.name = all->figures[i].name,
			.unit = all->figures[i].unit,
			.value = median(&all->figures[i]),
			.more_is_better = all->figures[i].more_is_better,
		};
	return count;
}
