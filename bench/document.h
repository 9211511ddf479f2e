/*
 * A result document, schema samebits-result-1: its head, and its end, around the experiments. It is
 * made in memory and written at once, so that nobody reads half of one.
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

/* Both print what is wrong and return -1 when something cannot be read or written. begin_ns:
 * when bench began; waited_ns: how long it waited before the first experiment, 0: it did not. To
 * read the programs that came along counts as waiting, too. */
int document_begin(struct document *document, const char *suite, uint64_t begin_ns,
		   uint64_t waited_ns);
/* NULL: complete; else what failed, or what ended it before all was measured. Programs that came
 * along and are others than before are a failure, too, and then it returns 1. */
int document_end(struct document *document, const char *error, bool interrupted, FILE *out);

#endif
