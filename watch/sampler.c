/*
 * The host's activity while a command is watched: load, work on other processors than the
 * command's, time that an underlying hypervisor took from the command's (steal), clock frequency.
 * Long starts get samples at wider intervals, not more samples.
 */
#include "sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "proc.h"
#include "rounded.h"

enum { MOST = sizeof(((struct sampler *)0)->samples) / sizeof(struct sample) };

static void
read_ticks(struct sample *sample, const cpu_set_t *own)
{
	FILE *file = fopen("/proc/stat", "re");
	unsigned long long t[8], all; /* user nice system idle iowait irq softirq steal */
	char line[512], *rest;
	unsigned long cpu;

	while (file && fgets(line, sizeof(line), file) && strncmp(line, "cpu", 3) == 0) {
		if (line[3] == ' ')
			continue;
		cpu = strtoul(line + 3, &rest, 10);
		if (sscanf(rest, "%llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2],
			   &t[3], &t[4], &t[5], &t[6], &t[7]) != 8)
			continue;
		all = t[0] + t[1] + t[2] + t[3] + t[4] + t[5] + t[6] + t[7];
		if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, own)) {
			sample->own_all += all;
			sample->stolen += t[7];
		} else {
			sample->others_all += all;
			sample->others_idle += t[3] + t[4];
		}
	}
	if (file)
		fclose(file);
}

/* Only if measured: in a virtual machine /proc/cpuinfo has a nominal number. */
static double
read_mhz(const cpu_set_t *own)
{
	char line[32];
	double sum = 0;
	int known = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, own) ||
		    !proc_line(line, sizeof(line),
			       "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", cpu))
			continue;
		sum += strtod(line, NULL) / 1e3;
		known++;
	}
	return known ? sum / known : 0;
}

static void
thin_out(struct sampler *s)
{
	for (int i = 1; i < MOST / 2; i++)
		s->samples[i] = s->samples[i * 2];
	s->count = MOST / 2;
	s->interval_ns *= 2;
}

void
sampler_take(struct sampler *s)
{
	struct sample *sample;
	char load[64];

	if (!s->interval_ns)
		return;
	if (s->count == MOST)
		thin_out(s);
	sample = &s->samples[s->count++];
	memset(sample, 0, sizeof(*sample));
	sample->ns = clock_ns();
	proc_line(load, sizeof(load), "/proc/loadavg");
	sample->load = strtod(load, NULL);
	sample->mhz = read_mhz(&s->own);
	read_ticks(sample, &s->own);
}

bool
sampler_begin(struct sampler *s, const char *cpus)
{
	if (!cpus)
		return true;
	if (!parse_cpus(cpus, &s->own))
		return false;
	s->interval_ns = 1000000000;
	sampler_take(s);
	return true;
}

uint64_t
sampler_due(const struct sampler *s)
{
	return s->interval_ns ? s->samples[s->count - 1].ns + s->interval_ns : UINT64_MAX;
}

void
sampler_end(struct sampler *s)
{
	if (s->count > 1 && clock_ns() - s->samples[s->count - 1].ns < s->interval_ns / 2)
		s->count--;
	sampler_take(s);
}

static void
write_steal(const struct sample *from, const struct sample *to, struct json *json)
{
	if (to->own_all > from->own_all && to->stolen >= from->stolen)
		json_double(json, "steal",
			    rounded((double)(to->stolen - from->stolen) /
					    (double)(to->own_all - from->own_all),
				    1e5));
}

/* Nothing when all processors are ours, or when there are fewer than before. Idle time is accounted
 * separately and may be one tick ahead of the rest. */
static void
write_others(const struct sample *from, const struct sample *to, struct json *json)
{
	uint64_t all = to->others_all - from->others_all;
	uint64_t idle = to->others_idle - from->others_idle;

	if (to->others_all > from->others_all)
		json_double(json, "others_busy",
			    rounded(idle < all ? 1 - (double)idle / (double)all : 0, 1e3));
}

/* The differences between two samples, with the time of the second. */
static void
write_sample(const struct sample *from, const struct sample *to, uint64_t start_ns,
	     struct json *json)
{
	json_object(json, NULL);
	write_steal(from, to, json);
	write_others(from, to, json);
	if (to->mhz > 0)
		json_double(json, "mhz", rounded(to->mhz, 1));
	json_double(json, "load", to->load);
	json_double(json, "t_ms", rounded((double)(to->ns - start_ns) / 1e6, 1));
	json_end(json, '}');
}

void
sampler_write(const struct sampler *s, uint64_t start_ns, struct json *json)
{
	const struct sample *first = s->samples, *last = first + s->count - 1;

	if (s->count < 2)
		return;
	write_steal(first, last, json);
	write_others(first, last, json);
	json_array(json, "samples");
	for (const struct sample *to = first + 1; to <= last; to++)
		write_sample(to - 1, to, start_ns, json);
	json_end(json, ']');
}
