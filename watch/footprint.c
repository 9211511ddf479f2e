/* What an environment takes of the host: proc(5), of all processes that belong to it. */
#include "footprint.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { MOST_PROCESSES = 32768, AFTER_NS = 20000000 };

struct process {
	pid_t pid, parent;
	unsigned long long start; /* in ticks since the host's boot */
	uint64_t children_ns;	  /* processor time of those that have ended */
	bool ours;
};

struct table {
	int count;
	struct process processes[MOST_PROCESSES];
};

static bool
read_process(struct process *p, const char *pid)
{
	long long user, system;
	char path[300], line[1024], *rest = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (file && fgets(line, sizeof(line), file))
		rest = strrchr(line, ')');
	if (file)
		fclose(file);
	*p = (struct process){.pid = atoi(pid)};
	if (!rest || sscanf(rest + 1,
			    " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld %*d "
			    "%*d %*d %*d %llu",
			    &p->parent, &user, &system, &p->start) != 4)
		return false;
	p->children_ns = (uint64_t)(user + system) * (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
	return true;
}

static struct table *
read_table(void)
{
	struct table *t = malloc(sizeof(*t));
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (t)
		t->count = 0;
	while (t && proc && t->count < MOST_PROCESSES && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			t->count += read_process(&t->processes[t->count], entry->d_name);
	if (proc)
		closedir(proc);
	return t;
}

static struct process *
find(struct table *t, pid_t pid)
{
	for (int i = 0; i < t->count; i++)
		if (t->processes[i].pid == pid)
			return &t->processes[i];
	return NULL;
}

static bool
is_daemon(const struct footprint *f, pid_t pid)
{
	for (int i = 0; i < f->daemons.count; i++)
		if (f->daemons.pids[i] == pid)
			return true;
	return false;
}

/* Up to the first that was there before the command: an engine, or what adopts orphans. */
static void
claim_ancestors(struct table *t, const struct footprint *f, const struct process *command,
		pid_t waiting)
{
	struct process *p = find(t, waiting);

	while (p && !p->ours && p->pid != 1 && p->start >= command->start &&
	       !is_daemon(f, p->pid)) {
		p->ours = true;
		p = find(t, p->parent);
	}
}

static void
claim_descendants(struct table *t, const struct footprint *f)
{
	struct process *parent;
	bool more = true;

	while (more) {
		more = false;
		for (int i = 0; i < t->count; i++) {
			struct process *p = &t->processes[i];

			if (p->ours || is_daemon(f, p->pid) || !(parent = find(t, p->parent)) ||
			    !parent->ours)
				continue;
			p->ours = more = true;
		}
	}
}

/* Its name is the one that bench gives itself while it waits. */
static bool
is_waiting(pid_t pid)
{
	char path[64], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "re");
	if (file && !fgets(name, sizeof(name), file))
		name[0] = '\0';
	if (file)
		fclose(file);
	return strcmp(name, "bench-waiting\n") == 0;
}

static bool
descends(pid_t pid, pid_t from)
{
	struct process p = {.parent = pid};
	char name[16];

	for (int i = 0; i < 64 && p.parent > 1 && p.parent != from; i++) {
		snprintf(name, sizeof(name), "%d", (int)p.parent);
		if (!read_process(&p, name))
			return false;
	}
	return p.parent == from;
}

/* The mount point that it sees is the directory that the command was given for its results. */
static bool
has_directory(pid_t pid, const char *directory)
{
	struct stat own, its;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/results", (int)pid);
	return directory && stat(directory, &own) == 0 && lstat(path, &its) == 0 &&
	       own.st_dev == its.st_dev && own.st_ino == its.st_ino;
}

/* Numbers rise, and begin again from the most that there may be; 0: it is not known. */
static pid_t
most_pids(void)
{
	FILE *file = fopen("/proc/sys/kernel/pid_max", "re");
	int most = 0;

	if (file && fscanf(file, "%d", &most) != 1)
		most = 0;
	if (file)
		fclose(file);
	return most;
}

/* All processes have a name to be read, so only those are looked at that may have begun since. */
pid_t
footprint_waiting(pid_t command, const char *directory)
{
	pid_t pid, found = 0, most = most_pids();
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && !found && (entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid > 0 && (pid >= command || pid < command - most + most / 8) &&
		    is_waiting(pid) && (descends(pid, command) || has_directory(pid, directory)))
			found = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

/* 0: it has ended. */
static uint64_t
used_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
		return 0;
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* 0 with errno 0: it has ended, and so has no memory. */
static uint64_t
read_pss(pid_t pid)
{
	unsigned long long kib;
	char path[64], line[256];
	uint64_t bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	errno = 0;
	file = fopen(path, "re");
	while (file && !bytes && fgets(line, sizeof(line), file))
		if (sscanf(line, "Pss: %llu kB", &kib) == 1)
			bytes = kib * 1024;
	if (file)
		fclose(file);
	if (bytes || errno == ESRCH ||
	    (errno == ENOENT && access("/proc/self/smaps_rollup", F_OK) == 0))
		errno = 0;
	return bytes;
}

static void
be_unavailable(struct footprint *f, const char *why)
{
	snprintf(f->unavailable, sizeof(f->unavailable), "%s", why);
}

/* Of one process into a sum; false: it may not be read. */
static bool
add_memory(struct footprint *f, uint64_t *sum, pid_t pid)
{
	*sum += read_pss(pid);
	if (errno)
		be_unavailable(f, errno == ENOENT ? "this kernel has no /proc/PID/smaps_rollup"
						  : "memory of its processes may not be read");
	return !errno;
}

bool
footprint_daemons(struct footprint *f, const char *list)
{
	struct daemons *d = &f->daemons;
	struct process p;
	char name[16], *end;
	long pid;

	if (strcmp(list, "unknown") == 0) {
		d->count = -1;
		return true;
	}
	for (;; list = end + 1) {
		pid = strtol(list, &end, 10);
		if (end == list || pid <= 1 || pid > 1 << 30 || d->count == FOOTPRINT_DAEMONS)
			return false;
		snprintf(name, sizeof(name), "%ld", pid);
		if (read_process(&p, name)) {
			d->cpu_ns[d->count] = used_ns(p.pid) + p.children_ns;
			d->pids[d->count++] = p.pid;
		}
		if (*end != ',')
			return *end == '\0';
	}
}

static bool
read_daemons(struct footprint *f, struct table *t)
{
	struct daemons *d = &f->daemons;

	for (int i = 0; i < d->count; i++) {
		struct process *p = find(t, d->pids[i]);

		if (!p || !add_memory(f, &f->engine_bytes, p->pid))
			return false;
		f->cpu_ns += used_ns(p->pid) + p->children_ns - d->cpu_ns[i];
	}
	return true;
}

static bool
read_ours(struct footprint *f, struct table *t)
{
	for (int i = 0; i < t->count; i++) {
		const struct process *p = &t->processes[i];

		if (!p->ours)
			continue;
		if (!add_memory(f, &f->memory_bytes, p->pid))
			return false;
		f->cpu_ns += used_ns(p->pid) + p->children_ns;
	}
	return f->memory_bytes > 0;
}

void
footprint_read(struct footprint *f, pid_t command, pid_t waiting)
{
	struct table *t = read_table();
	struct process *first = t ? find(t, command) : NULL;
	bool good = false;

	if (first) {
		claim_ancestors(t, f, first, waiting);
		first->ours = true;
		claim_descendants(t, f);
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

/* What is heard right after was said before. */
void
footprint_begun(struct footprint *f, uint64_t now_ns)
{
	if (f->read_ns && now_ns < f->read_ns + AFTER_NS)
		be_unavailable(f, "the benchmark began before it was read");
}

void
footprint_write(const struct footprint *f, FILE *out)
{
	const char *why = f->read_ns || *f->unavailable ? f->unavailable
							: "the benchmark was not seen waiting";

	if (*why) {
		fprintf(out, "\"footprint\":{\"unavailable\":\"%s\"},", why);
		return;
	}
	fprintf(out, "\"footprint\":{\"memory_bytes\":%llu", (unsigned long long)f->memory_bytes);
	if (f->engine_bytes)
		fprintf(out, ",\"engine_bytes\":%llu", (unsigned long long)f->engine_bytes);
	if (f->cpu_known)
		fprintf(out, ",\"cpu_s\":%.6f", (double)f->cpu_ns / 1e9);
	fputs("},", out);
}
