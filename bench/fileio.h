/* What the source files of the file test share: fileio.c, which does the work, its options and its
 * report. */
#ifndef FILEIO_H
#define FILEIO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "content.h"
#include "fileset.h"
#include "histogram.h"
#include "io.h"
#include "random.h"
#include "requests.h"
#include "workload.h"

struct sums {
	uint64_t count[OPERATIONS];
	double mib[OPERATIONS];
};

struct fileio {
	struct fileset files;
	struct content content;
	struct requests requests;
	unsigned mode, io_mode, random; /* words */
	unsigned datasync;		/* a word, otherwise fsync */
	bool fallback;			/* another engine may replace it */
	const struct io_engine *engine;
	unsigned depth, merged;
	bool fsync_all, fsync_end, debug;
	unsigned events;	/* --events, for the report */
	struct worker *workers; /* each belongs to its thread until the run is over */
	pthread_mutex_t workers_lock;
	atomic_bool failed; /* a thread gave up, so others need not wait for it */
	bool registered_buffers, registered_files; /* in all threads */

	struct sums reported; /* at the end of the last interval */
	struct sums marked;   /* at the last checkpoint, like the next one */
	struct histogram marked_latency[OPERATIONS];
};

/* What one thread has done. The counts may be read while it runs. */
struct worker {
	struct fileio *test;
	struct worker *next;
	struct io_setup setup;
	void *io;
	struct slot *slots, *free;
	struct random random; /* for content; the thread's own is for places */
	struct done {
		_Atomic uint64_t count, bytes;
		struct histogram latency;
	} done[OPERATIONS];
};

/* In the order of --file-io-mode's words. */
extern const struct io_engine *const fileio_engines[];

extern const struct option fileio_options[], fileio_additions[];

/* fileio_report.c: the workload's functions of these names. */
void fileio_print_mode(const void *self);
void fileio_mark(void *self);
void fileio_print_interval(void *self, const struct limits *limits, unsigned at_s,
			   const struct histogram *interval);
void fileio_print_report(const void *self, const struct totals *totals);
void fileio_write_json(const void *self, const struct totals *totals, struct json *json);

#endif
