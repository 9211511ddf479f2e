#include "pages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "cgroup.h"
#include "fields.h"
#include "log.h"

int
pages_check_large(void)
{
	static const char path[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	char line[128] = "";

	fields_line(path, line, sizeof(line));
	if (*line && !fields_find(line, "[never]"))
		return 0;
	if (*line)
		log_unavailable("no 2 MiB pages: %s says %s", path, line);
	else
		log_unavailable("no 2 MiB pages: the kernel has no %s", path);
	return -1;
}

/* The bytes left in our control group or one above it, whose limit may be lower. */
static uint64_t
group_free(unsigned above)
{
	uint64_t limit, used, cache = 0;

	if (!cgroup_number_above(above, "memory", "memory.limit_in_bytes", "memory.max", NULL,
				 &limit) ||
	    !cgroup_number_above(above, "memory", "memory.usage_in_bytes", "memory.current", NULL,
				 &used))
		return UINT64_MAX;
	if (!cgroup_number_above(above, "memory", "memory.stat", NULL, "total_inactive_file",
				 &cache))
		cgroup_number_above(above, "memory", NULL, "memory.stat", "inactive_file", &cache);
	return limit > used ? limit - used + cache : 0;
}

uint64_t
pages_free(void)
{
	enum { LEVELS = 16 };
	const uint64_t reserve = 16 << 20, addressable = UINT64_C(1) << 47;
	uint64_t left = addressable, kib, group;

	if (fields_read("/proc/meminfo", "MemAvailable:", &kib))
		left = kib << 10;
	for (unsigned above = 0; above < LEVELS; above++) {
		group = group_free(above);
		left = group < left ? group : left;
	}
	return left > reserve ? left - reserve : 0;
}

int
pages_afford(uint64_t bytes, uint64_t times)
{
	uint64_t left = pages_free();

	if (__builtin_mul_overflow(bytes, times, &bytes))
		bytes = UINT64_MAX;
	if (bytes <= left)
		return 0;
	log_unavailable("needs %llu MiB, %llu MiB are free", (unsigned long long)bytes >> 20,
			(unsigned long long)left >> 20);
	return -1;
}

void *
pages_map(size_t bytes, bool large)
{
	size_t before, all = bytes + LARGE_PAGE;
	char *region = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (region == MAP_FAILED) {
		log_unavailable("cannot map %zu MiB: %s", all >> 20, strerror(errno));
		return NULL;
	}
	before = -(uintptr_t)region % LARGE_PAGE;
	if (before)
		munmap(region, before);
	munmap(region + before + bytes, all - before - bytes);
	region += before;
	madvise(region, bytes, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return region;
}

void
pages_unmap(void *region, size_t bytes)
{
	munmap(region, bytes);
}

uint64_t
pages_faults(void)
{
	struct rusage usage = {0};

	getrusage(RUSAGE_THREAD, &usage);
	return (uint64_t)usage.ru_minflt;
}

int
pages_check_faults(void)
{
	uint64_t before = pages_faults();
	volatile char *page = pages_map(SMALL_PAGE, false);

	if (!page)
		return -1;
	*page = 1;
	pages_unmap((void *)page, SMALL_PAGE);
	if (pages_faults() > before)
		return 0;
	log_unavailable("page faults are not counted here (getrusage)");
	return -1;
}
