#include "footprint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "processes.h"
#include "rounded.h"
#include "waiting.h"

enum { AFTER_NS = 20000000 };

static void
be_unavailable(struct footprint *f, const char *why)
{
	snprintf(f->unavailable, sizeof(f->unavailable), "%s", why);
}

/* Adds the memory of one process to a sum; false: reading it is not permitted. An ended process has
 * none. */
static bool
add_memory(struct footprint *f, uint64_t *sum, pid_t pid)
{
	uint64_t bytes;

	if (proc_mapped(pid, "Pss", &bytes))
		*sum += bytes;
	else if (errno == ENOENT && access("/proc/self/smaps_rollup", F_OK) < 0)
		be_unavailable(f, "this kernel has no /proc/PID/smaps_rollup");
	else if (errno && errno != ENOENT && errno != ESRCH)
		be_unavailable(f, "memory of its processes may not be read");
	return !*f->unavailable;
}

static uint64_t
used_ns(const struct process *p)
{
	uint64_t ns = 0;

	proc_used(p->pid, &ns);
	return ns + p->children_ns;
}

bool
footprint_daemons(struct footprint *f, const char *list)
{
	struct daemons *d = &f->daemons;
	struct process p;
	char *end;
	long pid;

	if (strcmp(list, "unknown") == 0) {
		d->count = -1;
		return true;
	}
	for (;; list = end + 1) {
		pid = strtol(list, &end, 10);
		if (end == list || pid <= 1 || pid > 1 << 30 || d->count == FOOTPRINT_DAEMONS)
			return false;
		if (proc_process(&p, (pid_t)pid)) {
			d->cpu_ns[d->count] = used_ns(&p);
			d->pids[d->count++] = p.pid;
		}
		if (*end != ',')
			return *end == '\0';
	}
}

static void
mark_daemons(const struct footprint *f, struct processes *t)
{
	for (int i = 0; i < f->daemons.count; i++) {
		struct member *m = processes_find(t, f->daemons.pids[i]);

		if (m)
			m->daemon = true;
	}
}

static bool
read_daemons(struct footprint *f, struct processes *t)
{
	struct daemons *d = &f->daemons;

	for (int i = 0; i < d->count; i++) {
		const struct member *m = processes_find(t, d->pids[i]);

		if (!m || !add_memory(f, &f->engine_bytes, m->process.pid))
			return false;
		f->cpu_ns += used_ns(&m->process) - d->cpu_ns[i];
	}
	return true;
}

static bool
read_ours(struct footprint *f, struct processes *t)
{
	for (int i = 0; i < t->count; i++) {
		const struct member *m = &t->all[i];

		if (!m->ours)
			continue;
		if (!add_memory(f, &f->memory_bytes, m->process.pid))
			return false;
		f->cpu_ns += used_ns(&m->process);
	}
	return f->memory_bytes > 0;
}

void
footprint_read(struct footprint *f, pid_t command, pid_t waiting)
{
	struct processes *t = processes_read();
	struct member *first = t ? processes_find(t, command) : NULL;
	bool good = false;

	if (first) {
		mark_daemons(f, t);
		processes_claim(t, first, waiting);
		good = read_ours(f, t) && read_daemons(f, t);
	}
	free(t);
	f->cpu_known = f->daemons.count >= 0;
	f->read_ns = clock_ns();
	if (!good && !*f->unavailable)
		be_unavailable(f, "its processes ended meanwhile");
	if (waiting && !is_waiting(waiting))
		be_unavailable(f, "the benchmark began before it was read");
}

/* A begin that arrives right after the reading was sent before it. */
void
footprint_begun(struct footprint *f, uint64_t now_ns)
{
	if (f->read_ns && now_ns < f->read_ns + AFTER_NS)
		be_unavailable(f, "the benchmark began before it was read");
}

void
footprint_write(const struct footprint *f, struct json *json)
{
	const char *why = f->read_ns || *f->unavailable ? f->unavailable
							: "the benchmark was not seen waiting";

	json_object(json, "footprint");
	if (*why) {
		json_string(json, "unavailable", why);
	} else {
		json_uint(json, "memory_bytes", f->memory_bytes);
		if (f->engine_bytes)
			json_uint(json, "engine_bytes", f->engine_bytes);
		if (f->cpu_known)
			json_double(json, "cpu_s", rounded((double)f->cpu_ns / 1e9, 1e6));
	}
	json_end(json, '}');
}
