/* One command that is watched. */
#ifndef WATCH_H
#define WATCH_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command.h"
#include "cputime.h"
#include "options.h"
#include "outcome.h"
#include "output.h"
#include "port.h"
#include "sampler.h"

struct watch {
	struct options options;
	struct sampler sampler;
	cpu_set_t beside;
	struct output output;
	struct port port;
	struct outcome outcome;
	struct command command;
	int signals, files;	       /* -1: closed */
	uint64_t heard_ns, alive_ns;   /* the last that was heard; any sign of life */
	uint64_t looked_ns, waited_ns; /* the last look, and what the threads had waited at it */
	struct waits waits;
	uint64_t stopped_ns; /* when a signal stopped the command last */
	FILE *file;	     /* the document, beside its place */
	uint64_t printed;    /* bytes of it */
	bool ended;
	uint64_t footprint_due_ns; /* the next look for one that waits */
};

#endif
