#ifndef EXITS_H
#define EXITS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "json.h"

enum { EXITS_MOST = 32 };

/* Numbers of a guest's exits to KVM, by reason. */
struct exits {
	int count; /* 0: unknown */
	struct {
		char name[32];
		uint64_t number;
	} reasons[EXITS_MOST];
};

/* Of this process's guest; nothing if it has none or debugfs is not readable. */
void exits_read(struct exits *exits, pid_t pid);

/* The differences, as a member of an object; nothing if either is unknown. */
void exits_write(const struct exits *from, const struct exits *to, struct json *json);

#endif
