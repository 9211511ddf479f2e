#include "counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocate.h"
#include "cpus.h"
#include "fields.h"

enum { MOST_COUNTED = 64 };

struct counters {
	char why[160]; /* empty: they work */
	int cpus;
	int files[MOST_COUNTED][COUNTERS];
};

static int
open_counter(int cpu, int which)
{
	struct perf_event_attr attributes = {
		.size = sizeof(attributes),
		.type = PERF_TYPE_HARDWARE,
		.config =
			which < CYCLES_USER ? PERF_COUNT_HW_INSTRUCTIONS : PERF_COUNT_HW_CPU_CYCLES,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.exclude_kernel = which == INSTRUCTIONS_USER || which == CYCLES_USER,
		.exclude_user = which == INSTRUCTIONS_KERNEL || which == CYCLES_KERNEL,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static int
read_paranoia(void)
{
	char line[32];

	return fields_line("/proc/sys/kernel/perf_event_paranoid", line, sizeof(line)) ? atoi(line)
										       : -2;
}

static void
explain(struct counters *c)
{
	int error = errno, level = read_paranoia();

	if ((error == EACCES || error == EPERM) && geteuid() != 0 && level > 0)
		snprintf(c->why, sizeof(c->why),
			 "not permitted: kernel.perf_event_paranoid is %d, and 0 or root is needed",
			 level);
	else if (error == EACCES || error == EPERM)
		snprintf(c->why, sizeof(c->why),
			 "not permitted: perf_event_open is forbidden here, as by a filter of "
			 "system "
			 "calls");
	else if (error == ENOENT || error == EOPNOTSUPP || error == ENODEV)
		snprintf(c->why, sizeof(c->why),
			 "the processor has no counters here, as in most virtual machines");
	else
		snprintf(c->why, sizeof(c->why), "perf_event_open: %s", strerror(error));
}

static void
close_all(struct counters *c)
{
	for (int i = 0; i < c->cpus; i++)
		for (int n = 0; n < COUNTERS; n++)
			if (c->files[i][n] >= 0)
				close(c->files[i][n]);
	c->cpus = 0;
}

struct counters *
counters_open(void)
{
	struct counters *c = allocate(1, sizeof(*c));
	int cpus[MOST_COUNTED + 1], count = cpus_allowed(cpus, MOST_COUNTED + 1);

	if (count > MOST_COUNTED)
		snprintf(c->why, sizeof(c->why), "more than %d processors", MOST_COUNTED);
	for (int i = 0; i < count && !c->why[0]; i++) {
		c->cpus++;
		for (int n = 0; n < COUNTERS; n++) {
			c->files[i][n] = open_counter(cpus[i], n);
			if (c->files[i][n] < 0 && !c->why[0])
				explain(c);
		}
	}
	if (c->why[0])
		close_all(c);
	return c;
}

void
counters_free(struct counters *c)
{
	if (c)
		close_all(c);
	free(c);
}

/* If other programs use the processor's counters, too, the kernel multiplexes them; uncounted time
 * is not extrapolated. */
static uint64_t
read_counter(struct counters *c, int file)
{
	struct {
		uint64_t value, enabled, running;
	} read_out;

	if (read(file, &read_out, sizeof(read_out)) != sizeof(read_out)) {
		snprintf(c->why, sizeof(c->why), "the counters cannot be read: %s",
			 strerror(errno));
		return 0;
	}
	if (read_out.running < read_out.enabled)
		snprintf(c->why, sizeof(c->why), "others use the processor's counters, too");
	return read_out.value;
}

void
counters_read(struct counters *c, uint64_t counts[COUNTERS])
{
	memset(counts, 0, COUNTERS * sizeof(*counts));
	for (int i = 0; c && i < c->cpus; i++)
		for (int n = 0; n < COUNTERS; n++)
			counts[n] += read_counter(c, c->files[i][n]);
}

void
json_counters(struct json *json, const struct counters *c, const uint64_t before[COUNTERS],
	      const uint64_t after[COUNTERS])
{
	static const char *const names[] = {"instructions_user", "instructions_kernel",
					    "cycles_user", "cycles_kernel"};

	if (!c)
		return;
	json_object(json, "counters");
	if (c->why[0])
		json_string(json, "unavailable", c->why);
	for (int n = 0; n < COUNTERS && !c->why[0]; n++)
		json_uint(json, names[n], after[n] - before[n]);
	json_end(json, '}');
}
