/*
 * The user's files that were brought along (invocation.h says where they are), by content: they
 * must be the same in all environments, and a program must not change them.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

struct programs {
	struct program {
		char *path; /* relative to the current directory */
		char sum[65];
	} * files; /* by path */
	size_t count;
	char sum[65]; /* of the lines "SUM  PATH" of all, as sha256sum(1) writes them */
};

/* Reads all of them; without any the count is 0. -1: one cannot be read, which was reported on
 * stderr. */
int programs_read(struct programs *programs);
void programs_free(struct programs *programs);

/* "programs": [{"path":…,"sha256":…},…]; nothing without any. */
void json_programs(struct json *json, const struct programs *programs);

#endif
