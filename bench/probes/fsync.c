/*
 * How long it takes to make data durable: a block appended to a file, then fdatasync(2), as fio
 * does with --rw=write --fdatasync=1, the usual test of whether a disk suits etcd. A file that is
 * large enough is begun again.
 * kind: disk; audit: disk
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocate.h"
#include "log.h"
#include "pages.h"
#include "runner.h"

enum { MOST_BYTES = 64 << 20, NAME_BYTES = 64 };

struct append {
	uint64_t size;
};

static const struct option options[] = {
	{"fsync-size", OPTION_SIZE(struct append, size), "4K",
	 "bytes appended before each fdatasync()", .least = 1, .most = MOST_BYTES},
	{.name = NULL},
};

struct log_file {
	int fd; /* -1: none */
	char name[NAME_BYTES];
	uint64_t written;
	char block[];
};

static int
begin(void *self, const struct limits *limits)
{
	const struct append *a = self;

	return pages_afford(a->size, limits->threads);
}

static const char *
file_name(pid_t process, unsigned thread, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "samebits-fsync.%d.%u", (int)process, thread);
	return name;
}

static void
clear(const struct limits *limits, pid_t process)
{
	char name[NAME_BYTES];

	for (unsigned i = 0; i < limits->threads; i++)
		unlink(file_name(process, i, name));
}

/* The file keeps its name until the end: btrfs does not make durable what no process can open
 * later. */
static int
thread_init(void *self, struct thread *thread)
{
	const struct append *a = self;
	struct log_file *f = allocate(1, sizeof(*f) + a->size);

	thread->state = f;
	for (size_t i = 0; i < a->size; i++)
		f->block[i] = (char)random_next(&thread->random);
	f->fd = open(file_name(getpid(), thread->id, f->name),
		     O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (f->fd >= 0)
		return 0;
	log_errno(LOG_FATAL, "Cannot create a file here,");
	return -1;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	const struct append *a = self;
	struct log_file *f = thread->state;

	(void)event;
	if (pwrite(f->fd, f->block, a->size, (off_t)f->written) != (ssize_t)a->size ||
	    fdatasync(f->fd) < 0) {
		log_errno(LOG_FATAL, "Cannot write the file,");
		return -1;
	}
	f->written += a->size;
	return 0;
}

/* This is outside the event. */
static void
done(void *self, struct thread *thread, const struct event *event, uint64_t ns)
{
	struct log_file *f = thread->state;

	(void)self;
	(void)event;
	(void)ns;
	if (f->written < MOST_BYTES)
		return;
	f->written = 0;
	if (ftruncate(f->fd, 0) < 0)
		log_errno(LOG_WARNING, "Cannot empty the file,");
}

static void
thread_free(void *self, struct thread *thread)
{
	struct log_file *f = thread->state;

	(void)self;
	if (f && f->fd >= 0) {
		close(f->fd);
		unlink(f->name);
	}
	free(f);
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	struct latency l;

	(void)self;
	histogram_summarize(&totals->latency, &l);
	out[0] = (struct metric){"write and fdatasync p50", "us", (double)l.p50 / 1e3, false};
	out[1] = (struct metric){"p99", "us", (double)l.p99 / 1e3, false};
	out[2] = (struct metric){"p99.9", "us", (double)l.p999 / 1e3, false};
	return 3;
}

WORKLOAD = {
	.name = "fsync",
	.title = "4 KiB append and fdatasync, as fio --fdatasync=1",
	.on_disk = true,
	.size = sizeof(struct append),
	.options = options,
	.clear = clear,
	.begin = begin,
	.thread_init = thread_init,
	.execute = execute,
	.done = done,
	.thread_free = thread_free,
	.metrics = metrics,
};
