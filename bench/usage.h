/*
 * What a stretch of time cost: processor time of this process, idle and stolen time of the
 * processors it may use, and what the disk below the current directory did.
 */
#ifndef USAGE_H
#define USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

struct usage {
	uint64_t at_ns;
	double user_s, system_s; /* getrusage(2), RUSAGE_SELF */
	bool has_cpus, has_disk;
	double idle_s, steal_s;			     /* /proc/stat, see proc(5) */
	uint64_t read_bytes, written_bytes, busy_ms; /* Documentation/block/stat.rst of Linux */
};

void usage_take(struct usage *usage);

/* The objects "cpu" and "disk"; what could not be known is left out. */
void json_usage(struct json *json, const struct usage *before, const struct usage *after);

#endif
