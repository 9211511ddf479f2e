#include "histogram.h"

#include <math.h>
#include <string.h>

void
histogram_reset(struct histogram *h)
{
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram_put(&h->buckets[i], 0);
	histogram_put(&h->count, 0);
	histogram_put(&h->sum, 0);
	histogram_put(&h->min, 0);
	histogram_put(&h->max, 0);
}

static uint64_t
get(const uint64_t *field)
{
	return __atomic_load_n(field, __ATOMIC_RELAXED);
}

void
histogram_merge(struct histogram *into, const struct histogram *from)
{
	uint64_t min = get(&from->min), max = get(&from->max), count = get(&from->count);

	if (count == 0)
		return;
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->buckets[i] += get(&from->buckets[i]);
	into->sum += get(&from->sum);
	into->min = min < into->min || into->count == 0 ? min : into->min;
	into->count += count;
	into->max = max > into->max ? max : into->max;
}

uint64_t
histogram_value(unsigned index)
{
	unsigned shift;

	if (index < 2 << HISTOGRAM_BITS)
		return index;
	shift = (index >> HISTOGRAM_BITS) - 1;
	return ((uint64_t)(index - (shift << HISTOGRAM_BITS)) << shift) +
	       ((UINT64_C(1) << shift) >> 1);
}

void
histogram_since(struct histogram *out, const struct histogram *now, const struct histogram *before)
{
	*out = *now;
	if (before->count == 0)
		return;
	out->count -= before->count;
	out->sum -= before->sum;
	out->min = out->max = 0;
	for (unsigned i = HISTOGRAM_BUCKETS; i-- > 0;) {
		out->buckets[i] -= before->buckets[i];
		if (out->buckets[i] == 0)
			continue;
		if (out->max == 0)
			out->max = histogram_value(i);
		out->min = histogram_value(i);
	}
}

uint64_t
histogram_at_rank(const struct histogram *h, uint64_t rank)
{
	uint64_t seen = 0, value;

	if (h->count == 0)
		return 0;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen < rank || seen == 0)
			continue;
		value = histogram_value(i);
		if (value < h->min)
			return h->min;
		return value > h->max ? h->max : value;
	}
	return h->max;
}

static uint64_t
at_share(const struct histogram *h, double share)
{
	return histogram_at_rank(h, (uint64_t)ceil(share * (double)h->count));
}

void
histogram_summarize(const struct histogram *h, struct latency *out)
{
	memset(out, 0, sizeof(*out));
	if (h->count == 0)
		return;
	out->count = h->count;
	out->min = h->min;
	out->avg = h->sum / h->count;
	out->max = h->max;
	out->p50 = at_share(h, 0.50);
	out->p90 = at_share(h, 0.90);
	out->p95 = at_share(h, 0.95);
	out->p99 = at_share(h, 0.99);
	out->p999 = at_share(h, 0.999);
	out->p9999 = at_share(h, 0.9999);
	out->sum = h->sum;
}

/* Between 1 us and 100 s the buckets are equally wide on a logarithmic scale; the outermost take
 * the rest. */
static const double lowest_ms = 0.001, highest_ms = 100000;

static double
sysbench_step(void)
{
	return log(highest_ms / lowest_ms) / (SYSBENCH_BUCKETS - 1);
}

static unsigned
sysbench_bucket(uint64_t ns)
{
	double bucket = round(log((double)ns / 1e6 / lowest_ms) / sysbench_step());

	return (unsigned)fmin(fmax(bucket, 0), SYSBENCH_BUCKETS - 1);
}

double
histogram_sysbench_bucket_ms(unsigned bucket)
{
	return exp(log(lowest_ms) + bucket * sysbench_step());
}

void
histogram_sysbench_buckets(const struct histogram *h, uint64_t counts[SYSBENCH_BUCKETS])
{
	memset(counts, 0, SYSBENCH_BUCKETS * sizeof(*counts));
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->buckets[i])
			counts[sysbench_bucket(histogram_value(i))] += h->buckets[i];
}

double
histogram_sysbench_ms(const struct histogram *h, unsigned percentile)
{
	uint64_t rank = (uint64_t)floor((double)h->count * percentile / 100 + 0.5);

	if (h->count == 0)
		return 0;
	return histogram_sysbench_bucket_ms(sysbench_bucket(histogram_at_rank(h, rank)));
}
