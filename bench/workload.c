#include "workload.h"

#include <string.h>

const struct workload *const workloads[] = {&workload_fileio,  &workload_cpu,	&workload_memory,
					    &workload_threads, &workload_mutex, NULL};

const struct workload *
workload_find(const char *name)
{
	for (const struct workload *const *w = workloads; *w; w++)
		if (strcmp((*w)->name, name) == 0)
			return *w;
	return NULL;
}
