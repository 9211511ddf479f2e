/*
 * Command-line options as sysbench 1.0.20 reads them. One table per workload (and one for what all
 * share) is the source of parsing, defaults and help.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_BOOL, /* --x, or on, true, 1; off, false, 0 */
	OPTION_INT,  /* decimal, fits an int; nothing is 0 */
	OPTION_SIZE, /* digits with an optional K, M, G or T, powers of 1024; fits 64 bits */
	/* The same, where the test refuses 0, which is what sysbench makes of what is no number. */
	OPTION_SIZE_NOT_0,
	OPTION_BYTES,  /* OPTION_SIZE, but help calls it a number */
	OPTION_DOUBLE, /* as strtod */
	OPTION_STRING,
	OPTION_FILE,  /* a string that help calls a file's name */
	OPTION_LIST,  /* comma separated */
	OPTION_LINES, /* a string; given again it adds a line instead of taking its place */
};

struct option {
	const char *name; /* with dashes; underscores are accepted in their place */
	enum option_type type;
	const char *value; /* the default; NULL: none */
	const char *help;
};

struct options; /* values for a set of tables */

struct options *options_new(void); /* NULL: no memory */
void options_free(struct options *options);

/* Adds a table that ends with a NULL name; -1: no memory or too many. */
int options_add(struct options *options, const struct option *table);

/* Whether the argument `--name[=value]` names one of the options and, of a boolean, a value it can
 * have: for sysbench any other is not a wrong value but an unknown option. */
bool options_know(const struct options *options, const char *argument);

/* Takes one argument `--name[=value]`; says what is wrong with it and returns -1. */
int options_set(struct options *options, const char *argument);

/*
 * Takes the lines `name[=value]` of a file; blanks around name and value, empty lines and those
 * that begin with # or [ do not count. Names that no table has are an error, or skipped when
 * `partly`.
 */
int options_read(struct options *options, const char *path, bool partly);

/* Values by name; asking for a name that no table has is a bug and aborts. */
bool options_bool(const struct options *options, const char *name);
int options_int(const struct options *options, const char *name);
uint64_t options_size(const struct options *options, const char *name);
double options_double(const struct options *options, const char *name);
const char *options_string(const struct options *options,
			   const char *name); /* "" without a value */

/* Words that are not options, which a workload may take. Their text stays the caller's; -1: no
 * memory for the list. */
int options_give_words(struct options *options, char *const *words, int count);
char *const *options_words(const struct options *options, int *count);

/* What some editors put before the first line. */
extern const char byte_order_mark[];

void options_help(const struct option *table, FILE *out);

#endif
