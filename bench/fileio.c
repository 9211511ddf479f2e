/*
 * sysbench's fileio test: blocks read from and written to a set of files, with an fsync of every
 * file after each file-fsync-freq requests. An event is one read, write or fsync. In addition to
 * the latency of events, which is sysbench's (with asynchronous I/O the time of submitting), each
 * kind of operation has its own, from submission to completion.
 * kind: disk; audit: threads disk
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "fileio.h"
#include "log.h"
#include "probes/pages.h"
#include "runner.h"

/* A request, and where in memory it reads to and writes from. */
struct slot {
	struct io_request request; /* first: the engine returns its address */
	struct slot *next;	   /* in the list of free ones */
	size_t places[2];	   /* in the thread's memory */
};

static int
init(struct fileio *f, const struct limits *limits)
{
	if (limits->validate && f->files.block <= CONTENT_CHECKSUM_BYTES) {
		log_text(LOG_FATAL,
			 "Invalid value for file-block-size: %llu; a checksum takes %d bytes.",
			 (unsigned long long)f->files.block, CONTENT_CHECKSUM_BYTES);
		return -1;
	}
	fileset_init(&f->files);
	content_init(&f->content, f->files.block, f->random, limits->validate);
	return 0;
}

/* Another engine replaces one that is not available only if that was requested. */
static int
check_engine(struct fileio *f)
{
	char why[IO_WHY];

	if (!f->engine->available || f->engine->available(why))
		return 0;
	if (f->engine != &io_uring || !f->fallback) {
		log_unavailable("%s", why);
		return -1;
	}
	log_text(LOG_WARNING, "%s; using --file-io-mode=async instead", why);
	f->engine = &io_async;
	return check_engine(f);
}

static void
end(void *self)
{
	struct fileio *f = self;
	struct worker *w;

	while ((w = f->workers)) {
		f->workers = w->next;
		if (w->setup.memory)
			munmap(w->setup.memory, w->setup.bytes);
		free(w->slots);
		free(w);
	}
	requests_free(&f->requests);
	fileset_close(&f->files);
}

static int
begin(void *self, const struct limits *limits)
{
	struct fileio *f = self;

	pthread_mutex_init(&f->workers_lock, NULL);
	f->registered_buffers = f->registered_files = true;
	f->events = limits->events;
	f->debug = limits->debug;
	f->requests.mode = &modes[f->mode];
	f->engine = fileio_engines[f->io_mode];
	if (!f->engine->deferred)
		f->depth = 1;
	if (f->fsync_all) {
		f->requests.fsync_every = 0;
		f->fsync_end = false;
	}
	return init(f, limits) < 0 ? -1 : check_engine(f);
}

static int
prepare(void *self, const struct limits *limits)
{
	struct fileio *f = self;

	return init(f, limits) < 0 ? -1 : fileset_prepare(&f->files, &f->content);
}

static int
cleanup(void *self)
{
	const struct fileio *f = self;

	log_text(LOG_NOTICE, "Removing test files...");
	return fileset_remove(&f->files);
}

static int
open_files(void *self)
{
	struct fileio *f = self;
	const struct mode *mode = f->requests.mode;

	f->requests.files = &f->files;
	f->requests.bytes = f->files.block;
	if (!mode->random && f->merged)
		f->requests.bytes *= f->merged;
	if (requests_init(&f->requests, f->content.checked && mode->writes) < 0 ||
	    fileset_open(&f->files, mode->creates) < 0)
		return -1;
	return f->engine->mapped ? fileset_map(&f->files, mode->writes) : 0;
}

/*
 * In sysbench all requests of a thread share one buffer. The same is done here, for the same load
 * on the caches, when the processor copies data whose content does not matter. Otherwise each has
 * its own, since changes by a device or another request would be visible; and writes do not use the
 * buffers of reads.
 */
static void
share_out(struct fileio *f, struct worker *w)
{
	const struct mode *mode = f->requests.mode;
	size_t each = (f->requests.bytes + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE;
	bool own = f->content.checked || (f->content.random && mode->writes) ||
		   f->files.flags & O_DIRECT;
	bool apart = f->content.random && mode->reads && mode->writes;
	unsigned count = own ? f->depth : 1;

	w->setup.bytes = each * count * (apart ? 2 : 1);
	for (unsigned i = 0; i < f->depth; i++) {
		w->slots[i].places[READ] = each * (i % count);
		w->slots[i].places[WRITE] = each * (i % count + (apart ? count : 0));
		w->slots[i].next = w->free;
		w->free = &w->slots[i];
	}
}

/* One thread at a time, so that each sees what is left. */
static int
get_memory(struct fileio *f, struct worker *w)
{
	void *memory;

	if (w->setup.bytes >= LARGE_PAGE && pages_afford(w->setup.bytes, 1) < 0)
		return -1;
	memory = mmap(NULL, w->setup.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED) {
		log_errno(LOG_FATAL, "No memory for buffers of %zu bytes", w->setup.bytes);
		return -1;
	}
	w->setup.memory = memory;
	content_fill(&f->content, memory, w->setup.bytes, &w->random);
	return 0;
}

static struct worker *
new_worker(struct fileio *f, unsigned id)
{
	struct worker *w;

	if (f->depth > LARGE_PAGE / sizeof(*w->slots) &&
	    pages_afford(sizeof(*w->slots), f->depth) < 0)
		return NULL;
	w = allocate(1, sizeof(*w));
	w->slots = allocate(f->depth, sizeof(*w->slots));
	w->test = f;
	w->setup.files = &f->files;
	w->setup.depth = f->depth;
	random_seed(&w->random, clock_ns(), id);
	for (int i = 0; i < OPERATIONS; i++)
		histogram_reset(&w->done[i].latency);
	share_out(f, w);
	return w;
}

static int
thread_init(void *self, struct thread *thread)
{
	struct fileio *f = self;
	struct worker *w = new_worker(f, thread->id);

	if (!w)
		return -1;
	thread->state = w;
	pthread_mutex_lock(&f->workers_lock);
	if (get_memory(f, w) == 0)
		w->io = f->engine->open(&w->setup);
	w->next = f->workers;
	f->workers = w;
	f->registered_buffers &= w->setup.registered_buffers;
	f->registered_files &= w->setup.registered_files;
	pthread_mutex_unlock(&f->workers_lock);
	return w->io ? 0 : -1;
}

static void
thread_free(void *self, struct thread *thread)
{
	struct fileio *f = self;
	struct worker *w = thread->state;

	if (w && w->io)
		f->engine->close(w->io);
}

static void
count(struct worker *w, enum operation kind, uint64_t bytes)
{
	struct done *done = &w->done[kind];

	atomic_store_explicit(&done->count, done->count + 1, memory_order_relaxed);
	atomic_store_explicit(&done->bytes, done->bytes + bytes, memory_order_relaxed);
}

static void
reset(void *self, struct thread *thread)
{
	struct worker *w = thread->state;

	(void)self;
	for (int i = 0; i < OPERATIONS; i++) {
		w->done[i].count = 0;
		w->done[i].bytes = 0;
		histogram_reset(&w->done[i].latency);
	}
}

static int
transferred(void *context, struct io_request *request)
{
	struct worker *w = context;
	struct fileio *f = w->test;
	struct slot *slot = (struct slot *)request;
	enum operation kind = request->write ? WRITE : READ;

	if (f->engine->deferred)
		histogram_record(&w->done[kind].latency, clock_ns() - request->begin_ns);
	if (kind == READ && f->content.checked &&
	    !content_verify(&f->content, request->buffer, request->file, request->offset,
			    request->size))
		return -1;
	count(w, kind, request->size);
	requests_done(&f->requests, kind, request->file, request->offset);
	slot->next = w->free;
	w->free = slot;
	return 0;
}

static void *
buffer_of(const struct worker *w, const struct slot *slot, enum operation kind)
{
	return (char *)w->setup.memory + slot->places[kind];
}

static bool
next(void *self, struct thread *thread, struct event *event)
{
	struct fileio *f = self;
	struct worker *w = thread->state;

	requests_next(&f->requests, &thread->random, event);
	while (!requests_hold(&f->requests, &thread->random, event)) {
		if (!f->failed && f->engine->drain(w->io, transferred, w) < 0)
			f->failed = true;
		if (f->failed)
			return false;
		sched_yield();
	}
	if (event->kind == WRITE)
		content_renew(&f->content, buffer_of(w, w->free, WRITE), event->offset, event->size,
			      &w->random);
	return true;
}

static int
sync_data(struct fileio *f, unsigned file)
{
	int fd = f->files.fds[file];

	if (f->files.maps)
		return msync(f->files.maps[file], f->files.size, MS_SYNC | MS_INVALIDATE);
	return f->datasync ? fdatasync(fd) : fsync(fd);
}

static int
sync_file(struct worker *w, unsigned file)
{
	if (sync_data(w->test, file) < 0) {
		log_errno(LOG_FATAL, "Failed to fsync file! file: %u", file);
		return -1;
	}
	count(w, FSYNC, 0);
	return 0;
}

/* An fsync that is not an event must be timed here. */
static int
sync_file_timed(struct worker *w, unsigned file)
{
	uint64_t begin = clock_ns();

	if (sync_file(w, file) < 0)
		return -1;
	histogram_record(&w->done[FSYNC].latency, clock_ns() - begin);
	return 0;
}

/* An fsync covers only completed writes: with file-fsync-all, the write must end first. */
static int
transfer(struct fileio *f, struct worker *w, const struct event *event)
{
	struct slot *slot = w->free;

	w->free = slot->next;
	slot->request = (struct io_request){
		.write = event->kind == WRITE,
		.file = event->file,
		.offset = event->offset,
		.size = event->size,
		.buffer = buffer_of(w, slot, event->kind),
		.begin_ns = event->begin_ns,
	};
	if (f->engine->submit(w->io, &slot->request, transferred, w) < 0)
		return -1;
	if (!f->fsync_all || event->kind != WRITE)
		return 0;
	return f->engine->drain(w->io, transferred, w) < 0 ? -1 : sync_file_timed(w, event->file);
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct fileio *f = self;
	struct worker *w = thread->state;
	int result;

	if (f->debug)
		log_text(LOG_DEBUG,
			 "Executing request, operation: %d, file_id: %u, pos: %llu, size: %llu",
			 event->kind + 1, event->file, (unsigned long long)event->offset,
			 (unsigned long long)event->size);
	result = event->kind == FSYNC ? sync_file(w, event->file) : transfer(f, w, event);
	if (result < 0)
		f->failed = true;
	return result;
}

static void
done(void *self, struct thread *thread, const struct event *event, uint64_t ns)
{
	struct fileio *f = self;
	struct worker *w = thread->state;

	if (event->kind == FSYNC || !f->engine->deferred)
		histogram_record(&w->done[event->kind].latency, ns);
}

static int
thread_done(void *self, struct thread *thread)
{
	struct fileio *f = self;
	struct worker *w = thread->state;

	if (f->failed || f->engine->drain(w->io, transferred, w) < 0) {
		f->failed = true;
		return -1;
	}
	for (unsigned i = 0; f->fsync_end && f->requests.mode->writes && i < f->files.count; i++)
		if (sync_file_timed(w, i) < 0)
			return -1;
	return 0;
}

WORKLOAD = {
	.name = "fileio",
	.on_disk = true,
	.title = "File I/O test",
	.sysbench = 1,
	.size = sizeof(struct fileio),
	.options = fileio_options,
	.additions = fileio_additions,
	.prepare = prepare,
	.cleanup = cleanup,
	.begin = begin,
	.end = end,
	.print_mode = fileio_print_mode,
	.open = open_files,
	.thread_init = thread_init,
	.thread_done = thread_done,
	.thread_free = thread_free,
	.reset = reset,
	.next = next,
	.execute = execute,
	.done = done,
	.print_interval = fileio_print_interval,
	.print_report = fileio_print_report,
	.mark = fileio_mark,
	.write_json = fileio_write_json,
};
