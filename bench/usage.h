/*
 * The cost of a period: processor time of this process, idle and stolen time of the processors that
 * it may use, and the activity of the disk below the current directory.
 */
#ifndef USAGE_H
#define USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "clock_audit.h"
#include "json.h"

struct usage {
	struct clock_mark clock;
	double user_s,
		system_s; /* getrusage(2), with those of children that have ended; as below */
	uint64_t voluntary, involuntary, minor_faults, major_faults;
	bool has_cpus, has_disk, has_cgroup, has_throttling;
	double idle_s, steal_s;			     /* /proc/stat, see proc(5) */
	uint64_t read_bytes, written_bytes, busy_ms; /* Documentation/block/stat.rst of Linux */
	/* This process's control group: cpu.stat of version 2, or cpuacct and cpu of version 1. */
	double cgroup_s, throttled_s;
	uint64_t throttled;
};

void usage_take(struct usage *usage);

/* How long this thread has waited for a processor, see proc(5), schedstat; false: unknown. */
bool thread_waited(uint64_t *ns);

/* `waited_ns`: of all threads, NULL when unknown. Writes the objects "cpu", "context_switches",
 * "page_faults", "cgroup" and "disk", without what is unknown. */
void json_usage(struct json *json, const struct usage *before, const struct usage *after,
		const uint64_t *waited_ns);

#endif
