/*
 * Tells who started bench when an experiment is measured: "begin N" and "end N", a line each, on
 * the descriptor that SAMEBITS_MARKS names. N is the experiment's place in the suite, from 0.
 * Without the variable nothing is said.
 */
#ifndef MARKS_H
#define MARKS_H

#include <stdint.h>

void marks_open(void); /* before the first experiment */

/*
 * Says "waiting", once, and waits, so that who looks on can read what all takes before anything
 * runs: where there is no descriptor the process's name, bench-waiting, tells so, and a new time of
 * its standard output. Only a start of an environment, which has SAMEBITS_RUN, is looked at.
 * Returns how long it took.
 */
uint64_t marks_wait_ns(void);

void marks_number(unsigned number); /* of the experiment that follows */
void marks_begin(void);
void marks_end(void);

#endif
