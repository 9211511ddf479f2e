/*
 * SHA-256 as defined in FIPS 180-4. A binary reports the hash of its own file, to show that two
 * environments run the same bits.
 */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* bytes processed so far */
	unsigned char block[64];
};

void sha256_init(struct sha256 *hash);
void sha256_update(struct sha256 *hash, const void *data, size_t size);
void sha256_final(struct sha256 *hash, unsigned char digest[32]);

/* The hash of a file's content in lower-case hexadecimal; -1 with errno if it cannot be read. */
int sha256_file(const char *path, char hex[65]);

#endif
