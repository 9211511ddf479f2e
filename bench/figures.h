/*
 * The metrics that a program prints, over all its executions. Two forms are read, line by line: the
 * Go project's benchmark format ("Proposal: Go Benchmark Data Format": a name that begins with
 * Benchmark, a number of iterations, and pairs of a value and its unit), and the patterns of
 * --metric: NAME=REGEX UNIT higher|lower, where REGEX is a POSIX extended regular expression whose
 * first group is the number. These are matched by sed(1) of the busybox next to bench, the same in
 * the guest, in the container and on the host.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdbool.h>

#include "workload.h"

struct figures;

/* `patterns`: the values of --metric, one per line. NULL: one of them is wrong, which was reported
 * with log_text(). */
struct figures *figures_new(bool go, const char *patterns);
void figures_free(struct figures *figures);

/* Adds the output of one execution by the thread `by`; the text is cut into lines. -1, with a
 * message: something required is not in it. */
int figures_add(struct figures *figures, unsigned by, char *output);

/* Discards what that thread has added so far. */
void figures_forget(struct figures *figures, unsigned by);

/* The median of each metric over the executions; returns the number of metrics. */
unsigned figures_metrics(const struct figures *figures, struct metric *out, unsigned most);

#endif
