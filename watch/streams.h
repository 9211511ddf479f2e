#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>

#include "watch.h"

/* Reads a stream once, so that a flood of output does not keep us here; false: there was
 * nothing. */
bool hear(struct watch *w, int stream);

/* Reads what the command has written so far; processes that it left behind may write for ever. */
void drain(struct watch *w, int stream);

#endif
