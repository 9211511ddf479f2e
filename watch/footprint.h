#ifndef FOOTPRINT_H
#define FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "json.h"

enum { FOOTPRINT_DAEMONS = 8 };

/*
 * What an environment takes of the host while its workload waits for its beginning: memory, and the
 * processor time until then. All processes belong to it that the command has started, and those
 * that began after it and are ancestors of the one that waits, as an engine's shim. The engine's
 * daemons were there before: of them the processor time since the command counts.
 */
struct footprint {
	uint64_t memory_bytes, engine_bytes, cpu_ns;
	uint64_t read_ns; /* when it was read; 0: it was not */
	bool cpu_known;
	char unavailable[96]; /* why; "": nothing is wrong yet */
	struct daemons {
		int count; /* -1: there are some, and which is not known */
		pid_t pids[FOOTPRINT_DAEMONS];
		uint64_t cpu_ns[FOOTPRINT_DAEMONS];
	} daemons;
};

/* Before the command: the engine's daemons, numbers with commas between them, or "unknown"; false:
 * the list is none. */
bool footprint_daemons(struct footprint *footprint, const char *list);

/* `waiting` is the process that waits, or 0 for a guest's, which is the command's own affair. */
void footprint_read(struct footprint *footprint, pid_t command, pid_t waiting);

/* What it was when the first experiment began: not what was read when that had begun already. */
void footprint_begun(struct footprint *footprint, uint64_t now_ns);

/* As a member of an object. */
void footprint_write(const struct footprint *footprint, struct json *json);

#endif
