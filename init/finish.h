/* How a machine of its own ends. */
#ifndef FINISH_H
#define FINISH_H

#include "conf.h"

/* The parts of a file's path: all are below RESULTS. */
#define RESULTS "/results"
#define SCRATCH RESULTS "/.scratch"

void remove_scratch(void);

/* As samebits.conf has it. */
_Noreturn void finish(const struct conf *conf);

/* After what was said, and time to read it. */
_Noreturn void give_up(const struct conf *conf);

#endif
