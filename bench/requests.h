/*
 * Which request of a file test comes next: sysbench's modes, the ratio of reads to writes, and the
 * round of fsyncs over all files after each file-fsync-freq requests. Shared by all threads.
 */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fileset.h"
#include "workload.h"

enum operation { READ, WRITE, FSYNC, OPERATIONS };

struct mode {
	const char *title;
	bool random, reads, writes, creates;
};

struct requests {
	const struct mode *mode;
	const struct fileset *files;
	uint64_t bytes;	      /* of a request, unless the file ends before */
	unsigned fsync_every; /* 0: never */
	double ratio;	      /* of reads to writes, when there are both */

	uint64_t per_file, places; /* where a request may be: in a file, in all */

	pthread_mutex_t lock; /* of what the fsyncs depend on */
	uint64_t count;	      /* reads and writes requested */
	unsigned fsync_file;
	bool dirty;

	_Atomic uint64_t position;	/* of the next sequential request: a place */
	_Atomic uint64_t reads, writes; /* ended, for the ratio */
	_Atomic uint64_t *held;		/* a bit per place; NULL: requests may meet */
};

extern const struct mode modes[]; /* in the order of --file-test-mode's words */

/* What is above the counts is set. When `exclusive`, no two requests are at one place at a time. */
int requests_init(struct requests *requests, bool exclusive);
void requests_free(struct requests *requests);

void requests_next(struct requests *requests, struct random *random, struct event *event);
/* Has to be true before the request may begin; may move a random one. False: others are there, the
 * caller's own perhaps, and have to end first. */
bool requests_hold(struct requests *requests, struct random *random, struct event *event);
/* Said of each read or write that has ended. */
void requests_done(struct requests *requests, enum operation kind, unsigned file, uint64_t offset);

#endif
