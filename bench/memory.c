/*
 * sysbench's memory test: one event goes once over a block, 8 bytes at a time, or accesses as many
 * random places in it. It ends when the total size is reached or the time is up, whatever
 * --events says; a remainder that does not divide evenly among the threads is dropped. All as in
 * sysbench.
 * kind: memory; audit: memory
 * Compiled with -O2.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "allocate.h"
#include "log.h"
#include "probes/pages.h"
#include "runner.h"

enum operation { READ, WRITE, NONE };

static const char *const operations[] = {"read", "write", "none"};
static const char *const scopes[] = {"global", "local"};

struct memory {
	uint64_t block, total;	  /* bytes */
	uint64_t *left;		  /* events to go, for each thread; UINT64_MAX: no limit */
	volatile size_t **blocks; /* one per thread; all the same in global scope */
	unsigned threads;
	unsigned local, random; /* words that also serve as booleans */
	bool huge;
	enum operation operation;
};

static bool
is_power_of_2(const void *settings)
{
	const struct memory *m = settings;

	return (m->block & (m->block - 1)) == 0;
}

static const struct option options[] = {
	{"memory-block-size", OPTION_SIZE_NOT_0(struct memory, block), "1K",
	 "size of memory block for test", .least = sizeof(size_t), .fits = is_power_of_2,
	 .wrong = WRONG_FOR},
	{"memory-total-size", OPTION_SIZE(struct memory, total), "100G",
	 "total size of data to transfer"},
	{"memory-scope", OPTION_WORD(struct memory, local), "global",
	 "memory access scope {global,local}", .wrong = WRONG_FOR},
	{"memory-hugetlb", OPTION_BOOL(struct memory, huge), "off",
	 "allocate memory from HugeTLB pool"},
	{"memory-oper", OPTION_WORD(struct memory, operation), "write",
	 "type of memory operations {read, write, none}", .wrong = WRONG_FOR},
	{"memory-access-mode", OPTION_WORD(struct memory, random), "seq",
	 "memory access mode {seq,rnd}", .wrong = WRONG_FOR},
	{.name = NULL},
};

static void
end(void *self)
{
	struct memory *m = self;

	for (unsigned i = 0; m->blocks && i < (m->local ? m->threads : 1); i++)
		if (m->blocks[i])
			munmap((void *)m->blocks[i], m->block);
	free(m->blocks);
	free(m->left);
}

/* Huge pages come from a separate pool and are reserved when they are mapped. */
static int
afford(const struct memory *m)
{
	return m->huge ? 0 : pages_afford(m->block, m->local ? m->threads : 1);
}

/* Filled, so that every page exists before the first event. */
static volatile size_t *
map_block(const struct memory *m)
{
	void *block = mmap(NULL, m->block, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | (m->huge ? MAP_HUGETLB : 0), -1, 0);

	if (block == MAP_FAILED) {
		if (m->huge)
			log_unavailable("Failed to allocate %llu bytes from HugeTLB memory. errno "
					"= %d (%s)",
					(unsigned long long)m->block, errno, strerror(errno));
		log_text(LOG_FATAL, "Failed to allocate buffer!");
		return NULL;
	}
	memset(block, 0, m->block);
	return block;
}

static uint64_t
events_each(const struct memory *m)
{
	return m->total ? m->total / m->block / m->threads : UINT64_MAX;
}

static void
reset(void *self, struct thread *thread)
{
	struct memory *m = self;

	m->left[thread->id] = events_each(m);
}

static int
map_blocks(struct memory *m)
{
	m->blocks = allocate(m->threads, sizeof(*m->blocks));
	m->left = allocate(m->threads, sizeof(*m->left));
	for (unsigned i = 0; i < m->threads; i++) {
		m->left[i] = events_each(m);
		m->blocks[i] = i == 0 || m->local ? map_block(m) : m->blocks[0];
		if (!m->blocks[i])
			return -1;
	}
	return 0;
}

static int
begin(void *self, const struct limits *limits)
{
	struct memory *m = self;

	m->threads = limits->threads;
	return afford(m) < 0 ? -1 : map_blocks(m);
}

static void
print_mode(const void *self)
{
	const struct memory *m = self;

	log_text(LOG_NOTICE,
		 "Running memory speed test with the following options:\n"
		 "  block size: %lluKiB\n  total size: %lluMiB\n  operation: %s\n  scope: %s\n",
		 (unsigned long long)m->block / 1024, (unsigned long long)m->total >> 20,
		 operations[m->operation], scopes[m->local]);
}

static bool
next(void *self, struct thread *thread, struct event *event)
{
	struct memory *m = self;

	(void)event;
	return m->left[thread->id] > 0 && m->left[thread->id]--;
}

static void
go_over(const struct memory *m, volatile size_t *p)
{
	volatile size_t *end = p + m->block / sizeof(*p);

	switch (m->operation) {
	case READ:
		for (; p < end; p++)
			(void)*p;
		break;
	case WRITE:
		for (; p < end; p++)
			*p = (size_t)(end - p);
		break;
	case NONE:
		for (; p < end; p++)
			__asm__ volatile("" ::: "memory");
		break;
	}
}

static void
jump_about(const struct memory *m, volatile size_t *p, struct random *random)
{
	size_t count = m->block / sizeof(*p), at;

	for (size_t i = 0; i < count; i++) {
		at = random_below(random, count);
		if (m->operation == READ)
			(void)p[at];
		else if (m->operation == WRITE)
			p[at] = i;
		else
			__asm__ volatile("" : : "r"(at) : "memory");
	}
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct memory *m = self;

	(void)event;
	if (m->random)
		jump_about(m, m->blocks[thread->id], &thread->random);
	else
		go_over(m, m->blocks[thread->id]);
	return 0;
}

static void
print_interval(void *self, const struct limits *limits, unsigned at_s,
	       const struct histogram *interval)
{
	const struct memory *m = self;

	log_text(LOG_NOTICE, "[ %us ] %4.2f MiB/sec", at_s,
		 (double)interval->count * (double)m->block / 1048576 / limits->report_interval_s);
}

static void
print_report(const void *self, const struct totals *totals)
{
	const struct memory *m = self;
	double mib = (double)totals->events * (double)m->block / 1048576;

	log_text(LOG_NOTICE, "Total operations: %llu (%8.2f per second)\n",
		 (unsigned long long)totals->events, (double)totals->events / totals->seconds);
	if (m->operation != NONE)
		log_text(LOG_NOTICE, "%4.2f MiB transferred (%4.2f MiB/sec)\n", mib,
			 mib / totals->seconds);
	log_text(LOG_NOTICE, "%s", "");
}

WORKLOAD = {
	.name = "memory",
	.title = "Memory functions speed test",
	.sysbench = 3,
	.ignores_events = true,
	.size = sizeof(struct memory),
	.options = options,
	.begin = begin,
	.end = end,
	.print_mode = print_mode,
	.reset = reset,
	.next = next,
	.execute = execute,
	.print_interval = print_interval,
	.print_report = print_report,
};
