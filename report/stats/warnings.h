/* What makes a group's values less reliable than they look. */
#ifndef WARNINGS_H
#define WARNINGS_H

#include "input.h"
#include "summary.h"
#include "trend.h"

enum { WARNINGS_MAX = 6 };

/* Stores the warnings in `warnings`; returns how many. */
size_t warnings_find(const char *warnings[WARNINGS_MAX], const struct group *group,
		     const struct summary *summary, const struct trend *trend, double alpha);

#endif
