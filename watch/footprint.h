#ifndef FOOTPRINT_H
#define FOOTPRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "json.h"

enum { FOOTPRINT_DAEMONS = 8 };

/*
 * What an environment takes of the host while its workload waits to begin: memory, and the
 * processor time until then. It consists of all processes that the command started and of those
 * that began later and are ancestors of the waiting one, such as an engine's shim. The engine's
 * daemons were there before: their processor time counts from the start of the command.
 */
struct footprint {
	uint64_t memory_bytes, engine_bytes, cpu_ns;
	uint64_t read_ns; /* when it was read; 0: never */
	bool cpu_known;
	char unavailable[96]; /* why; "": it is available so far */
	struct daemons {
		int count; /* -1: there are some, but unknown ones */
		pid_t pids[FOOTPRINT_DAEMONS];
		uint64_t cpu_ns[FOOTPRINT_DAEMONS];
	} daemons;
};

/* Before the command: the engine's daemons, as comma-separated process IDs or "unknown"; false: the
 * list is invalid. */
bool footprint_daemons(struct footprint *footprint, const char *list);

/* `waiting` is the waiting process, or 0 for a guest, which waits within the command itself. */
void footprint_read(struct footprint *footprint, pid_t command, pid_t waiting);

/* When the first experiment begins: a footprint that was read too late becomes unavailable. */
void footprint_begun(struct footprint *footprint, uint64_t now_ns);

/* As a member of an object. */
void footprint_write(const struct footprint *footprint, struct json *json);

#endif
