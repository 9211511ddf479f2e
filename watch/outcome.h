#ifndef OUTCOME_H
#define OUTCOME_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "cputime.h"
#include "exits.h"
#include "footprint.h"
#include "port.h"
#include "sampler.h"

/* The guest's clock when it sent something (0: not given), and ours when that arrived. */
struct moment {
	uint64_t said_ns, heard_ns;
};

/* The outcome of a command. */
struct outcome {
	struct timespec start;	       /* the host's time of day, which may be set at any time */
	uint64_t start_ns, end_ns;     /* CLOCK_MONOTONIC, like everything in ns */
	struct moment hello, document; /* the document's first line */
	uint64_t whole_ns;	       /* the document was complete; 0: not yet */
	uint64_t huge_pages; /* bytes of the command's memory in huge pages, at the document */
	bool knows_huge_pages;
	struct exits at_hello, at_document; /* the guest's, under KVM */
	struct footprint footprint;
	struct cputime at_exit; /* a guest's total */
	struct {
		struct cputime begin, end;
	} experiments[PORT_EXPERIMENTS]; /* by number, if the guest reported it */
	int guest;			 /* the status that the guest reported; -1: none yet */
	int how;			 /* from waitpid */
	bool interrupted;
	char lost[512]; /* why; "": not lost */
};

/* The exit status of watch itself, after the end. */
int outcome_status(const struct outcome *outcome);

void outcome_write(const struct outcome *outcome, const struct sampler *sampler, FILE *out);

#endif
