/*
 * Reports to the process that started bench when an experiment is measured: "begin N" and "end N",
 * one line each, on the descriptor that SAMEBITS_MARKS names. N is the experiment's place in the
 * suite, from 0. Without the variable nothing is reported.
 */
#ifndef MARKS_H
#define MARKS_H

#include <stdint.h>

void marks_open(void); /* before the first experiment */

/*
 * Reports "waiting", once, and waits, so that an observer can read the memory and processor time
 * taken before anything runs. Without a descriptor, the process's name, bench-waiting, and a new
 * time of its standard output show it. It waits only in a start of an environment, which has
 * SAMEBITS_RUN. Returns how long it took.
 */
uint64_t marks_wait_ns(void);

void marks_number(unsigned number); /* of the experiment that follows */
void marks_begin(void);
void marks_end(void);

#endif
