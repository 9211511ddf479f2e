/*
 * A suite is a text file: `#` begins a comment, and every other line is `NAME ARGS…`, where ARGS is
 * a bench command line without its command, split into words as in words.h. The experiments are
 * measured one after another, each in a separate process (apart.h).
 */
#ifndef SUITE_H
#define SUITE_H

#include <stdio.h>

struct suite;

/* Reads a suite; NULL: it has an error, which was reported on stderr with the suite's name and the
 * line. */
struct suite *suite_read(FILE *file, const char *name);
void suite_free(struct suite *suite);

/*
 * Runs a suite, given by name (below /etc/samebits/suites) or by path (if it contains a slash), and
 * writes the result document to stdout. Exit status: 0, 1 an experiment failed, 2 no such suite or
 * an error in it (nothing was run then), 128 + N signal N ended it before all was measured.
 */
int suite_run(const char *name);

#endif
