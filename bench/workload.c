#include "workload.h"

#include <string.h>

/* sysbench's, in its order, then the probes. */
const struct workload *const workloads[] = {
	&workload_fileio,	 &workload_cpu,
	&workload_memory,	 &workload_threads,
	&workload_mutex,	 &workload_clock,
	&workload_cpuid,	 &workload_ctxsw,
	&workload_exec,		 &workload_fork,
	&workload_fsync,	 &workload_futex,
	&workload_net,		 &workload_osnoise,
	&workload_pagefault,	 &workload_pipe,
	&workload_pointer_chase, &workload_stream,
	&workload_syscall,	 &workload_tcp,
	&workload_thread_create, &workload_timer,
	&workload_tlb_shootdown, &workload_unix,
	&workload_command,	 NULL,
};

const struct workload *
workload_find(const char *name)
{
	for (const struct workload *const *w = workloads; *w; w++)
		if (strcmp((*w)->name, name) == 0)
			return *w;
	return NULL;
}
