/* The state of watching one command. */
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
	uint64_t heard_ns, alive_ns;   /* the last line heard; any sign of life */
	uint64_t looked_ns, waited_ns; /* the last look, and the threads' wait until then */
	struct waits waits;
	uint64_t stopped_ns; /* when a signal last stopped the command */
	FILE *file;	     /* the document, under its temporary name */
	uint64_t printed;    /* bytes of it */
	bool ended;
	uint64_t footprint_due_ns; /* the next look for a waiting process */
};

#endif
