/*
 * Command-line options as sysbench 1.0.20 reads them. A row of a table is all there is to an
 * option: parsing, what is allowed, the message otherwise, where the value goes, help and manual
 * page come from it. There is a table per workload, and some for what all share.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_BOOL, /* --x, or on, true, 1; off, false, 0 */
	OPTION_INT,  /* decimal, fits an int; nothing is 0 */
	OPTION_SIZE, /* digits with an optional K, M, G or T, powers of 1024; fits 64 bits */
	/* The same, where the test refuses 0, which is what sysbench makes of what is no number. */
	OPTION_SIZE_NOT_0,
	OPTION_BYTES,  /* OPTION_SIZE_NOT_0, but help calls it a number */
	OPTION_DOUBLE, /* as strtod */
	OPTION_STRING,
	OPTION_FILE,  /* a string that help calls a file's name */
	OPTION_LIST,  /* a string that help calls a list */
	OPTION_LINES, /* a string; given again it adds a line instead of taking its place */
	OPTION_WORD,  /* one of the words between braces in its help; stored is which, from 0 */
	OPTION_FLAGS, /* some of these, comma separated; stored is a bit for each */
};

/* What stands behind the name in a row: the type, and where the value goes, which is a field of the
 * struct that the table is for. A field of another type does not compile. */
#define OPTION_AT(option, s, field, ...)                                                           \
	.type = (option), .at = offsetof(s, field) + 0 * _Generic(((s *)0)->field, __VA_ARGS__)
#define OPTION_BOOL(s, field) OPTION_AT(OPTION_BOOL, s, field, bool : 1)
#define OPTION_INT(s, field) OPTION_AT(OPTION_INT, s, field, int : 1, unsigned : 1)
#define OPTION_SIZE(s, field) OPTION_AT(OPTION_SIZE, s, field, uint64_t : 1)
#define OPTION_SIZE_NOT_0(s, field) OPTION_AT(OPTION_SIZE_NOT_0, s, field, uint64_t : 1)
#define OPTION_BYTES(s, field) OPTION_AT(OPTION_BYTES, s, field, uint64_t : 1)
#define OPTION_DOUBLE(s, field) OPTION_AT(OPTION_DOUBLE, s, field, double : 1)
#define OPTION_STRING(s, field) OPTION_AT(OPTION_STRING, s, field, const char * : 1)
#define OPTION_FILE(s, field) OPTION_AT(OPTION_FILE, s, field, const char * : 1)
#define OPTION_LIST(s, field) OPTION_AT(OPTION_LIST, s, field, const char * : 1)
#define OPTION_LINES(s, field) OPTION_AT(OPTION_LINES, s, field, const char * : 1)
#define OPTION_WORD(s, field) OPTION_AT(OPTION_WORD, s, field, int : 1, unsigned : 1)
#define OPTION_FLAGS(s, field) OPTION_AT(OPTION_FLAGS, s, field, unsigned : 1)

struct option {
	const char *name; /* with dashes; underscores are accepted in their place */
	unsigned char type;
	bool for_run;	    /* no other command of the workload minds its value */
	bool as_number;	    /* of an OPTION_SIZE_NOT_0: its message says what was made of it */
	unsigned char turn; /* rows of turn 0 are checked first, each turn's in their order */
	unsigned at;
	const char *value; /* the default; NULL: none, and a word has to be given for a run */
	const char *help;
	int least, most;   /* of a number; INT_MIN: any, 0: no limit above */
	unsigned multiple; /* what divides a size; 0: any does */
	const char *wrong; /* the message's format, for name and value; NULL: WRONG_DEFAULT */
	bool (*fits)(const void *settings); /* what is to hold, too; NULL: nothing */
};

/* Of its many wordings these are sysbench's for more than one option, and ours. */
#define WRONG_DEFAULT "Invalid value of %s: %s."
#define WRONG_FOR "Invalid value for %s: %s"
#define WRONG_FOR_DOT "Invalid value for %s: %s."
#define WRONG_FOR_DASHES "Invalid value for --%s: %s"
#define WRONG_FOR_QUOTED "Invalid value for --%s: '%s'"

struct options; /* values for a set of tables */

struct options *options_new(void);
void options_free(struct options *options);

/* Adds a table that ends with a NULL name. Its values go to `settings`, the defaults at once. */
void options_add(struct options *options, const struct option *table, void *settings);

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

/* Whether the values in `settings` are allowed; says what is wrong and returns -1, or
 * OPTIONS_MISSING when there is no value at all. */
enum { OPTIONS_MISSING = -2 };
int options_check(const struct options *options, const void *settings, bool run);

/* What some editors put before the first line. */
extern const char byte_order_mark[];

void options_help(const struct option *table, FILE *out);

#endif
