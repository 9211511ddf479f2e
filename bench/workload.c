#include "workload.h"

#include <string.h>

const struct workload *
workload_find(const char *name)
{
	for (const struct workload *const *w = workloads; w != workloads_end; w++)
		if (strcmp((*w)->name, name) == 0)
			return *w;
	return NULL;
}
