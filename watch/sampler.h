#ifndef SAMPLER_H
#define SAMPLER_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "json.h"

/* Counters since the host's boot: samples can be left out without losing what lies between. */
struct sample {
	uint64_t ns;			  /* CLOCK_MONOTONIC */
	uint64_t own_all, stolen;	  /* ticks of our processors */
	uint64_t others_all, others_idle; /* of the others */
	double load, mhz;		  /* mhz: mean of ours; 0: the host does not tell */
};

struct sampler {
	cpu_set_t own;
	uint64_t interval_ns; /* 0: nothing is sampled */
	int count;
	struct sample samples[256];
};

/* Takes the first sample. `cpus`: ours, as "2,3", or NULL for none at all; false: it is no list. */
bool sampler_begin(struct sampler *sampler, const char *cpus);

/* When the next one is due; UINT64_MAX: never. */
uint64_t sampler_due(const struct sampler *sampler);

void sampler_take(struct sampler *sampler);

/* Takes the last one, in place of one just taken. */
void sampler_end(struct sampler *sampler);

/* As members of an object; times count from start_ns. */
void sampler_write(const struct sampler *sampler, uint64_t start_ns, struct json *json);

#endif
