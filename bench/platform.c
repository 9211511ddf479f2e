#include "platform.h"

#include <cpuid.h>
#include <dirent.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock_audit.h"
#include "fields.h"

/* The value of the first line "name<blanks>: value"; NULL when there is none. */
static char *
read_field(const char *path, const char *name, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t length = strlen(name);
	char *value = NULL;

	while (file && !value && fgets(line, (int)size, file))
		if (strncmp(line, name, length) == 0 && strchr("\t :", line[length]) &&
		    (value = strchr(line, ':')))
			value += 1 + strspn(value + 1, " \t");
	if (file)
		fclose(file);
	if (value)
		value[strcspn(value, "\n")] = '\0';
	return value;
}

/* The number of processors in a list such as "0-3,6"; 0: not a valid list. */
static long
count_processors(const char *list)
{
	long count = 0, first, last;
	char *end;

	for (;; list = end + 1) {
		first = last = strtol(list, &end, 10);
		if (end == list)
			return 0;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		count += last - first + 1;
		if (*end != ',')
			return count;
	}
}

static void
write_cpu(struct json *json)
{
	char line[8192];
	cpu_set_t allowed;
	long online;

	json_object(json, "cpu");
	json_string(json, "model", read_field("/proc/cpuinfo", "model name", line, sizeof(line)));
	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		json_int(json, "count", CPU_COUNT(&allowed));
	/* musl's sysconf returns how many we may use. */
	online = fields_line("/sys/devices/system/cpu/online", line, sizeof(line))
			 ? count_processors(line)
			 : 0;
	if (online > 0)
		json_int(json, "online", online);
	json_string(json, "flags", read_field("/proc/cpuinfo", "flags", line, sizeof(line)));
	json_end(json, '}');
}

static void
write_clock(struct json *json)
{
	double read_ns = clock_read_ns();
	char line[64];

	if (fields_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", line,
			sizeof(line)))
		json_string(json, "clocksource", line);
	if (read_ns > 0)
		json_double(json, "clock_read_ns", read_ns);
	json_double(json, "tsc_mhz", clock_tsc_mhz());
}

/* The selected choice of a line such as "always [madvise] never". */
static void
write_choice(struct json *json, const char *name, const char *path)
{
	char line[256], *choice, *end;

	if (!fields_line(path, line, sizeof(line)) || !(choice = strchr(line, '[')) ||
	    !(end = strchr(choice, ']')))
		return;
	*end = '\0';
	json_string(json, name, choice + 1);
}

/* The visible part of a kernel's configuration; the coarse clock counts ticks. */
static void
write_kernel(struct json *json, const struct utsname *names)
{
	static const char *const kinds[] = {"PREEMPT_RT", "PREEMPT_DYNAMIC", "PREEMPT"};
	struct timespec tick;
	size_t i = 0;

	json_string(json, "kernel", names->release);
	while (i < 3 && !fields_find(names->version, kinds[i]))
		i++;
	json_string(json, "preemption", i < 3 ? kinds[i] : "none");
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0 && tick.tv_nsec > 0)
		json_int(json, "tick_hz", (1000000000 + tick.tv_nsec / 2) / tick.tv_nsec);
	write_choice(json, "huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled");
}

/* The governor of the last processor that we may use. */
static void
write_governor(struct json *json)
{
	char path[128], line[64];
	cpu_set_t allowed;
	int cpu = CPU_SETSIZE - 1;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return;
	while (cpu > 0 && !CPU_ISSET(cpu, &allowed))
		cpu--;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu);
	if (fields_line(path, line, sizeof(line)))
		json_string(json, "governor", line);
}

/* The amount of unwritten data from which the kernel writes in the background, and that from which
 * it makes writers wait; the age at which data is written, and how often that is checked. The
 * amounts are shares of the memory unless set. */
static void
write_dirty_limits(struct json *json)
{
	static const char vmstat[] = "/proc/vmstat";
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t pages;
	char line[32];

	json_object(json, "dirty");
	if (fields_read(vmstat, "nr_dirty_background_threshold", &pages))
		json_uint(json, "background_bytes", pages * page);
	if (fields_read(vmstat, "nr_dirty_threshold", &pages))
		json_uint(json, "limit_bytes", pages * page);
	if (fields_line("/proc/sys/vm/dirty_expire_centisecs", line, sizeof(line)))
		json_uint(json, "expire_ms", strtoull(line, NULL, 10) * 10);
	if (fields_line("/proc/sys/vm/dirty_writeback_centisecs", line, sizeof(line)))
		json_uint(json, "writeback_ms", strtoull(line, NULL, 10) * 10);
	json_end(json, '}');
}

/* The scheduler of the disk below the scratch directory; for a partition, of the whole disk. */
static void
write_io_scheduler(struct json *json)
{
	static const char *const places[] = {"queue", "../queue"};
	struct stat here;
	char path[128];

	if (stat(".", &here) < 0)
		return;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s/scheduler",
			 major(here.st_dev), minor(here.st_dev), places[i]);
		write_choice(json, "io_scheduler", path);
	}
}

struct mount {
	char type[64], options[512], source[256];
	size_t match; /* length of the mount point */
};

/* Whether `path` is at or below the mount point `point`. */
static bool
below(const char *path, const char *point, size_t length)
{
	return strncmp(path, point, length) == 0 &&
	       (length == 1 || path[length] == '/' || path[length] == '\0');
}

/* Keeps one line of mountinfo, see proc(5), if it is the closest mount so far above `path`. */
static void
consider_mount(const char *line, const char *path, struct mount *best)
{
	char point[512], options[256], type[64], source[256], super[256];
	const char *rest = fields_find(line, " - ");
	size_t length;

	if (!rest || !fields_copy(line, 4, point, sizeof(point)) ||
	    !fields_copy(line, 5, options, sizeof(options)) ||
	    !fields_copy(rest, 1, type, sizeof(type)) ||
	    !fields_copy(rest, 2, source, sizeof(source)) ||
	    !fields_copy(rest, 3, super, sizeof(super)))
		return;
	length = strlen(point);
	if (length < best->match || !below(path, point, length))
		return;
	best->match = length;
	strcpy(best->type, type);
	strcpy(best->source, source);
	snprintf(best->options, sizeof(best->options), "%s,%s", options, super);
}

static bool
find_mount(struct mount *mount)
{
	char line[2048], path[512];
	FILE *file = fopen("/proc/self/mountinfo", "re");

	memset(mount, 0, sizeof(*mount));
	while (file && getcwd(path, sizeof(path)) && fgets(line, sizeof(line), file))
		consider_mount(line, path, mount);
	if (file)
		fclose(file);
	return mount->match > 0;
}

static void
write_filesystem(struct json *json)
{
	struct mount mount;

	if (!find_mount(&mount))
		return;
	json_object(json, "filesystem");
	json_string(json, "type", mount.type);
	json_string(json, "options", mount.options);
	json_string(json, "source", mount.source);
	write_io_scheduler(json);
	json_end(json, '}');
}

const char *
platform_memory_filesystem(void)
{
	struct statfs fs;

	if (statfs(".", &fs) < 0)
		return NULL;
	if (fs.f_type == TMPFS_MAGIC)
		return "tmpfs";
	return fs.f_type == RAMFS_MAGIC ? "ramfs" : NULL;
}

/* Kernel threads have PF_KTHREAD (include/linux/sched.h) in field 9 of stat. */
static bool
is_user_process(const char *pid)
{
	enum { PF_KTHREAD = 0x00200000 };
	char path[64], line[512], *rest;
	uint64_t flags;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", pid);
	if (!fields_line(path, line, sizeof(line)) || !(rest = strrchr(line, ')')))
		return false;
	return fields_number(rest + 1, 6, &flags) && !(flags & PF_KTHREAD) && rest[2] != 'Z';
}

static void
write_processes(struct json *json)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	if (!proc)
		return;
	while ((entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += is_user_process(entry->d_name);
	closedir(proc);
	if (count)
		json_int(json, "processes", count);
}

/* A mark alone proves nothing, since machines are created from images, too: the init must be
 * ours. */
const char *
platform_container(void)
{
	static const char first[] = "pid:[4026531836]"; /* PROC_PID_INIT_INO */
	char space[sizeof(first)];
	ssize_t length;

	if (!getenv("SAMEBITS_INIT"))
		return NULL;
	if (access("/.dockerenv", F_OK) == 0)
		return "docker";
	if (access("/run/.containerenv", F_OK) == 0)
		return "podman";
	if (getenv("container"))
		return getenv("container");
	length = readlink("/proc/self/ns/pid", space, sizeof(space));
	if (length < 0 ||
	    (length == (ssize_t)sizeof(first) - 1 && memcmp(space, first, sizeof(first) - 1) == 0))
		return NULL;
	return "namespaces";
}

static void
write_virtualization(struct json *json)
{
	unsigned a, b, c, d;
	char vendor[13] = "";

	json_object(json, "virtualization");
	if (__get_cpuid(1, &a, &b, &c, &d)) {
		json_bool(json, "hypervisor_bit", c >> 31);
		if (c >> 31) {
			__cpuid(0x40000000, a, b, c, d);
			memcpy(vendor, &b, 4);
			memcpy(vendor + 4, &c, 4);
			memcpy(vendor + 8, &d, 4);
			json_string(json, "hypervisor", vendor);
		}
	}
	json_string(json, "container", platform_container());
	json_end(json, '}');
}

/* Version 1 has a very large number for "no limit". */
static bool
memory_limit(uint64_t *bytes)
{
	return cgroup_number("memory", "memory.limit_in_bytes", "memory.max", NULL, bytes) &&
	       *bytes < UINT64_C(1) << 60;
}

/* The kernel's estimate of what a workload can get without swapping, at most its limit. */
static void
write_available(struct json *json)
{
	char line[128], *value = read_field("/proc/meminfo", "MemAvailable", line, sizeof(line));
	uint64_t bytes = value ? strtoull(value, NULL, 10) * 1024 : 0, limit;

	if (bytes && memory_limit(&limit) && limit < bytes)
		bytes = limit;
	if (bytes)
		json_uint(json, "memory_available_bytes", bytes);
}

static void
write_limits(struct json *json)
{
	static const char *const seccomp[] = {"disabled", "strict", "filter"};
	struct rlimit limit;
	char line[128], *mode;
	uint64_t bytes;

	json_object(json, "limits");
	if (memory_limit(&bytes))
		json_uint(json, "memory_bytes", bytes);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		json_uint(json, "open_files", limit.rlim_cur);
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		json_uint(json, "locked_bytes", limit.rlim_cur);
	mode = read_field("/proc/self/status", "Seccomp", line, sizeof(line));
	if (mode && *mode >= '0' && *mode <= '2')
		json_string(json, "seccomp", seccomp[*mode - '0']);
	json_end(json, '}');
}

/* What seccomp's filter enabled for this process only, before Linux 5.16. */
static void
write_speculation(struct json *json)
{
	char line[128];

	json_object(json, "speculation");
	json_string(
		json, "store_bypass",
		read_field("/proc/self/status", "Speculation_Store_Bypass", line, sizeof(line)));
	json_string(
		json, "indirect_branch",
		read_field("/proc/self/status", "SpeculationIndirectBranch", line, sizeof(line)));
	json_end(json, '}');
}

static void
write_mitigations(struct json *json)
{
	static const char directory[] = "/sys/devices/system/cpu/vulnerabilities";
	struct dirent **entries;
	char path[512], line[256];
	int count = scandir(directory, &entries, NULL, alphasort);

	if (count < 0)
		return;
	json_object(json, "mitigations");
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && fields_line(path, line, sizeof(line)))
			json_string(json, entries[i]->d_name, line);
		free(entries[i]);
	}
	free(entries);
	json_end(json, '}');
}

static void
write_stated(struct json *json, const char *name, const char *variable)
{
	const char *number = getenv(variable);

	if (number)
		json_uint(json, name, strtoull(number, NULL, 10));
}

void
json_platform(struct json *json, uint64_t begin_ns)
{
	struct utsname names;
	struct sysinfo info;

	json_object(json, "platform");
	if (uname(&names) == 0)
		write_kernel(json, &names);
	write_cpu(json);
	write_governor(json);
	if (sysinfo(&info) == 0)
		json_uint(json, "memory_bytes", (uint64_t)info.totalram * info.mem_unit);
	write_available(json);
	write_clock(json);
	write_dirty_limits(json);
	write_filesystem(json);
	write_processes(json);
	write_virtualization(json);
	write_limits(json);
	write_speculation(json);
	write_mitigations(json);
	if (getenv("SAMEBITS_CACHES_DROPPED"))
		json_bool(json, "caches_dropped", *getenv("SAMEBITS_CACHES_DROPPED") == '1');
	write_stated(json, "init_monotonic_ns", "SAMEBITS_INIT_NS");
	write_stated(json, "init_kernel_ns", "SAMEBITS_INIT_KERNEL_NS");
	write_stated(json, "init_tsc", "SAMEBITS_INIT_TSC");
	json_uint(json, "bench_monotonic_ns", begin_ns);
	json_end(json, '}');
}
