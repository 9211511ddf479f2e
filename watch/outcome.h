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

/* The guest's clock when it said something, and ours when it was heard; 0: it did not say. */
struct moment {
	uint64_t said_ns, heard_ns;
};

/* How it went with a command. */
struct outcome {
	struct timespec start;	       /* the host's time of day, which may be set at any moment */
	uint64_t start_ns, end_ns;     /* CLOCK_MONOTONIC, as all that is in ns */
	struct moment hello, document; /* the document's begin */
	uint64_t whole_ns;	       /* the document was whole; 0: not yet */
	uint64_t huge_pages;	       /* bytes of the command's memory in them, at the document */
	bool knows_huge_pages;
	struct exits at_hello, at_document; /* the guest's, under KVM */
	struct footprint footprint;
	struct cputime at_exit; /* a guest's */
	struct {
		struct cputime begin, end;
	} experiments[PORT_EXPERIMENTS]; /* by number, as far as the guest said so */
	int guest;			 /* what the guest says its status is; -1: nothing yet */
	int how;			 /* from waitpid */
	bool interrupted;
	char lost[512]; /* why; "": it is not */
};

/* The status to end with, when all is over. */
int outcome_status(const struct outcome *outcome);

void outcome_write(const struct outcome *outcome, const struct sampler *sampler, FILE *out);

#endif
