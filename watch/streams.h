#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>

#include "watch.h"

/* Takes what is in a stream, once, so that no flood keeps us here; false: there was nothing. */
bool hear(struct watch *w, int stream);

/* What the command has said until now; what it left behind may say more for ever. */
void drain(struct watch *w, int stream);

#endif
