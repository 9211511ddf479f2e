/*
 * The cost of the CPUID instruction, which leaves the guest for the hypervisor whatever that is
 * configured to do (the case "cpuid" of kvm-unit-tests' x86/vmexit); and, as a control, of rdtsc,
 * which normally does not.
 */
#include <cpuid.h>
#include <stdlib.h>
#include <x86intrin.h>

#include "calls.h"
#include "tsc.h"

static const struct option options[] = {
	{"cpuid-batch", OPTION_INT, "1000", "number of instructions of each kind per event"},
	{NULL, OPTION_BOOL, NULL, NULL},
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

static void *
create(const struct options *given)
{
	return calls_new(tsc_allowed() ? calls : without_tsc, given, "cpuid-batch");
}

const struct workload workload_cpuid = {
	.name = "cpuid",
	.title = "CPUID, an exit from any guest, as kvm-unit-tests vmexit",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.reset = calls_reset,
	.execute = calls_execute,
	.mark = calls_mark,
	.metrics = calls_metrics,
};
