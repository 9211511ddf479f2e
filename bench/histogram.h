/*
 * Latencies in nanoseconds, in a log-linear histogram: 128 buckets for each power of two, so a
 * value read back is within 0.4 % of the one recorded. Recording is integer arithmetic only. One
 * thread records; any other may merge meanwhile and gets what was recorded so far.
 *
 * Bucket i stands, here and in result documents (where HISTOGRAM_BITS is "sub_bucket_bits"), for
 * the value i when i < 2 << HISTOGRAM_BITS. Above, with s = (i >> HISTOGRAM_BITS) - 1, it holds the
 * 1 << s values from (i - (s << HISTOGRAM_BITS)) << s on and stands for the middle one, which is
 * that plus 1 << (s - 1). Histograms are merged by adding the counts of equal i. The percentile for
 * a share p of n values is what the bucket with the ceil(p * n)th value stands for, clamped to the
 * least and the greatest value recorded.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_BITS = 7,
	HISTOGRAM_BUCKETS = (64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS,
};

/* All zeros is an empty histogram, so memory from calloc() need not be touched. */
struct histogram {
	uint64_t count, sum, min, max;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* The reported values of a histogram; all except the count in nanoseconds. */
struct latency {
	uint64_t count, min, avg, max, p50, p90, p95, p99, p999, p9999, sum;
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

/* The only writer need not lock, but other threads must not see a half-written value. */
static inline void
histogram_put(uint64_t *field, uint64_t value)
{
	__atomic_store_n(field, value, __ATOMIC_RELAXED);
}

static inline void
histogram_record(struct histogram *h, uint64_t value)
{
	uint64_t *bucket = &h->buckets[histogram_index(value)];

	histogram_put(bucket, *bucket + 1);
	histogram_put(&h->count, h->count + 1);
	histogram_put(&h->sum, h->sum + value);
	if (value < h->min || h->count == 1)
		histogram_put(&h->min, value);
	if (value > h->max)
		histogram_put(&h->max, value);
}

void histogram_reset(struct histogram *h); /* by the thread that records */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* The values recorded in `now` and not yet in `before`, an earlier copy; min and max have the
 * resolution of a bucket. */
void histogram_since(struct histogram *out, const struct histogram *now,
		     const struct histogram *before);

/* The value that the bucket stands for, as above. */
uint64_t histogram_value(unsigned index);

/* The value of the given rank (from 1) among those recorded; 0 when nothing was recorded. */
uint64_t histogram_at_rank(const struct histogram *h, uint64_t rank);

void histogram_summarize(const struct histogram *h, struct latency *out);

enum { SYSBENCH_BUCKETS = 1024 };

/* The counts in the 1024 buckets of sysbench 1.0.20, and the center of one in milliseconds. */
void histogram_sysbench_buckets(const struct histogram *h, uint64_t counts[SYSBENCH_BUCKETS]);
double histogram_sysbench_bucket_ms(unsigned bucket);

/*
 * The percentile as sysbench 1.0.20 prints it, in milliseconds: the rank is rounded to nearest, and
 * the value is the center of one of 1024 logarithmic buckets between 1 us and 100 s.
 */
double histogram_sysbench_ms(const struct histogram *h, unsigned percentile);

#endif
