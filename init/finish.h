/* How a bare-metal machine ends. */
#ifndef FINISH_H
#define FINISH_H

#include "conf.h"

/* The parts of a file's path are all below RESULTS. */
#define RESULTS "/results"
#define SCRATCH RESULTS "/.scratch"

void remove_scratch(void);

/* Ends as samebits.conf says. */
_Noreturn void finish(const struct conf *conf);

/* Ends after an error that was reported, with time to read it. */
_Noreturn void give_up(const struct conf *conf);

#endif
