/* What the kernel reports about this process's control group, by version 1 or 2. */
#ifndef CGROUP_H
#define CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A number in the group's file: `v1` below version 1's `controller`, or `v2`; either may be NULL.
 * With a `field` it is the one on the line "field number". False if there is none, or it is not a
 * number, such as "max".
 */
bool cgroup_number(const char *controller, const char *v1, const char *v2, const char *field,
		   uint64_t *value);

/* The same for the group that many levels above; false also if there is none. */
bool cgroup_number_above(unsigned above, const char *controller, const char *v1, const char *v2,
			 const char *field, uint64_t *value);

#endif
