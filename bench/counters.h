/*
 * Instructions and cycles, separately for user and kernel, as perf_event_open(2) counts them: on
 * the processors that this process may use, whatever runs there. Counters of a process would be
 * loaded and stored at each switch, and so cost most where switching is measured.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdint.h>

#include "json.h"

enum { INSTRUCTIONS_USER, INSTRUCTIONS_KERNEL, CYCLES_USER, CYCLES_KERNEL, COUNTERS };

struct counters;

/* They count from here on; if they cannot, they hold the reason. NULL: out of memory. */
struct counters *counters_open(void);
void counters_free(struct counters *counters);

/* The counts so far. */
void counters_read(struct counters *counters, uint64_t counts[COUNTERS]);

/* The object "counters": the counts between the two, or "unavailable" with the reason. */
void json_counters(struct json *json, const struct counters *counters,
		   const uint64_t before[COUNTERS], const uint64_t after[COUNTERS]);

#endif
