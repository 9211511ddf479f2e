/*
 * What the blocks of test files contain: zeros as in sysbench, or with --file-data=random bytes
 * that can be neither compressed nor shared between blocks. With --validate they are random, too,
 * and end as in sysbench 1.0.20: the CRC-32 of the rest (4 bytes) and the block's offset in its
 * file (8 bytes), both little endian. A last block that the end of the file cuts short has the same
 * end, unless it is too short.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

struct content {
	bool random, checked; /* checked implies random */
	uint64_t block;
	uint32_t crc[256]; /* of one byte each */
};

/* A block must be longer than this to be checked. */
enum { CONTENT_CHECKSUM_BYTES = 12 };

void content_init(struct content *content, uint64_t block, bool random, bool checked);

/* The initial content of a buffer: zeros or random bytes. */
void content_fill(const struct content *content, void *data, size_t bytes, struct random *random);

/* Turns a filled buffer into the next content to be written, at an offset where a block begins. */
void content_renew(const struct content *content, void *data, uint64_t offset, uint64_t bytes,
		   struct random *random);

/* Whether the data read at an offset are those written there; reports what is wrong. */
bool content_verify(const struct content *content, const void *data, unsigned file, uint64_t offset,
		    uint64_t bytes);

#endif
