/*
 * Latencies in nanoseconds, in a log-linear histogram: 128 buckets for each power of two, so a
 * value read back is within 0.4 % of the one recorded. Recording is integer arithmetic only.
 * One thread records; histograms are merged when the threads are done.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_BITS = 7,
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS,
};

struct histogram {
	uint64_t count, sum, min, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* What is reported of a histogram; all but the count in nanoseconds. */
struct latency {
	uint64_t count, min, avg, max, p50, p90, p95, p99, p999, sum;
};

static inline unsigned
histogram_index(uint64_t value)
{
	unsigned shift;

	if (value < 1 << HISTOGRAM_BITS)
		return (unsigned)value;
	shift = 63 - HISTOGRAM_BITS - (unsigned)__builtin_clzll(value);
	return (shift << HISTOGRAM_BITS) + (unsigned)(value >> shift);
}

static inline void
histogram_record(struct histogram *h, uint64_t value)
{
	h->buckets[histogram_index(value)]++;
	h->count++;
	h->sum += value;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
}

void histogram_reset(struct histogram *h);
void histogram_merge(struct histogram *into, const struct histogram *from);

/* What was recorded in `now` and not yet in `before`, an earlier copy; min and max are a bucket's.
 */
void histogram_since(struct histogram *out, const struct histogram *now,
		     const struct histogram *before);

/* The smallest recorded value that `rank` values (from 1) do not exceed; 0 when nothing was
 * recorded. */
uint64_t histogram_at_rank(const struct histogram *h, uint64_t rank);

void histogram_summarize(const struct histogram *h, struct latency *out);

enum { SYSBENCH_BUCKETS = 1024 };

/* The counts in the 1024 buckets of sysbench 1.0.20, and the centre of one in milliseconds. */
void histogram_sysbench_buckets(const struct histogram *h, uint64_t counts[SYSBENCH_BUCKETS]);
double histogram_sysbench_bucket_ms(unsigned bucket);

/*
 * The percentile as sysbench 1.0.20 prints it, in milliseconds: the rank is rounded to nearest, the
 * value is the centre of one of 1024 logarithmic buckets between 1 us and 100 s.
 */
double histogram_sysbench_ms(const struct histogram *h, unsigned percentile);

#endif
