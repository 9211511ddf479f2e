/*
 * sysbench's cpu test: one event finds the primes below a limit by trial division. The count is
 * compared with that of another method, a sieve, so that neither a compiler that drops the loop nor
 * a machine that divides wrongly can pass.
 * kind: processor; audit: processor
 * Compiled with -O2.
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "allocate.h"
#include "log.h"
#include "probes/pages.h"
#include "runner.h"

struct cpu {
	unsigned limit;
	uint64_t expected;
	atomic_bool wrong;
	_Atomic uint64_t found; /* the last wrong count, otherwise the right one */
};

static const struct option options[] = {
	{"cpu-max-prime", OPTION_INT(struct cpu, limit), "10000",
	 "upper limit for primes generator", .least = 1},
	{.name = NULL},
};

/* Counts the primes from 3 to limit - 1 by the sieve of Eratosthenes over odd numbers. */
static int
sieve(unsigned limit, uint64_t *count)
{
	uint64_t half = limit / 2; /* index i stands for 2i + 1 */
	unsigned char *composite;

	if (pages_afford(half / 8 + 1, 1) < 0)
		return -1;
	composite = allocate(half / 8 + 1, 1);
	*count = 0;
	for (uint64_t i = 1; i < half; i++) {
		if (composite[i / 8] & 1 << i % 8)
			continue;
		++*count;
		for (uint64_t j = 2 * i * (i + 1); j < half; j += 2 * i + 1)
			composite[j / 8] |= (unsigned char)(1 << j % 8);
	}
	free(composite);
	return 0;
}

static int
begin(void *self, const struct limits *limits)
{
	struct cpu *cpu = self;

	(void)limits;
	if (sieve(cpu->limit, &cpu->expected) < 0)
		return -1;
	cpu->found = cpu->expected;
	return 0;
}

static void
print_mode(const void *self)
{
	const struct cpu *cpu = self;

	log_text(LOG_INFO, "Doing CPU performance benchmark\n");
	log_text(LOG_NOTICE, "Prime numbers limit: %u\n", cpu->limit);
}

/*
 * The arithmetic, and so the time, is sysbench's: a 64-bit division per trial, up to the root. So
 * are the instructions, one by one, as gcc generates them (with -fmath-errno, since sysbench's
 * sqrt() is tested for a negative number), except one that counts a prime, where sysbench has a
 * nop. Their position in cache lines is that of Debian's sysbench, too, because some processors
 * take up to a tenth longer when these few branches are at other positions. A test compares both.
 */
__attribute__((noinline, aligned(64))) static uint64_t
count_primes(unsigned limit)
{
	unsigned long long c, l, count = 0;
	double root;

	__asm__ volatile(".skip 40, 0x90");
	for (c = 3; c < limit; c++) {
		root = sqrt((double)c);
		for (l = 2; (double)l <= root; l++)
			if (c % l == 0)
				goto composite;
		count++;
	composite:;
	}
	return count;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct cpu *cpu = self;
	uint64_t found = count_primes(cpu->limit);

	(void)thread;
	(void)event;
	if (found != cpu->expected) {
		cpu->found = found;
		cpu->wrong = true;
	}
	return 0;
}

static void
print_report(const void *self, const struct totals *totals)
{
	(void)self;
	log_text(LOG_NOTICE, "CPU speed:\n    events per second: %8.2f\n",
		 (double)totals->events / totals->seconds);
}

static bool
check(const void *self, const struct totals *totals, struct json *json)
{
	const struct cpu *cpu = self;

	(void)totals;
	json_object(json, NULL);
	json_string(json, "name", "primes");
	json_uint(json, "expected", cpu->expected);
	json_uint(json, "found", cpu->found);
	json_bool(json, "ok", !cpu->wrong);
	json_end(json, '}');
	if (cpu->wrong)
		log_text(LOG_FATAL, "wrong number of primes below %u: %llu instead of %llu",
			 cpu->limit, (unsigned long long)cpu->found,
			 (unsigned long long)cpu->expected);
	return !cpu->wrong;
}

WORKLOAD = {
	.name = "cpu",
	.title = "CPU performance test",
	.sysbench = 2,
	.size = sizeof(struct cpu),
	.options = options,
	.begin = begin,
	.print_mode = print_mode,
	.execute = execute,
	.print_report = print_report,
	.check = check,
};
