/*
 * Which request of a file test comes next: sysbench's modes, the ratio of reads to writes, and the
 * round of fsyncs over all files after each file-fsync-freq requests. All threads share it.
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
	uint64_t bytes;	      /* of a request, unless the file ends earlier */
	unsigned fsync_every; /* 0: never */
	double ratio;	      /* of reads to writes, if there are both */

	uint64_t per_file, places; /* where a request may be: in a file, in all */

	pthread_mutex_t lock; /* of the fields that the fsyncs depend on */
	uint64_t count;	      /* reads and writes requested */
	unsigned fsync_file;
	bool dirty;

	_Atomic uint64_t position;	/* of the next sequential request, as a place */
	_Atomic uint64_t reads, writes; /* completed, for the ratio */
	_Atomic uint64_t *held;		/* a bit per place; NULL: requests may overlap */
};

extern const struct mode modes[]; /* in the order of --file-test-mode's words */

/* The fields above the counts must be set. With `exclusive`, no two requests use one place at a
 * time. */
int requests_init(struct requests *requests, bool exclusive);
void requests_free(struct requests *requests);

void requests_next(struct requests *requests, struct random *random, struct event *event);
/* Must return true before the request may begin; it may move a random one. False: other requests
 * are there, perhaps the caller's own, and must end first. */
bool requests_hold(struct requests *requests, struct random *random, struct event *event);
/* Call this for each read or write that has ended. */
void requests_done(struct requests *requests, enum operation kind, unsigned file, uint64_t offset);

#endif
