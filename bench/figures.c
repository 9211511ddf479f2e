#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocate.h"
#include "launch.h"
#include "log.h"

enum { MOST_FIGURES = MOST_METRICS - 4, MOST_NAME = 64, MOST_UNIT = 16 };

struct value {
	double value;
	unsigned by;
};

struct figure {
	char name[MOST_NAME + 1], unit[MOST_UNIT + 1];
	bool more_is_better;
	bool found;   /* in this execution */
	char *script; /* for sed, to find it; NULL: it has no pattern */
	struct value *values;
	size_t count;
};

struct figures {
	bool go;
	char *busybox;		   /* NULL: no patterns */
	struct launcher *launcher; /* of sed */
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

static void
record(struct figure *f, unsigned by, double value)
{
	f->values = allocate_more(f->values, f->count + 1, sizeof(*f->values));
	f->values[f->count++] = (struct value){value, by};
	f->found = true;
}

static struct figure *
find(struct figures *all, const char *name)
{
	for (unsigned i = 0; i < all->count; i++)
		if (strcmp(all->figures[i].name, name) == 0)
			return &all->figures[i];
	return NULL;
}

/* NULL, with a message: there are too many, or the name or unit is too long. */
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

/* Cuts off the text after the last blank and returns it; NULL: there is no blank. */
static char *
cut_word(char *text)
{
	char *blank = strrchr(text, ' ');

	if (!blank)
		return NULL;
	*blank = '\0';
	return blank + 1;
}

/* Selects the first group of the first match, in the last line that has one. The group is put
 * between newlines, which no line contains, and the rest is cut off. */
static char *
make_script(const char *regex)
{
	return text_of("s\001%s\001\\n\\1\\n\001\n"
		       "tfound\n"
		       "$!d\nx\np\nd\n"
		       ":found\n"
		       "s/^[^\\n]*\\n([^\\n]*)\\n.*/\\1/\n"
		       "h\n$p",
		       regex);
}

/* sed's output for the lines in the file; NULL: it failed. */
static const char *
run_sed(struct figures *all, const struct figure *f, int file)
{
	char sed[] = "sed", name[] = "busybox", option[] = "-nE", path[32];
	char *words[] = {name, sed, option, f->script, path, NULL};
	struct ending ending;
	size_t size;
	bool whole;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	if (launch(all->launcher, all->busybox, words, &ending) < 0 || ending.how != 0)
		return NULL;
	return launcher_output(all->launcher, &size, &whole);
}

/* busybox is next to bench, in the root file system and in OUT/bin. */
static int
find_sed(struct figures *all)
{
	char self[4096];
	ssize_t length;

	if (all->busybox)
		return 0;
	length = readlink("/proc/self/exe", self, sizeof(self) - 16);
	if (length > 0)
		self[length] = '\0';
	if (length <= 0 || !strrchr(self, '/'))
		return -1;
	strcpy(strrchr(self, '/') + 1, "busybox");
	all->busybox = access(self, X_OK) == 0 ? text_of("%s", self) : NULL;
	all->launcher = all->busybox ? launcher_new(60) : NULL;
	return all->launcher ? 0 : -1;
}

/* A memory file with the text, which sed opens by its number; -1: failed. */
static int
make_file(const char *text)
{
	int file = memfd_create("output", 0);
	size_t size = strlen(text);

	if (file >= 0 && write(file, text, size) == (ssize_t)size)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}

/* Whether sed accepts the pattern and finds a group in it. */
static const char *
try_pattern(struct figures *all, const struct figure *f)
{
	int file = make_file("");
	const char *said = file < 0 ? NULL : run_sed(all, f, file);

	if (file >= 0)
		close(file);
	return said ? NULL
		    : "that is not an extended regular expression with the number in a group: "
		      "(...)";
}

/* NAME=REGEX UNIT higher|lower; returns NULL, or what is wrong with it. */
static const char *
add_pattern(struct figures *all, char *text)
{
	char *better = cut_word(text), *unit = better ? cut_word(text) : NULL;
	char *equals = strchr(text, '=');
	struct figure *f;

	if (!unit || !equals || (strcmp(better, "higher") != 0 && strcmp(better, "lower") != 0))
		return "write NAME=REGEX UNIT higher|lower";
	*equals = '\0';
	for (const char *p = equals + 1; *p; p++)
		if ((unsigned char)*p < ' ')
			return "a control character";
	if (!strchr(equals + 1, '('))
		return "the number has to be in a group: (...)";
	if (find(all, text))
		return "the name is taken";
	f = add(all, text, unit, strcmp(better, "higher") == 0);
	if (!f)
		return "choose other words";
	if (find_sed(all) < 0)
		return "busybox, whose sed would search for it, is not next to bench";
	f->script = make_script(equals + 1);
	return try_pattern(all, f);
}

struct figures *
figures_new(bool go, const char *patterns)
{
	struct figures *all = allocate(1, sizeof(*all));
	char *copy = text_of("%s", patterns), *rest = NULL, *shown;
	const char *wrong = NULL;

	for (char *line = strtok_r(copy, "\n", &rest); line && !wrong;
	     line = strtok_r(NULL, "\n", &rest)) {
		shown = text_of("%s", line);
		wrong = add_pattern(all, line);
		if (wrong)
			log_text(LOG_FATAL, "--metric=%.200s: %s", shown, wrong);
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
	if (!all)
		return;
	for (unsigned i = 0; i < all->count; i++) {
		free(all->figures[i].script);
		free(all->figures[i].values);
	}
	launcher_free(all->launcher);
	free(all->busybox);
	free(all);
}

/* Whether the whole word is a finite number. */
static bool
number(const char *word, double *out)
{
	char *end;

	*out = strtod(word, &end);
	return end != word && !*end && isfinite(*out);
}

/* "BenchmarkName 100 12.5 ns/op 3 allocs/op": a metric for each pair; the first has the name of the
 * benchmark alone. Lines without iterations are headings and are ignored. */
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
		if (!f)
			return -1;
		record(f, by, value);
	}
	return 0;
}

static int
find_number(struct figures *all, struct figure *f, unsigned by, int file)
{
	const char *said = run_sed(all, f, file);
	char text[64] = "";
	double value;

	if (said)
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(said, "\n"), said);
	if (!*text)
		log_text(LOG_FATAL, "the figure %s: no line of the output matches", f->name);
	else if (!number(text, &value))
		log_text(LOG_FATAL, "the figure %s: '%s' is not a number", f->name, text);
	else {
		record(f, by, value);
		return 0;
	}
	return -1;
}

static int
match_all(struct figures *all, unsigned by, const char *output)
{
	int file = all->busybox ? make_file(output) : -1, status = 0;

	if (all->busybox && file < 0) {
		log_errno(LOG_FATAL, "No memory for the output,");
		return -1;
	}
	for (unsigned i = 0; i < all->count && status == 0; i++)
		if (all->figures[i].script)
			status = find_number(all, &all->figures[i], by, file);
	if (file >= 0)
		close(file);
	return status;
}

static int
read_lines(struct figures *all, unsigned by, char *output)
{
	char *rest = NULL;
	int status = 0;

	for (char *line = strtok_r(output, "\n", &rest); line && status == 0;
	     line = strtok_r(NULL, "\n", &rest))
		status = read_go(all, by, line);
	return status;
}

int
figures_add(struct figures *all, unsigned by, char *output)
{
	int status = match_all(all, by, output);
	bool found = false;

	if (status == 0 && all->go)
		status = read_lines(all, by, output);
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
