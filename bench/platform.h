/* What a program can see of the machine it runs on, without privileges. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include "json.h"

/* Adds the object "platform"; the scratch file system is that of the current directory. begin_ns:
 * when bench began. */
void json_platform(struct json *json, uint64_t begin_ns);

/* What made the container whose init is ours, as far as it can be told, or "namespaces"; NULL where
 * this is none. */
const char *platform_container(void);

/* The name of the current directory's file system when it keeps files in memory only, else NULL. */
const char *platform_memory_filesystem(void);

#endif
