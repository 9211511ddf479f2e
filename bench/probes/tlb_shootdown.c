/*
 * The cost of removing a permission from pages that other CPUs use, as stress-ng's tlb-shootdown
 * does: the kernel must interrupt each of those CPUs, or ask the hypervisor to, before mprotect(2)
 * may return. One event makes pages read-only and reads each of them; its control is the same in a
 * process with no other thread.
 * kind: memory; audit: memory
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "allocate.h"
#include "clock.h"
#include "log.h"
#include "pages.h"
#include "placement.h"
#include "runner.h"

struct tlb {
	struct placement placement;
	unsigned others, pages;
	size_t bytes;
	uint64_t alone_ns; /* the control's median */
};

static const struct option options[] = {
	{"tlb-threads", OPTION_INT(struct tlb, others), "0",
	 "number of other threads that use the pages, 0 for one on each other CPU"},
	{"tlb-pages", OPTION_INT(struct tlb, pages), "16", "number of pages", .least = 1},
	{.name = NULL},
};

/* A worker's pages and the threads that read them all the time. */
struct shared {
	const struct tlb *tlb;
	char *pages;
	atomic_bool end;
	unsigned started;
	struct reader {
		struct shared *shared;
		pthread_t id;
		_Atomic uint64_t rounds;
		char apart[256];
	} readers[];
};

static int
begin(void *self, const struct limits *limits)
{
	struct tlb *t = self;

	t->placement.place = PLACE_CROSS;
	if (placement_find(&t->placement) < 0)
		return -1;
	if (!t->others)
		t->others = (unsigned)t->placement.count - 1;
	t->bytes = (size_t)t->pages * SMALL_PAGE;
	return pages_afford(t->bytes, limits->threads);
}

static char *
map(const struct tlb *t)
{
	char *pages = pages_map(t->bytes, false);

	if (!pages)
		log_errno(LOG_FATAL, "No memory for %zu pages", t->bytes / SMALL_PAGE);
	return pages;
}

static void
read_all(const struct tlb *t, char *pages)
{
	for (size_t at = 0; at < t->bytes; at += SMALL_PAGE)
		__atomic_load_n(&pages[at], __ATOMIC_RELAXED);
}

static int
protect(const struct tlb *t, char *pages)
{
	if (mprotect(pages, t->bytes, PROT_READ) < 0)
		return -1;
	read_all(t, pages);
	return 0;
}

/* Writes to the pages, since untouched ones would have no permission to lose. */
static int
unprotect(const struct tlb *t, char *pages)
{
	if (mprotect(pages, t->bytes, PROT_READ | PROT_WRITE) < 0)
		return -1;
	for (size_t at = 0; at < t->bytes; at += SMALL_PAGE)
		__atomic_store_n(&pages[at], 1, __ATOMIC_RELAXED);
	return 0;
}

/* Measures the control while the process has one thread. */
static int
open_pages(void *self)
{
	struct tlb *t = self;
	struct histogram alone;
	uint64_t begin;
	int result = 0;
	char *pages;

	if (!(pages = map(t)))
		return -1;
	histogram_reset(&alone);
	for (int i = 0; i < 1000 && result == 0; i++) {
		result = unprotect(t, pages);
		begin = clock_ns();
		result |= protect(t, pages);
		histogram_record(&alone, clock_ns() - begin);
	}
	pages_unmap(pages, t->bytes);
	if (result < 0) {
		log_errno(LOG_FATAL, "Cannot protect pages");
		return -1;
	}
	t->alone_ns = histogram_at_rank(&alone, alone.count / 2);
	return 0;
}

static void *
read_on(void *argument)
{
	struct reader *r = argument;
	const struct shared *s = r->shared;

	while (!atomic_load_explicit(&s->end, memory_order_relaxed)) {
		read_all(s->tlb, s->pages);
		atomic_fetch_add_explicit(&r->rounds, 1, memory_order_relaxed);
	}
	return NULL;
}

static int
start(struct shared *s, unsigned worker)
{
	const struct tlb *t = s->tlb;
	struct reader *r;
	int error = 0;

	for (; !error && s->started < t->others; s->started += !error) {
		r = &s->readers[s->started];
		r->shared = s;
		if (placement_bind(&t->placement, worker, s->started + 1) < 0)
			return -1;
		error = pthread_create(&r->id, NULL, read_on, r);
	}
	if (error) {
		log_unavailable("cannot start thread %u: %s", s->started + 1, strerror(error));
		return -1;
	}
	return placement_bind(&t->placement, worker, 0);
}

static int
thread_init(void *self, struct thread *thread)
{
	const struct tlb *t = self;
	struct shared *s = allocate(1, sizeof(*s) + t->others * sizeof(s->readers[0]));

	s->tlb = t;
	s->pages = map(t);
	thread->state = s;
	return s->pages ? start(s, thread->id) : -1;
}

static void
thread_free(void *self, struct thread *thread)
{
	const struct tlb *t = self;
	struct shared *s = thread->state;

	if (!s)
		return;
	s->end = true;
	while (s->started > 0)
		pthread_join(s->readers[--s->started].id, NULL);
	if (s->pages)
		pages_unmap(s->pages, t->bytes);
	free(s);
}

/* If other processes use the CPUs, too, a reader may not be running: an event begins when all have
 * read the current pages. */
static bool
next(void *self, struct thread *thread, struct event *event)
{
	const struct tlb *t = self;
	struct shared *s = thread->state;
	uint64_t rounds;

	event->kind = unprotect(t, s->pages);
	for (unsigned i = 0; i < t->others; i++) {
		rounds = s->readers[i].rounds;
		while (s->readers[i].rounds < rounds + 2)
			sched_yield();
	}
	return true;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct shared *s = thread->state;

	if (event->kind == 0 && protect(self, s->pages) == 0)
		return 0;
	log_errno(LOG_FATAL, "Cannot protect pages");
	return -1;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct tlb *t = self;
	struct latency l;

	histogram_summarize(&totals->latency, &l);
	out[0] = (struct metric){.name = "mprotect", .unit = "ns", .value = (double)l.avg};
	out[1] = (struct metric){.name = "mprotect, median", .unit = "ns", .value = (double)l.p50};
	out[2] = (struct metric){
		.name = "mprotect alone, median", .unit = "ns", .value = (double)t->alone_ns};
	if (l.p50 <= t->alone_ns)
		return 3;
	out[3] = (struct metric){
		.name = "shootdown", .unit = "ns", .value = (double)(l.p50 - t->alone_ns)};
	return 4;
}

WORKLOAD = {
	.name = "tlb-shootdown",
	.title = "mprotect of pages that other CPUs use, as stress-ng tlb-shootdown",
	.spaced = true,
	.size = sizeof(struct tlb),
	.options = options,
	.begin = begin,
	.open = open_pages,
	.thread_init = thread_init,
	.thread_free = thread_free,
	.next = next,
	.execute = execute,
	.metrics = metrics,
};
