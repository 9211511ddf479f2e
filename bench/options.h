/*
 * Command-line options as sysbench 1.0.20 reads them. One row of a table describes an option
 * completely: parsing, allowed values, the error message, where the value goes, help and manual
 * page come from it. There is a table per workload, and some for the shared options.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_BOOL, /* --x, or on, true, 1; off, false, 0 */
	OPTION_INT,  /* decimal, fits an int; an empty value is 0 */
	OPTION_SIZE, /* digits with an optional K, M, G or T, powers of 1024; fits 64 bits */
	/* The same, but the test refuses 0, which is sysbench's value for anything that is not a
	 * number. */
	OPTION_SIZE_NOT_0,
	OPTION_BYTES,  /* OPTION_SIZE_NOT_0, but help calls it a number */
	OPTION_DOUBLE, /* as strtod */
	OPTION_STRING,
	OPTION_FILE,  /* a string; help calls it a file name */
	OPTION_LIST,  /* a string; help calls it a list */
	OPTION_LINES, /* a string; another one adds a line instead of replacing it */
	OPTION_WORD,  /* one of the words between braces in its help; stored as its index, from 0 */
	OPTION_FLAGS, /* some of these, comma separated; stored as one bit each */
};

/* What follows the name in a row: the type, and where the value goes, which is a field of the
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
	bool for_run;	    /* only a run uses its value */
	bool as_number;	    /* of an OPTION_SIZE_NOT_0: its message shows the parsed value */
	unsigned char turn; /* rows of turn 0 are checked first, within a turn in their order */
	unsigned at;
	const char *value; /* the default; NULL: none, and a run needs a value */
	const char *help;
	int least, most;   /* of a number; INT_MIN: any, 0: no upper limit */
	unsigned multiple; /* a size must be a multiple of it; 0: any */
	const char *wrong; /* the message's format, for name and value; NULL: WRONG_DEFAULT */
	bool (*fits)(const void *settings); /* another condition; NULL: none */
};

/* Of sysbench's many wordings, those for more than one option, and ours. */
#define WRONG_DEFAULT "Invalid value of %s: %s."
#define WRONG_FOR "Invalid value for %s: %s"
#define WRONG_FOR_DOT "Invalid value for %s: %s."
#define WRONG_FOR_DASHES "Invalid value for --%s: %s"
#define WRONG_FOR_QUOTED "Invalid value for --%s: '%s'"

struct options; /* values for a set of tables */

struct options *options_new(void);
void options_free(struct options *options);

/* Adds a table that ends with a NULL name. Its values go to `settings`, the defaults
 * immediately. */
void options_add(struct options *options, const struct option *table, void *settings);

/* Whether the argument `--name[=value]` names one of the options and, for a boolean, has a valid
 * value: sysbench treats any other as an unknown option, not as a wrong value. */
bool options_know(const struct options *options, const char *argument);

/* Parses one argument `--name[=value]`; reports errors and returns -1. */
int options_set(struct options *options, const char *argument);

/*
 * Parses the lines `name[=value]` of a file; blanks around name and value, empty lines and those
 * that begin with # or [ are ignored. Names that no table has are an error, or skipped when
 * `partly`.
 */
int options_read(struct options *options, const char *path, bool partly);

/* Whether the values in `settings` are allowed; reports errors and returns -1, or OPTIONS_MISSING
 * if there is no value at all. */
enum { OPTIONS_MISSING = -2 };
int options_check(const struct options *options, const void *settings, bool run);

/* What some editors put before the first line. */
extern const char byte_order_mark[];

void options_help(const struct option *table, FILE *out);

#endif
