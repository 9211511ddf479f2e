/*
 * A result document, schema samebits-result-1: its head and its end, around the experiments. It is
 * built in memory and written at once, so that a reader never sees half of one.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include <stdio.h>

#include "json.h"
#include "programs.h"

struct document {
	struct json json; /* in which the array "experiments" is open, from begin to end */
	char *text;
	size_t size;
	struct programs programs; /* as they were before the experiments */
};

/* Both report errors and return -1 when something cannot be read or written. begin_ns: when bench
 * began; waited_ns: how long it waited before the first experiment, 0: not at all. Reading the
 * user's programs counts as waiting, too. */
int document_begin(struct document *document, const char *suite, uint64_t begin_ns,
		   uint64_t waited_ns);
/* `error`: NULL if complete, else what failed or ended it before all was measured. User's programs
 * that changed are a failure, too; then it returns 1. */
int document_end(struct document *document, const char *error, bool interrupted, FILE *out);

#endif
