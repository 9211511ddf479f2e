#include "sha256.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t
rotate(uint32_t x, int bits)
{
	return x >> bits | x << (32 - bits);
}

/* Replaces the message's last sixteen words by the next sixteen. */
static void
expand(uint32_t w[16])
{
	for (int i = 0; i < 16; i++) {
		uint32_t a = w[(i + 1) % 16], b = w[(i + 14) % 16];

		w[i] += w[(i + 9) % 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			(rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static inline void
step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f, uint32_t g,
     uint32_t *h, uint32_t in)
{
	*h += in + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g)));
	*d += *h;
	*h += (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));
}

/* Eight steps at once: the words change places by name, without moving. */
static void
compress(uint32_t state[8], const unsigned char *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint32_t w[16];

	memcpy(w, block, sizeof(w));
	for (int i = 0; i < 16; i++)
		w[i] = __builtin_bswap32(w[i]);
	for (int i = 0; i < 64; i += 8) {
		const uint32_t *k = constants + i, *x = w + i % 16;

		if (i > 0 && i % 16 == 0)
			expand(w);
		step(a, b, c, &d, e, f, g, &h, k[0] + x[0]);
		step(h, a, b, &c, d, e, f, &g, k[1] + x[1]);
		step(g, h, a, &b, c, d, e, &f, k[2] + x[2]);
		step(f, g, h, &a, b, c, d, &e, k[3] + x[3]);
		step(e, f, g, &h, a, b, c, &d, k[4] + x[4]);
		step(d, e, f, &g, h, a, b, &c, k[5] + x[5]);
		step(c, d, e, &f, g, h, a, &b, k[6] + x[6]);
		step(b, c, d, &e, f, g, h, &a, k[7] + x[7]);
	}
	state[0] += a, state[1] += b, state[2] += c, state[3] += d;
	state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void
sha256_init(struct sha256 *hash)
{
	static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memcpy(hash->state, start, sizeof(start));
	hash->length = 0;
}

void
sha256_update(struct sha256 *hash, const void *data, size_t size)
{
	const unsigned char *p = data;

	while (size > 0) {
		size_t used = hash->length % 64;
		size_t part = size < 64 - used ? size : 64 - used;

		memcpy(hash->block + used, p, part);
		hash->length += part;
		p += part;
		size -= part;
		if (used + part == 64)
			compress(hash->state, hash->block);
	}
}

void
sha256_final(struct sha256 *hash, unsigned char digest[32])
{
	uint64_t bits = hash->length * 8;
	unsigned char tail[8];

	sha256_update(hash, "\x80", 1);
	while (hash->length % 64 != 56)
		sha256_update(hash, "", 1);
	for (int i = 0; i < 8; i++)
		tail[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_update(hash, tail, sizeof(tail));
	for (int i = 0; i < 32; i++)
		digest[i] = (unsigned char)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

int
sha256_file(const char *path, char hex[65])
{
	unsigned char buffer[16384], digest[32];
	struct sha256 hash;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	sha256_init(&hash);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		sha256_update(&hash, buffer, (size_t)n);
	close(fd);
	if (n < 0)
		return -1;
	sha256_final(&hash, digest);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return 0;
}
