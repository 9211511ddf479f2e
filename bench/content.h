/*
 * What the blocks of test files hold: zeros as in sysbench, or with --file-data=random bytes that
 * can be neither compressed nor shared between blocks. With --validate they are random, too, and
 * end as sysbench 1.0.20 has it: the CRC-32 of the rest (4 bytes) and the block's offset in its
 * file (8 bytes), both little endian. A last block that the end of the file cuts short ends so as
 * well, unless it is too short.
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

/* What a block has to be longer than to be checked. */
enum { CONTENT_CHECKSUM_BYTES = 12 };

void content_init(struct content *content, uint64_t block, bool random, bool checked);

/* The first content of a buffer: zeros or random bytes. */
void content_fill(const struct content *content, void *data, size_t bytes, struct random *random);

/* Makes of a buffer that was filled what is written next at an offset that is a block's. */
void content_renew(const struct content *content, void *data, uint64_t offset, uint64_t bytes,
		   struct random *random);

/* Whether what was read at an offset is what was written there; says what is wrong. */
bool content_verify(const struct content *content, const void *data, unsigned file, uint64_t offset,
		    uint64_t bytes);

#endif
