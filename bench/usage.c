#include "usage.h"

#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cgroup.h"
#include "fields.h"

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
take_own(struct usage *u, int whose)
{
	struct rusage r = {0};

	if (getrusage(whose, &r) < 0)
		return;
	u->user_s += seconds(r.ru_utime);
	u->system_s += seconds(r.ru_stime);
	u->voluntary += (uint64_t)r.ru_nvcsw;
	u->involuntary += (uint64_t)r.ru_nivcsw;
	u->minor_faults += (uint64_t)r.ru_minflt;
	u->major_faults += (uint64_t)r.ru_majflt;
}

static void
take_cgroup(struct usage *u)
{
	uint64_t value;

	if (cgroup_number("cpuacct", NULL, "cpu.stat", "usage_usec", &value))
		u->cgroup_s = (double)value / 1e6;
	else if (cgroup_number("cpuacct", "cpuacct.usage", NULL, NULL, &value))
		u->cgroup_s = (double)value / 1e9;
	else
		return;
	u->has_cgroup = true;
	if (cgroup_number("cpu", NULL, "cpu.stat", "throttled_usec", &value))
		u->throttled_s = (double)value / 1e6;
	else if (cgroup_number("cpu", "cpu.stat", NULL, "throttled_time", &value))
		u->throttled_s = (double)value / 1e9;
	else
		return;
	u->has_throttling =
		cgroup_number("cpu", "cpu.stat", "cpu.stat", "nr_throttled", &u->throttled);
}

static void
take_cpus(struct usage *u)
{
	double hz = (double)sysconf(_SC_CLK_TCK);
	FILE *file = fopen("/proc/stat", "re");
	cpu_set_t allowed;
	uint64_t idle, waiting, steal;
	char line[512];
	long cpu;

	if (!file)
		return;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		CPU_ZERO(&allowed);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, "cpu", 3) != 0 || !isdigit((unsigned char)line[3]))
			continue;
		cpu = strtol(line + 3, NULL, 10);
		if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed) ||
		    !fields_number(line, 4, &idle) || !fields_number(line, 5, &waiting) ||
		    !fields_number(line, 8, &steal))
			continue;
		u->has_cpus = true;
		u->idle_s += (double)(idle + waiting) / hz;
		u->steal_s += (double)steal / hz;
	}
	fclose(file);
}

static void
take_disk(struct usage *u)
{
	uint64_t read_sectors, written_sectors, busy;
	char path[64], line[256];
	struct stat st;

	if (stat(".", &st) < 0)
		return;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/stat", major(st.st_dev),
		 minor(st.st_dev));
	if (!fields_line(path, line, sizeof(line)) || !fields_number(line, 2, &read_sectors) ||
	    !fields_number(line, 6, &written_sectors) || !fields_number(line, 9, &busy))
		return;
	u->has_disk = true;
	u->read_bytes = read_sectors * 512;
	u->written_bytes = written_sectors * 512;
	u->busy_ms = busy;
}

void
usage_take(struct usage *usage)
{
	memset(usage, 0, sizeof(*usage));
	take_own(usage, RUSAGE_SELF);
	take_own(usage, RUSAGE_CHILDREN);
	take_cpus(usage);
	take_disk(usage);
	take_cgroup(usage);
	clock_mark(&usage->clock);
}

/* In a kernel that does not count, this thread's time is 0. */
bool
thread_waited(uint64_t *ns)
{
	uint64_t used, waited;
	char line[128];

	if (!fields_line("/proc/thread-self/schedstat", line, sizeof(line)) ||
	    !fields_number(line, 0, &used) || !fields_number(line, 1, &waited) || used == 0)
		return false;
	*ns = waited;
	return true;
}

static void
json_disk(struct json *json, const struct usage *before, const struct usage *after)
{
	double wall_ms = (double)(after->clock.ns - before->clock.ns) / 1e6;

	if (!before->has_disk || !after->has_disk)
		return;
	json_object(json, "disk");
	json_uint(json, "read_bytes", after->read_bytes - before->read_bytes);
	json_uint(json, "written_bytes", after->written_bytes - before->written_bytes);
	json_double(json, "utilization", (double)(after->busy_ms - before->busy_ms) / wall_ms);
	json_end(json, '}');
}

static void
json_cgroup(struct json *json, const struct usage *before, const struct usage *after)
{
	if (!before->has_cgroup || !after->has_cgroup)
		return;
	json_object(json, "cgroup");
	json_double(json, "cpu_s", after->cgroup_s - before->cgroup_s);
	if (before->has_throttling && after->has_throttling) {
		json_double(json, "throttled_s", after->throttled_s - before->throttled_s);
		json_uint(json, "throttled", after->throttled - before->throttled);
	}
	json_end(json, '}');
}

/* Every process has some; in a kernel that does not count them all are 0. */
static void
json_switches(struct json *json, const struct usage *before, const struct usage *after)
{
	if (after->voluntary + after->involuntary == 0)
		return;
	json_object(json, "context_switches");
	json_uint(json, "voluntary", after->voluntary - before->voluntary);
	json_uint(json, "involuntary", after->involuntary - before->involuntary);
	json_end(json, '}');
}

static void
json_faults(struct json *json, const struct usage *before, const struct usage *after)
{
	if (after->minor_faults == 0)
		return;
	json_object(json, "page_faults");
	json_uint(json, "minor", after->minor_faults - before->minor_faults);
	json_uint(json, "major", after->major_faults - before->major_faults);
	json_end(json, '}');
}

void
json_usage(struct json *json, const struct usage *before, const struct usage *after,
	   const uint64_t *waited_ns)
{
	json_object(json, "cpu");
	json_double(json, "user_s", after->user_s - before->user_s);
	json_double(json, "system_s", after->system_s - before->system_s);
	if (waited_ns)
		json_double(json, "waited_s", (double)*waited_ns / 1e9);
	if (before->has_cpus && after->has_cpus) {
		json_double(json, "idle_s", after->idle_s - before->idle_s);
		json_double(json, "steal_s", after->steal_s - before->steal_s);
	}
	json_end(json, '}');
	json_switches(json, before, after);
	json_faults(json, before, after);
	json_cgroup(json, before, after);
	json_disk(json, before, after);
}
