/*
 * The first touch of anonymous memory, as in will-it-scale's page_fault1: map a region, write to
 * each of its pages, unmap it. In a guest with nested paging, the host may fault, too. With
 * transparent huge pages a fault brings 2 MiB; most of its time is for clearing them.
 * kind: memory; audit: memory kernel
 * Compiled with -O2.
 */
#include <stdatomic.h>

#include "log.h"
#include "pages.h"
#include "runner.h"

struct pagefault {
	uint64_t size;
	unsigned large; /* a word, otherwise 4k */
	size_t page;
	_Atomic uint64_t expected, seen; /* page faults of ended threads */
};

struct faults {
	uint64_t expected, before;
};

static const struct option options[] = {
	{"pagefault-size", OPTION_SIZE(struct pagefault, size), "16M",
	 "size of the region that an event maps", .least = 1, .multiple = LARGE_PAGE,
	 .wrong = "Invalid value of %s: %s, not a multiple of 2M."},
	{"pagefault-pages", OPTION_WORD(struct pagefault, large), "4k",
	 "pages that a fault brings {4k,thp}"},
	{.name = NULL},
};

static int
begin(void *self, const struct limits *limits)
{
	struct pagefault *p = self;

	p->page = p->large ? LARGE_PAGE : SMALL_PAGE;
	if ((p->large && pages_check_large() < 0) || pages_afford(p->size, limits->threads) < 0)
		return -1;
	return pages_check_faults();
}

static void
reset(void *self, struct thread *thread)
{
	struct faults *faults = thread->state;

	(void)self;
	faults->expected = 0;
	faults->before = pages_faults();
}

static int
thread_init(void *self, struct thread *thread)
{
	reset(self, thread);
	return 0;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct pagefault *p = self;
	struct faults *faults = thread->state;
	volatile char *region = pages_map(p->size, p->large);

	(void)event;
	if (!region)
		return -1;
	for (size_t at = 0; at < p->size; at += SMALL_PAGE)
		region[at] = 1;
	pages_unmap((void *)region, p->size);
	faults->expected += p->size / p->page;
	return 0;
}

static int
thread_done(void *self, struct thread *thread)
{
	struct pagefault *p = self;
	const struct faults *faults = thread->state;
	uint64_t seen = pages_faults() - faults->before;

	if (p->large && seen > 2 * faults->expected + 100) {
		log_unavailable(
			"no 2 MiB pages: %llu faults where %llu would do (is memory fragmented?)",
			(unsigned long long)seen, (unsigned long long)faults->expected);
		return -1;
	}
	atomic_fetch_add(&p->expected, faults->expected);
	atomic_fetch_add(&p->seen, seen);
	return 0;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	const struct pagefault *p = self;
	double bytes = (double)totals->events * (double)p->size, ns = (double)totals->latency.sum;

	out[0] = (struct metric){p->large ? "2 MiB fault" : "4 KiB fault", "ns",
				 ns * (double)p->page / bytes, false};
	out[1] = (struct metric){"memory touched", "MiB/s", bytes / 1048576 / (ns / 1e9), true};
	return 2;
}

static bool
check(const void *self, const struct totals *totals, struct json *json)
{
	const struct pagefault *p = self;
	bool ok = p->seen >= p->expected;

	(void)totals;
	json_object(json, NULL);
	json_string(json, "name", "every page was a fault");
	json_uint(json, "expected", p->expected);
	json_uint(json, "seen", p->seen);
	json_bool(json, "ok", ok);
	json_end(json, '}');
	if (!ok)
		log_text(LOG_FATAL, "%llu page faults were expected and %llu seen",
			 (unsigned long long)p->expected, (unsigned long long)p->seen);
	return ok;
}

WORKLOAD = {
	.name = "pagefault",
	.title = "first touch of memory, as will-it-scale page_fault1",
	.size = sizeof(struct pagefault),
	.thread_size = sizeof(struct faults),
	.options = options,
	.begin = begin,
	.thread_init = thread_init,
	.reset = reset,
	.execute = execute,
	.thread_done = thread_done,
	.metrics = metrics,
	.check = check,
};
