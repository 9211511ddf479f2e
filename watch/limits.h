#ifndef LIMITS_H
#define LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include "watch.h"

enum { LOOK_NS = 1000000000 /* between two looks at the command */ };

uint64_t earliest(uint64_t a, uint64_t b);

/* When the next limit is reached, and the message for that case. */
uint64_t next_limit(const struct watch *w, char *why, size_t size);

/* Excludes the time since the last look that does not count as silence. */
void excuse(struct watch *w, uint64_t now);

#endif
