/*
 * The cost of the CPUID instruction, which always exits from the guest to the hypervisor, however
 * that is configured (the case "cpuid" of kvm-unit-tests' x86/vmexit); and, as a control, of rdtsc,
 * which normally does not.
 * kind: kernel entry; audit: kernel
 * Compiled with -O2.
 */
#include <cpuid.h>
#include <x86intrin.h>

#include "calls.h"
#include "tsc.h"

static const struct option options[] = {
	{CALLS_BATCH("cpuid-batch", "number of instructions of each kind per event")},
	{.name = NULL},
};

static void
execute_cpuid(unsigned times)
{
	unsigned a, b, c, d;

	while (times--)
		__cpuid(0, a, b, c, d);
}

static void
execute_rdtsc(unsigned times)
{
	while (times--)
		__rdtsc();
}

static const struct call calls[] = {
	{"cpuid", execute_cpuid}, {"rdtsc", execute_rdtsc}, {NULL, NULL}};
static const struct call without_tsc[] = {{"cpuid", execute_cpuid}, {NULL, NULL}};

static int
begin(void *self, const struct limits *limits)
{
	calls_begin(self, tsc_allowed() ? calls : without_tsc, limits);
	return 0;
}

WORKLOAD = {
	.name = "cpuid",
	.title = "CPUID, an exit from any guest, as kvm-unit-tests vmexit",
	.size = sizeof(struct calls),
	.options = options,
	.begin = begin,
	.end = calls_end,
	.reset = calls_reset,
	.execute = calls_execute,
	.mark = calls_mark,
	.metrics = calls_metrics,
};
