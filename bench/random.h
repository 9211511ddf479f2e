/*
 * xoroshiro128+ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), the
 * generator of sysbench 1.0. One per thread, seeded from the thread's number, so that a seed gives
 * the same requests in whatever order threads start.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state[2];
};

/* splitmix64, which the generator's authors recommend for filling its state. */
static inline uint64_t
random_mix(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline void
random_seed(struct random *r, uint64_t seed, unsigned stream)
{
	uint64_t x = seed ^ (uint64_t)stream << 40;

	r->state[0] = random_mix(&x);
	r->state[1] = random_mix(&x);
}

static inline uint64_t
random_next(struct random *r)
{
	uint64_t a = r->state[0], b = r->state[1], sum = a + b;

	b ^= a;
	r->state[0] = (a << 24 | a >> 40) ^ b ^ b << 16;
	r->state[1] = b << 37 | b >> 27;
	return sum;
}

/* Uniform in [0, limit), from 53 random bits, as sysbench draws a position. */
static inline uint64_t
random_below(struct random *r, uint64_t limit)
{
	return (uint64_t)((double)(random_next(r) >> 11) * 0x1p-53 * (double)limit);
}

#endif
