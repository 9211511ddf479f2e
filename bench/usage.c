#include "usage.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "clock.h"

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
take_cpus(struct usage *u)
{
	unsigned long long t[8];
	double hz = (double)sysconf(_SC_CLK_TCK);
	FILE *file = fopen("/proc/stat", "re");
	cpu_set_t allowed;
	char line[512];
	int cpu;

	if (!file)
		return;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		CPU_ZERO(&allowed);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu", &cpu, &t[0],
			   &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) != 9 ||
		    cpu < 0 || cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed))
			continue;
		u->has_cpus = true;
		u->idle_s += (double)(t[3] + t[4]) / hz;
		u->steal_s += (double)t[7] / hz;
	}
	fclose(file);
}

static void
take_disk(struct usage *u)
{
	unsigned long long read_sectors, written_sectors, busy;
	char path[64];
	struct stat st;
	FILE *file;

	if (stat(".", &st) < 0)
		return;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/stat", major(st.st_dev),
		 minor(st.st_dev));
	file = fopen(path, "re");
	if (!file)
		return;
	if (fscanf(file, "%*u %*u %llu %*u %*u %*u %llu %*u %*u %llu", &read_sectors,
		   &written_sectors, &busy) == 3) {
		u->has_disk = true;
		u->read_bytes = read_sectors * 512;
		u->written_bytes = written_sectors * 512;
		u->busy_ms = busy;
	}
	fclose(file);
}

void
usage_take(struct usage *usage)
{
	struct rusage self;

	memset(usage, 0, sizeof(*usage));
	getrusage(RUSAGE_SELF, &self);
	usage->user_s = seconds(self.ru_utime);
	usage->system_s = seconds(self.ru_stime);
	take_cpus(usage);
	take_disk(usage);
	usage->at_ns = clock_ns();
}

void
json_usage(struct json *json, const struct usage *before, const struct usage *after)
{
	double wall_ms = (double)(after->at_ns - before->at_ns) / 1e6;

	json_object(json, "cpu");
	json_double(json, "user_s", after->user_s - before->user_s);
	json_double(json, "system_s", after->system_s - before->system_s);
	if (before->has_cpus && after->has_cpus) {
		json_double(json, "idle_s", after->idle_s - before->idle_s);
		json_double(json, "steal_s", after->steal_s - before->steal_s);
	}
	json_end(json, '}');
	if (!before->has_disk || !after->has_disk)
		return;
	json_object(json, "disk");
	json_uint(json, "read_bytes", after->read_bytes - before->read_bytes);
	json_uint(json, "written_bytes", after->written_bytes - before->written_bytes);
	json_double(json, "utilization", (double)(after->busy_ms - before->busy_ms) / wall_ms);
	json_end(json, '}');
}
