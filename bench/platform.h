/* What a program can see of the machine it runs on, without privileges. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include "json.h"

/* Adds the object "platform"; the scratch file system is the current directory's. begin_ns: when
 * bench began. */
void json_platform(struct json *json, uint64_t begin_ns);

/* What created the container that this process is in, if known, or "namespaces"; NULL: no
 * container. */
const char *platform_container(void);

/* The name of the current directory's file system if that is in memory only, else NULL. */
const char *platform_memory_filesystem(void);

#endif
