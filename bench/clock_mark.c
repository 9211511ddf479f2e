/* Compiled with -O2. */
#include "clock_mark.h"

#include <x86intrin.h>

#include "clock.h"
#include "tsc.h"

static uint64_t
ticks(void)
{
	static enum { UNKNOWN, ALLOWED, FORBIDDEN } state;

	if (state == UNKNOWN)
		state = tsc_allowed() ? ALLOWED : FORBIDDEN;
	return state == ALLOWED ? __rdtsc() : 0;
}

/* An interruption between the two readings would separate them, so this takes the closest of some
 * pairs. */
void
clock_mark(struct clock_mark *mark)
{
	enum { TRIES = 16 };
	uint64_t before, now, after, least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		before = ticks();
		now = clock_ns();
		after = ticks();
		if (after - before >= least)
			continue;
		least = after - before;
		mark->ns = now;
		mark->ticks = before + least / 2;
	}
}
