#ifndef SAMPLER_H
#define SAMPLER_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "json.h"

/* Counters since the host booted: dropping a sample loses nothing of what happened in between. */
struct sample {
	uint64_t ns;			  /* CLOCK_MONOTONIC */
	uint64_t own_all, stolen;	  /* ticks of our processors */
	uint64_t others_all, others_idle; /* of the other processors */
	double load, mhz;		  /* mhz: mean of ours; 0: unknown */
};

struct sampler {
	cpu_set_t own;
	uint64_t interval_ns; /* 0: nothing is sampled */
	int count;
	struct sample samples[256];
};

/* Takes the first sample. `cpus`: ours, as "2,3", or NULL for no sampling; false: not a valid
 * list. */
bool sampler_begin(struct sampler *sampler, const char *cpus);

/* When the next sample is due; UINT64_MAX: never. */
uint64_t sampler_due(const struct sampler *sampler);

void sampler_take(struct sampler *sampler);

/* Takes the last sample, which replaces one taken just before. */
void sampler_end(struct sampler *sampler);

/* As members of an object; times are relative to start_ns. */
void sampler_write(const struct sampler *sampler, uint64_t start_ns, struct json *json);

#endif
