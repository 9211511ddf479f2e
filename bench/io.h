/*
 * How a file test transfers blocks (sysbench's --file-io-mode): one engine per thread, behind one
 * interface. Functions that can fail report the reason with log_text() and return -1 or NULL.
 */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fileset.h"

/* It belongs to the engine from submit until it is passed to io_done. */
struct io_request {
	bool write;
	unsigned file;
	uint64_t offset, size;
	void *buffer;
	uint64_t begin_ns;
};

/* What an engine works with; it does not move until the engine is closed. */
struct io_setup {
	const struct fileset *files;
	unsigned depth; /* the most requests under way at once */
	void *memory;	/* that contains all their buffers */
	size_t bytes;
	/* Set by an engine that can register them with the kernel beforehand. */
	bool registered_buffers, registered_files;
};

/* Called for each successful request; -1, with a message, ends the test. */
typedef int io_done(void *context, struct io_request *request);

enum { IO_WHY = 160 };

struct io_engine {
	const char *name, *title;
	bool deferred;	/* submit may return before the request has ended */
	bool mapped;	/* it works on the files' mappings */
	bool registers; /* it registers buffers and files with the kernel beforehand */

	/* Whether it works on this machine; if not, why. Optional. */
	bool (*available)(char why[IO_WHY]);

	void *(*open)(struct io_setup *setup);
	void (*close)(void *self);
	/* Starts a request; when `depth` are under way, waits until another one ends. */
	int (*submit)(void *self, struct io_request *request, io_done *done, void *context);
	/* Waits for all that are under way. */
	int (*drain)(void *self, io_done *done, void *context);
};

extern const struct io_engine io_sync, io_async, io_mmap, io_uring;

/* For engines without state whose requests end at once. */
void *io_open_nothing(struct io_setup *setup);
void io_close_nothing(void *self);
int io_drain_nothing(void *self, io_done *done, void *context);

/* Compares the result of a transfer with its request; reports what is wrong. */
int io_check(const struct io_request *request, int64_t result);

#endif
