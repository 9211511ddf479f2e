#include "limits.h"

enum { MOST_PATIENCE = 6 /* times --silence, for a command that waits for a processor */ };

uint64_t
earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t
next_limit(const struct watch *w, char *why, size_t size)
{
	const struct options *o = &w->options;
	uint64_t limit = UINT64_MAX, end = w->outcome.start_ns + o->time_ns;

	if (o->port && o->silence_ns) {
		limit = w->alive_ns + o->silence_ns;
		snprintf(why, size, "it was silent for %.3g s", (double)o->silence_ns / 1e9);
	}
	if (o->time_ns && end < limit) {
		limit = end;
		snprintf(why, size, "it ran longer than %.3g s", (double)o->time_ns / 1e9);
	}
	return limit;
}

/* A command without a processor cannot report, so time that it waited for one since the last look
 * is not silence. A part of it counts nevertheless: of the threads of a guest that hangs on a busy
 * host some always wait, and the guest would never be found. Nor is it silence when this process
 * stood still, and the guest with it: the host was suspended or is busy. */
void
excuse(struct watch *w, uint64_t now)
{
	uint64_t span = now - w->looked_ns, more = 0;
	struct cputime time;

	cputime_read(&time, &w->waits, w->command.pid);
	if (time.waited_ns > w->waited_ns)
		more = earliest(time.waited_ns - w->waited_ns, span - span / MOST_PATIENCE);
	if (span > 2 * (uint64_t)LOOK_NS)
		more = span - LOOK_NS;
	w->alive_ns = earliest(w->alive_ns + more, now);
	w->waited_ns = time.waited_ns;
}
