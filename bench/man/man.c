/*
 * Completes the manual page: copies the template, and for a line `.\" @WORD@` writes the options
 * from the tables that parsing and `help` use: "general", "probes", or a test's name.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "general.h"
#include "workload.h"

static const char *
argument(enum option_type type)
{
	switch (type) {
	case OPTION_BOOL:
		return " Ns Op Ns = Ns Cm on Ns | Ns Cm off";
	case OPTION_SIZE:
	case OPTION_SIZE_NOT_0:
	case OPTION_BYTES:
		return " Ns = Ns Ar size";
	case OPTION_STRING:
	case OPTION_LINES:
	case OPTION_WORD:
		return " Ns = Ns Ar string";
	case OPTION_FILE:
		return " Ns = Ns Ar file";
	case OPTION_LIST:
	case OPTION_FLAGS:
		return " Ns = Ns Ar word , Ns Ar ...";
	default:
		return " Ns = Ns Ar number";
	}
}

/* Writes each sentence on a separate line, as mdoc requires. */
static void
write_sentences(const char *text)
{
	const char *p = text;

	putchar(toupper((unsigned char)*p++));
	for (; *p; p++)
		if (p[0] == ' ' && p[-1] == '.')
			putchar('\n');
		else
			putchar(*p);
	puts(p[-1] == '.' ? "" : ".");
}

static void
write_options(const struct option *table)
{
	if (!table->name)
		return;
	puts(".Bl -tag -width Ds");
	for (const struct option *o = table; o->name; o++) {
		printf(".It Fl -%s%s\n", o->name, argument(o->type));
		write_sentences(o->help);
		if (o->value && *o->value)
			printf("The default is\n.Cm %s .\n", o->value);
	}
	puts(".El");
}

static void
write_general(void)
{
	for (const struct general_section *s = general_sections; s->options; s++) {
		if (s->title)
			printf(".Ss %s\n", s->title);
		write_options(s->options);
	}
}

static void
write_workload(const struct workload *w)
{
	write_options(w->options);
	if (!w->additions || !w->additions->name)
		return;
	puts(".Pp\nWhat sysbench does not have:");
	write_options(w->additions);
}

static void
write_probes(void)
{
	for (const struct workload *const *w = workloads; w != workloads_end; w++) {
		if ((*w)->sysbench || (*w)->takes_words)
			continue;
		printf(".Ss %s\n", (*w)->name);
		write_sentences((*w)->title);
		write_workload(*w);
	}
}

static int
fill(const char *word)
{
	const struct workload *w = workload_find(word);

	if (strcmp(word, "general") == 0) {
		write_general();
	} else if (strcmp(word, "probes") == 0) {
		write_probes();
	} else if (w) {
		write_workload(w);
	} else {
		fprintf(stderr, "bench.1.in: there is no test %s\n", word);
		return -1;
	}
	return 0;
}

int
main(void)
{
	char line[1024], word[64];

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, ".\\\" @%63[^@]@", word) != 1)
			fputs(line, stdout);
		else if (fill(word) < 0)
			return 1;
	}
	return ferror(stdin) || fflush(stdout) != 0;
}
