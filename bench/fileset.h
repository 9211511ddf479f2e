/* The files of a file test, test_file.0 and so on, in the current directory. */
#ifndef FILESET_H
#define FILESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content.h"

/* The most that one system call transfers and io_uring takes as one buffer. */
enum { MOST_TRANSFER_BYTES = 1 << 30 };

struct fileset {
	unsigned count;
	uint64_t size, total, block; /* bytes: of one file, of all, of one transfer */
	unsigned extra;		     /* file-extra-flags, a bit each */
	int flags;		     /* the same for open(2), in addition to O_RDWR */
	int *fds;		     /* NULL: not open */
	void **maps;		     /* NULL: not mapped */
};

/* Derives the other fields from count, total, block and extra. */
void fileset_init(struct fileset *files);

int fileset_prepare(const struct fileset *files, const struct content *content);
int fileset_remove(const struct fileset *files);

/* With `create`, creates empty files first; otherwise the files must have their full size. */
int fileset_open(struct fileset *files, bool create);
/* Maps the open files at their full size, to which it extends empty ones. If they are to be
 * written, all of it is allocated, since a disk that is full when a page is written back or touched
 * would cause a SIGBUS. */
int fileset_map(struct fileset *files, bool to_write);
void fileset_close(struct fileset *files);

void fileset_print_flags(const struct fileset *files);

/* Explains why a transfer was refused, if its offset or its size may be the reason. */
void fileset_hint(int error, uint64_t sizes);

/* "800KiB": five significant digits and the largest binary unit that fits. */
const char *fileset_size_text(uint64_t bytes, char text[32]);

#endif
