/*
 * The figures that a program prints of itself, over all its runs. Two forms are read, line by line:
 * the Go project's benchmark format ("Proposal: Go Benchmark Data Format": a name that begins with
 * Benchmark, a number of iterations, and pairs of a value and its unit), and what --metric gives
 * patterns for: NAME=REGEX UNIT higher|lower, where REGEX is an extended regular expression of
 * POSIX whose first group is the number. sed(1) of the busybox that lies beside bench looks for
 * these, in the guest and the container as on the host.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdbool.h>

#include "workload.h"

struct figures;

/* `patterns`: what --metric gave, a line for each. NULL: one of them is wrong, which is said with
 * log_text(). */
struct figures *figures_new(bool go, const char *patterns);
void figures_free(struct figures *figures);

/* Adds what one run printed, which the thread `by` has made; the text is cut into lines. -1, with a
 * message: something that has to be in it is not. */
int figures_add(struct figures *figures, unsigned by, char *output);

/* What that thread has added so far no longer counts. */
void figures_forget(struct figures *figures, unsigned by);

/* The median over the runs of each; returns how many. */
unsigned figures_metrics(const struct figures *figures, struct metric *out, unsigned most);

#endif
