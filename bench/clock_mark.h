/* One moment on two clocks. */
#ifndef CLOCK_MARK_H
#define CLOCK_MARK_H

#include <stdint.h>

struct clock_mark {
	uint64_t ns, ticks; /* CLOCK_MONOTONIC; the processor's time stamp counter, 0: forbidden */
};

/* Reads them as close together as possible, in case of preemption in between. */
void clock_mark(struct clock_mark *mark);

#endif
