#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* An option that is not given is 0: no limit, or nothing. */
struct options {
	bool port, below;
	uint64_t silence_ns, time_ns;
	const char *document, *directory, *log, *report, *cpus, *beside, *daemons;
};

/* Returns the command and its arguments. Exits on a usage error. */
char **options_read(struct options *options, int argc, char *argv[]);

#endif
