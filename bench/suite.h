/*
 * A suite is a text file: `#` begins a comment, every other line is `NAME ARGS…`, where ARGS is a
 * bench command line without its command, in words as words.h takes them apart. All are measured
 * one after another, each in a process of its own (apart.h).
 */
#ifndef SUITE_H
#define SUITE_H

#include <stdio.h>

struct suite;

/* Reads one; NULL: there is an error in it, which is said on stderr with the name and the line. */
struct suite *suite_read(FILE *file, const char *name);
void suite_free(struct suite *suite);

/*
 * Runs a suite, by its name (below /etc/samebits/suites) or its path (when it holds a slash), and
 * writes the result document to stdout. Exit status: 0, 1 an experiment failed, 2 no such suite or
 * an error in it (nothing was run then), 128 + N signal N ended it before all was measured.
 */
int suite_run(const char *name);

#endif
