/*
 * The latency of a load that depends on the previous one: a ring of pointers through a region, in
 * random order, one for each stride, as lmbench's lat_mem_rd does with -t. With a stride of a page
 * or more each load misses the TLB, too; the position of a pointer within its page is then random,
 * so that not all are in a few sets of the cache.
 * kind: memory; audit: memory
 * Compiled with -O2.
 */
#include <stdlib.h>

#include "allocate.h"
#include "log.h"
#include "pages.h"
#include "runner.h"

enum { LINE = 64, LOADS = 65536 }; /* loads per event */

struct chase {
	uint64_t size, stride;
	unsigned large; /* a word, otherwise 4k */
	unsigned count; /* of pointers */
};

struct ring {
	char *region;
	void **at;
};

static bool
has_pointers(const void *settings)
{
	const struct chase *c = settings;

	return c->size / c->stride >= 2 && c->size / c->stride <= UINT32_MAX;
}

static const struct option options[] = {
	{"chase-size", OPTION_SIZE(struct chase, size), "64M", "size of the region",
	 .fits = has_pointers, .turn = 1},
	{"chase-stride", OPTION_SIZE(struct chase, stride), "64",
	 "bytes of the region for each pointer", .least = sizeof(void *),
	 .multiple = sizeof(void *), .wrong = "Invalid value of %s: %s, not a multiple of 8."},
	{"chase-pages", OPTION_WORD(struct chase, large), "4k", "pages of the region {4k,2m}"},
	{.name = NULL},
};

static size_t
mapped_size(const struct chase *c)
{
	size_t page = c->large ? LARGE_PAGE : SMALL_PAGE;

	return (c->size + page - 1) / page * page;
}

static int
begin(void *self, const struct limits *limits)
{
	struct chase *c = self;

	c->count = (unsigned)(c->size / c->stride);
	if (c->large && (pages_check_large() < 0 || pages_check_faults() < 0))
		return -1;
	if (pages_afford(c->size, limits->threads) < 0)
		return -1;
	return pages_afford(mapped_size(c) + c->count * sizeof(unsigned), limits->threads);
}

static void **
place(const struct chase *c, char *region, unsigned index)
{
	size_t lines = c->stride / LINE;
	uint64_t mix = index;

	return (void **)(region + index * c->stride +
			 (lines > 1 ? random_mix(&mix) % lines * LINE : 0));
}

/*
 * Links all pointers in one ring: a random permutation that is a single cycle (Sattolo, "An
 * algorithm to generate a random cyclic permutation", 1986) determines where each points. Following
 * the ring once to verify it would take longer than all the rest: seconds for a large region.
 */
static void
link_ring(const struct chase *c, struct ring *ring, struct random *random)
{
	unsigned *next = allocate(c->count, sizeof(*next)), swap, j;

	for (unsigned i = 0; i < c->count; i++)
		next[i] = i;
	for (unsigned i = c->count - 1; i > 0; i--) {
		j = (unsigned)random_below(random, i);
		swap = next[i];
		next[i] = next[j];
		next[j] = swap;
	}
	for (unsigned i = 0; i < c->count; i++)
		*place(c, ring->region, i) = place(c, ring->region, next[i]);
	ring->at = place(c, ring->region, 0);
	free(next);
}

static int
touch(const struct chase *c, volatile char *region)
{
	size_t bytes = mapped_size(c), large = bytes / LARGE_PAGE;
	uint64_t faults = pages_faults();

	for (size_t at = 0; at < bytes; at += SMALL_PAGE)
		region[at] = 0;
	faults = pages_faults() - faults;
	if (!c->large || faults < large + 16)
		return 0;
	log_unavailable("no 2 MiB pages: %llu faults where %zu would do (is memory fragmented?)",
			(unsigned long long)faults, large);
	return -1;
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct chase *c = self;
	struct ring *ring = thread->state;

	ring->region = pages_map(mapped_size(c), c->large);
	if (!ring->region || touch(c, ring->region) < 0)
		return -1;
	link_ring(c, ring, &thread->random);
	return 0;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct ring *ring = thread->state;
	void **at = ring->at;

	(void)self;
	(void)event;
	for (unsigned i = 0; i < LOADS / 8; i++) {
		at = *at;
		at = *at;
		at = *at;
		at = *at;
		at = *at;
		at = *at;
		at = *at;
		at = *at;
	}
	ring->at = at;
	return 0;
}

static void
thread_free(void *self, struct thread *thread)
{
	struct ring *ring = thread->state;

	if (ring->region)
		pages_unmap(ring->region, mapped_size(self));
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	(void)self;
	out[0] = (struct metric){"load", "ns",
				 (double)totals->latency.sum / ((double)totals->events * LOADS),
				 false};
	return 1;
}

WORKLOAD = {
	.name = "pointer-chase",
	.title = "memory latency, as lmbench lat_mem_rd -t",
	.size = sizeof(struct chase),
	.thread_size = sizeof(struct ring),
	.options = options,
	.begin = begin,
	.thread_init = thread_init,
	.execute = execute,
	.thread_free = thread_free,
	.metrics = metrics,
};
