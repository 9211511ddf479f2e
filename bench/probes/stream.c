/*
 * Memory bandwidth by the four kernels of STREAM (McCalpin): copy c = a, scale b = s c, add c = a +
 * b, triad a = b + s c, over arrays larger than any cache; bytes count as in STREAM. The loops are
 * written for SSE2, which every x86-64 has, so that the compiler does not decide what is measured
 * (a plain copy loop may become memcpy). The factor is the one that keeps the arrays unchanged, so
 * that they can be verified after any number of rounds.
 * kind: memory; audit: memory
 * Compiled with -O2.
 */
#include <emmintrin.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "allocate.h"
#include "clock.h"
#include "fields.h"
#include "log.h"
#include "pages.h"
#include "runner.h"

enum { COPY, SCALE, ADD, TRIAD, KERNELS };

static const double factor = 0.41421356237309503; /* the square root of 2, less 1 */

struct stream {
	uint64_t size; /* of each array */
	size_t part;   /* doubles of each array per thread */
	size_t step;   /* from one of its arrays to the next */
	unsigned threads;
	_Atomic uint64_t (*best_ns)[KERNELS]; /* per thread; UINT64_MAX: none yet */
	atomic_bool wrong;
};

static const struct option options[] = {
	{"stream-size", OPTION_SIZE(struct stream, size), "0",
	 "size of each of the three arrays, all threads' parts together; 0 for four times the "
	 "largest cache, or what memory allows"},
	{.name = NULL},
};

/* The largest cache of the first processor in sysfs; without sysfs, a usual size. */
static uint64_t
largest_cache(void)
{
	uint64_t most = 0, kib;
	char path[64];

	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
		if (!fields_read(path, NULL, &kib))
			break;
		most = kib << 10 > most ? kib << 10 : most;
	}
	return most ? most : 32 << 20;
}

/*
 * The distance between arrays, chosen so that the same element of two arrays is never a power of
 * two apart: a cache that hashes addresses to find its ways, such as that of AMD's Zen, confuses
 * them (copying arrays of 126 MiB, 128 apart, reached 0.7 of the rate of any others).
 */
static size_t
distance(size_t bytes)
{
	return (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE + 8 * SMALL_PAGE;
}

static void
end(void *self)
{
	struct stream *s = self;

	free(s->best_ns);
}

static void
reset(void *self, struct thread *thread)
{
	struct stream *s = self;

	for (int i = 0; i < KERNELS; i++)
		s->best_ns[thread->id][i] = UINT64_MAX;
}

static void
mark(void *self)
{
	struct stream *s = self;

	for (unsigned i = 0; i < s->threads * KERNELS; i++)
		s->best_ns[i / KERNELS][i % KERNELS] = UINT64_MAX;
}

static int
begin(void *self, const struct limits *limits)
{
	struct stream *s = self;
	uint64_t size = s->size, most = pages_free() / 4;

	s->threads = limits->threads;
	if (size == 0)
		size = 4 * largest_cache() < most ? 4 * largest_cache() : most;
	s->part = size / sizeof(double) / s->threads & ~(size_t)7;
	if (s->part == 0) {
		log_text(LOG_FATAL, "Invalid value of stream-size: %llu.",
			 (unsigned long long)s->size);
		return -1;
	}
	s->size = s->part * sizeof(double) * s->threads;
	if (pages_afford(s->size, 3) < 0)
		return -1;
	s->step = distance(s->part * sizeof(double)) / sizeof(double);
	s->best_ns = allocate(s->threads, sizeof(*s->best_ns));
	mark(s);
	return 0;
}

static void
fill(double *array, size_t n, double value)
{
	for (size_t i = 0; i < n; i++)
		array[i] = value;
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct stream *s = self;
	double *a = pages_map(3 * s->step * sizeof(*a), false);

	thread->state = a;
	if (!a)
		return -1;
	fill(a, s->part, 1);
	fill(a + s->step, s->part, 2);
	fill(a + 2 * s->step, s->part, 0);
	return 0;
}

static void
copy(double *c, const double *a, size_t n)
{
	for (size_t i = 0; i < n; i += 2)
		_mm_store_pd(c + i, _mm_load_pd(a + i));
}

static void
scale(double *b, const double *c, size_t n)
{
	__m128d s = _mm_set1_pd(factor);

	for (size_t i = 0; i < n; i += 2)
		_mm_store_pd(b + i, _mm_mul_pd(s, _mm_load_pd(c + i)));
}

static void
add(double *c, const double *a, const double *b, size_t n)
{
	for (size_t i = 0; i < n; i += 2)
		_mm_store_pd(c + i, _mm_add_pd(_mm_load_pd(a + i), _mm_load_pd(b + i)));
}

static void
triad(double *a, const double *b, const double *c, size_t n)
{
	__m128d s = _mm_set1_pd(factor);

	for (size_t i = 0; i < n; i += 2)
		_mm_store_pd(a + i,
			     _mm_add_pd(_mm_load_pd(b + i), _mm_mul_pd(s, _mm_load_pd(c + i))));
}

static void
lap(_Atomic uint64_t *best_ns, uint64_t *begin)
{
	uint64_t end = clock_ns();

	if (end - *begin < *best_ns)
		*best_ns = end - *begin;
	*begin = end;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct stream *s = self;
	double *a = thread->state, *b = a + s->step, *c = b + s->step;
	_Atomic uint64_t *best_ns = s->best_ns[thread->id];
	uint64_t begin = event->begin_ns;

	copy(c, a, s->part);
	lap(&best_ns[COPY], &begin);
	scale(b, c, s->part);
	lap(&best_ns[SCALE], &begin);
	add(c, a, b, s->part);
	lap(&best_ns[ADD], &begin);
	triad(a, b, c, s->part);
	lap(&best_ns[TRIAD], &begin);
	return 0;
}

/* After a round a is 1 again, b the factor, and c the sum of both. */
static bool
all_are(const double *array, size_t n, double value)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(array[i] - value) < 1e-6))
			return false;
	return true;
}

static int
thread_done(void *self, struct thread *thread)
{
	struct stream *s = self;
	const double *a = thread->state, *b = a + s->step, *c = b + s->step;

	if (!all_are(a, s->part, 1) || !all_are(b, s->part, factor) ||
	    !all_are(c, s->part, 1 + factor))
		s->wrong = true;
	return 0;
}

static void
thread_free(void *self, struct thread *thread)
{
	const struct stream *s = self;

	if (thread->state)
		pages_unmap(thread->state, 3 * s->step * sizeof(double));
}

/* The total rates of all threads, each at its best; 0 while one has not completed a round. */
static double
best_mb_s(const struct stream *s, int kernel)
{
	static const unsigned arrays_moved[KERNELS] = {2, 2, 3, 3};
	double bytes = (double)(arrays_moved[kernel] * s->part * sizeof(double)), sum = 0;

	for (unsigned i = 0; i < s->threads; i++) {
		if (s->best_ns[i][kernel] == UINT64_MAX)
			return 0;
		sum += bytes * 1e3 / (double)s->best_ns[i][kernel];
	}
	return sum;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	static const struct {
		const char *name;
		int kernel;
	} order[KERNELS] = {{"triad", TRIAD}, {"copy", COPY}, {"scale", SCALE}, {"add", ADD}};
	unsigned count = 0;
	double rate;

	(void)totals;
	for (int i = 0; i < KERNELS; i++) {
		rate = best_mb_s(self, order[i].kernel);
		if (rate > 0)
			out[count++] = (struct metric){order[i].name, "MB/s", rate, true};
	}
	return count;
}

static bool
check(const void *self, const struct totals *totals, struct json *json)
{
	const struct stream *s = self;

	(void)totals;
	json_object(json, NULL);
	json_string(json, "name", "the arrays are as computed");
	json_uint(json, "array_bytes", s->size);
	json_bool(json, "ok", !s->wrong);
	json_end(json, '}');
	if (s->wrong)
		log_text(LOG_FATAL, "the arrays do not hold what was computed");
	return !s->wrong;
}

WORKLOAD = {
	.name = "stream",
	.title = "memory bandwidth, as STREAM",
	.size = sizeof(struct stream),
	.options = options,
	.begin = begin,
	.end = end,
	.thread_init = thread_init,
	.reset = reset,
	.execute = execute,
	.thread_done = thread_done,
	.thread_free = thread_free,
	.mark = mark,
	.metrics = metrics,
	.check = check,
};
