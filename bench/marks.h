/*
 * Tells who started bench when an experiment is measured: "begin N" and "end N", a line each, on
 * the descriptor that SAMEBITS_MARKS names. N is the experiment's place in the suite, from 0.
 * Without the variable nothing is said.
 */
#ifndef MARKS_H
#define MARKS_H

void marks_open(void);		    /* before the first experiment */
void marks_number(unsigned number); /* of the experiment that follows */
void marks_begin(void);
void marks_end(void);

#endif
