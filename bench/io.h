/*
 * How a file test transfers blocks (sysbench's --file-io-mode): one engine per thread, behind one
 * interface. Functions that can fail say why with log_text() and return -1 or NULL.
 */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stdint.h>

struct io_request {
	int fd;
	bool write;
	unsigned file; /* for messages */
	uint64_t offset, size;
	void *buffer;
	void *map; /* of the whole file, for an engine that wants it */
	uint64_t begin_ns;
};

/* Called for each request that ended well. */
typedef void io_done(void *context, const struct io_request *request);

struct io_engine {
	const char *name, *title;
	bool deferred; /* submit may return before the request has ended */
	bool mapped;   /* it works on the files' mappings */

	void *(*open)(unsigned depth);
	void (*close)(void *self);
	/* Starts a request; waits for another one's end when `depth` are under way. */
	int (*submit)(void *self, const struct io_request *request, io_done *done, void *context);
	/* Waits for all that are under way. */
	int (*drain)(void *self, io_done *done, void *context);
};

extern const struct io_engine io_sync, io_async, io_mmap;

/* What an engine without a state of its own, whose requests end at once, has for these. */
void *io_open_nothing(unsigned depth);
void io_close_nothing(void *self);
int io_drain_nothing(void *self, io_done *done, void *context);

/* Compares what a transfer returned with what was asked for; says what is wrong. */
int io_check(const struct io_request *request, int64_t result);

#endif
