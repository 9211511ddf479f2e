/* The files of a file test, test_file.0 and so on, in the current directory. */
#ifndef FILESET_H
#define FILESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content.h"

/* What one system call transfers, and io_uring takes as one buffer. */
enum { MOST_TRANSFER_BYTES = 1 << 30 };

struct fileset {
	unsigned count;
	uint64_t size, total, block; /* bytes: of one file, of all, of one transfer */
	unsigned extra;		     /* file-extra-flags, a bit each */
	int flags;		     /* these for open(2), beside O_RDWR */
	int *fds;		     /* NULL: not open */
	void **maps;		     /* NULL: not mapped */
};

/* When count, total, block and extra are as they were given: what follows from them. */
void fileset_init(struct fileset *files);

int fileset_prepare(const struct fileset *files, const struct content *content);
int fileset_remove(const struct fileset *files);

/* Creates empty files first when `create`, otherwise wants them at their full size. */
int fileset_open(struct fileset *files, bool create);
/* Maps the open files at their full size, which empty ones get by it; to be written, all of it is
 * allocated, since a disk that is full when a page is written back or touched would be a SIGBUS. */
int fileset_map(struct fileset *files, bool to_write);
void fileset_close(struct fileset *files);

void fileset_print_flags(const struct fileset *files);

/* Says why a transfer was refused, when its offset or its size may be the reason. */
void fileset_hint(int error, uint64_t sizes);

/* "800KiB": five significant digits and the largest binary unit that fits. */
const char *fileset_size_text(uint64_t bytes, char text[32]);

#endif
