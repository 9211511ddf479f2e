#ifndef LOST_H
#define LOST_H

#include "watch.h"

enum { MOST_READS = 32 /* of a full pipe */ };

/* Marks the command as lost for this reason, which is reported with its last output; only the first
 * reason counts. */
void lose(struct watch *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* At the end: a guest that did not report its exit status is lost. */
void judge(struct watch *w);

#endif
