/*
 * sysbench's fileio test: blocks read from and written to a set of files, with an fsync of every
 * file after each file-fsync-freq requests. An event is one read, write or fsync. Beside the
 * latency of events, which is sysbench's (with asynchronous I/O the time of submitting), each kind
 * of operation has its own, from submission to completion.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "fileset.h"
#include "io.h"
#include "log.h"
#include "report.h"
#include "runner.h"

static const struct option options[] = {
	{"file-num", OPTION_INT, "128", "number of files to create"},
	{"file-block-size", OPTION_BYTES, "16384", "block size to use in all IO operations"},
	{"file-total-size", OPTION_SIZE, "2G", "total size of files to create"},
	{"file-test-mode", OPTION_STRING, NULL,
	 "test mode {seqwr, seqrewr, seqrd, rndrd, rndwr, rndrw}"},
	{"file-io-mode", OPTION_STRING, "sync", "file operations mode {sync,async,mmap}"},
	{"file-async-backlog", OPTION_INT, "128",
	 "number of asynchronous operatons to queue per thread"},
	{"file-extra-flags", OPTION_LIST, "",
	 "list of additional flags to use to open files {sync,dsync,direct}"},
	{"file-fsync-freq", OPTION_INT, "100",
	 "do fsync() after this number of requests (0 - don't use fsync())"},
	{"file-fsync-all", OPTION_BOOL, "off", "do fsync() after each write operation"},
	{"file-fsync-end", OPTION_BOOL, "on", "do fsync() at the end of test"},
	{"file-fsync-mode", OPTION_STRING, "fsync",
	 "which method to use for synchronization {fsync, fdatasync}"},
	{"file-merged-requests", OPTION_INT, "0",
	 "merge at most this number of IO requests if possible (0 - don't merge)"},
	{"file-rw-ratio", OPTION_DOUBLE, "1.5", "reads/writes ratio for combined test"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

enum operation { READ, WRITE, FSYNC, OPERATIONS };

static const struct mode {
	const char *name, *title;
	bool random, reads, writes;
} modes[] = {
	{"seqwr", "sequential write (creation)", false, false, true},
	{"seqrewr", "sequential rewrite", false, false, true},
	{"seqrd", "sequential read", false, true, false},
	{"rndrd", "random read", true, true, false},
	{"rndwr", "random write", true, false, true},
	{"rndrw", "random r/w", true, true, true},
};

static const struct io_engine *const engines[] = {&io_sync, &io_async, &io_mmap};

struct sums {
	uint64_t count[OPERATIONS];
	double mib[OPERATIONS];
};

struct fileio {
	struct fileset files;
	const struct mode *mode;
	const struct io_engine *engine;
	unsigned depth, fsync_every, merged;
	bool fsync_all, fsync_end, datasync;
	double ratio;
	uint64_t events;	/* --events, for the report */
	struct worker *workers; /* each in its thread's hands until the run is over */
	pthread_mutex_t workers_lock;

	/* Which request comes next: taken under the lock, except for random ones without fsyncs. */
	pthread_mutex_t lock;
	uint64_t requests, position;
	unsigned file, fsync_file;
	bool dirty;

	_Atomic uint64_t reads, writes; /* completed, for the ratio of rndrw */
	struct sums reported;		/* at the end of the last interval */
};

/* What one thread has done. The counts may be read while it runs. */
struct worker {
	struct fileio *test;
	struct worker *next;
	void *io, *buffer;
	struct done {
		_Atomic uint64_t count, bytes;
		struct histogram latency;
	} done[OPERATIONS];
};

static int
read_mode(struct fileio *f, const struct options *given)
{
	const char *name = options_string(given, "file-test-mode");

	if (!*name) {
		log_text(LOG_FATAL, "Missing required argument: --file-test-mode");
		return -1;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].name, name) == 0)
			f->mode = &modes[i];
	if (!f->mode) {
		log_text(LOG_FATAL, "Invalid IO operations mode: %s.", name);
		return -1;
	}
	return 0;
}

static int
read_engine(struct fileio *f, const struct options *given)
{
	const char *name = options_string(given, "file-io-mode");
	int depth = options_int(given, "file-async-backlog");

	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (strcmp(engines[i]->name, name) == 0)
			f->engine = engines[i];
	if (!f->engine) {
		log_text(LOG_FATAL, "unknown I/O mode: %s", name);
		return -1;
	}
	if (depth <= 0) {
		log_text(LOG_FATAL, "Invalid value of file-async-backlog: %d", depth);
		return -1;
	}
	f->depth = (unsigned)depth;
	return 0;
}

static int
read_fsyncs(struct fileio *f, const struct options *given)
{
	const char *mode = options_string(given, "file-fsync-mode");
	int every = options_int(given, "file-fsync-freq"),
	    merged = options_int(given, "file-merged-requests");

	f->datasync = strcmp(mode, "fdatasync") == 0;
	if (!f->datasync && strcmp(mode, "fsync") != 0) {
		log_text(LOG_FATAL, "Invalid fsync mode: %s.", mode);
		return -1;
	}
	if (every < 0 || merged < 0) {
		log_text(LOG_FATAL, "Invalid value for %s: %d.",
			 every < 0 ? "file-fsync-freq" : "file-merged-requests",
			 every < 0 ? every : merged);
		return -1;
	}
	f->fsync_all = options_bool(given, "file-fsync-all");
	f->fsync_every = f->fsync_all ? 0 : (unsigned)every;
	f->fsync_end = !f->fsync_all && options_bool(given, "file-fsync-end");
	f->merged = (unsigned)merged;
	return 0;
}

static void
destroy(void *self)
{
	struct fileio *f = self;
	struct worker *w;

	while ((w = f->workers)) {
		f->workers = w->next;
		free(w->buffer);
		free(w);
	}
	fileset_close(&f->files);
	free(f);
}

static void *
create(const struct options *given)
{
	struct fileio *f = calloc(1, sizeof(*f));

	if (!f) {
		log_errno(LOG_FATAL, "No memory for the file test");
		return NULL;
	}
	pthread_mutex_init(&f->lock, NULL);
	pthread_mutex_init(&f->workers_lock, NULL);
	f->ratio = options_double(given, "file-rw-ratio");
	f->events = (uint64_t)options_int(given, "events");
	if (f->ratio < 0)
		log_text(LOG_FATAL, "Invalid value file file-rw-ratio: %f.", f->ratio);
	if (f->ratio < 0 || read_mode(f, given) < 0 || read_engine(f, given) < 0 ||
	    read_fsyncs(f, given) < 0 || fileset_read(&f->files, given) < 0) {
		destroy(f);
		return NULL;
	}
	return f;
}

static int
prepare(const struct options *given)
{
	struct fileset files;

	return fileset_read(&files, given) < 0 ? -1 : fileset_prepare(&files);
}

static int
cleanup(const struct options *given)
{
	struct fileset files;

	if (fileset_read(&files, given) < 0)
		return -1;
	log_text(LOG_NOTICE, "Removing test files...");
	return fileset_remove(&files);
}

static void
print_mode(const void *self)
{
	const struct fileio *f = self;
	char text[32];

	fileset_print_flags(&f->files);
	log_text(LOG_NOTICE, "%u files, %s each", f->files.count,
		 fileset_size_text(f->files.size, text));
	log_text(LOG_NOTICE, "%s total file size", fileset_size_text(f->files.total, text));
	log_text(LOG_NOTICE, "Block size %s", fileset_size_text(f->files.block, text));
	if (f->merged)
		log_text(LOG_NOTICE, "Merging requests up to %s for sequential IO.",
			 fileset_size_text(f->files.block * f->merged, text));
	if (f->mode->random) {
		log_text(LOG_NOTICE, "Number of IO requests: %llu", (unsigned long long)f->events);
		log_text(LOG_NOTICE, "Read/Write ratio for combined random IO test: %2.2f",
			 f->ratio);
	}
	if (f->fsync_every)
		log_text(LOG_NOTICE, "Periodic FSYNC enabled, calling fsync() each %u requests.",
			 f->fsync_every);
	if (f->fsync_end)
		log_text(LOG_NOTICE, "Calling fsync() at the end of test, Enabled.");
	if (f->fsync_all)
		log_text(LOG_NOTICE, "Calling fsync() after each write operation.");
	log_text(LOG_NOTICE, "Using %s I/O mode", f->engine->title);
	log_text(LOG_NOTICE, "Doing %s test", f->mode->title);
}

static int
open_files(void *self)
{
	struct fileio *f = self;

	if (fileset_open(&f->files, strcmp(f->mode->name, "seqwr") == 0) < 0)
		return -1;
	return f->engine->mapped ? fileset_map(&f->files) : 0;
}

static int
thread_init(void *self, struct thread *thread)
{
	struct fileio *f = self;
	struct worker *w = calloc(1, sizeof(*w));
	size_t bytes = f->files.block * (f->merged ? f->merged : 1);

	if (!w || posix_memalign(&w->buffer, 4096, bytes) != 0) {
		free(w);
		log_text(LOG_FATAL, "No memory for a buffer of %zu bytes", bytes);
		return -1;
	}
	memset(w->buffer, 0, bytes);
	for (int i = 0; i < OPERATIONS; i++)
		histogram_reset(&w->done[i].latency);
	w->test = f;
	thread->state = w;
	pthread_mutex_lock(&f->workers_lock);
	w->next = f->workers;
	f->workers = w;
	pthread_mutex_unlock(&f->workers_lock);
	w->io = f->engine->open(f->depth);
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

/* True when an fsync of the next file is due: until all files had one, nothing else is requested.
 */
static bool
next_fsync(struct fileio *f, struct event *event)
{
	if (f->fsync_every == 0 || !f->dirty || f->requests % f->fsync_every != 0)
		return false;
	event->kind = FSYNC;
	event->file = f->fsync_file++;
	if (f->fsync_file == f->files.count) {
		f->fsync_file = 0;
		f->dirty = false;
	}
	return true;
}

static void
next_random(struct fileio *f, struct thread *thread, struct event *event)
{
	uint64_t at = random_below(&thread->random, f->files.total), left;
	double reads, writes;

	event->kind = f->mode->reads ? READ : WRITE;
	if (f->mode->reads && f->mode->writes) {
		reads = (double)atomic_load_explicit(&f->reads, memory_order_relaxed);
		writes = (double)atomic_load_explicit(&f->writes, memory_order_relaxed);
		event->kind = (reads + 1) / (writes + 1) < f->ratio ? READ : WRITE;
	}
	at -= at % f->files.block;
	event->file = (unsigned)(at / f->files.size);
	event->offset = at % f->files.size;
	left = f->files.size - event->offset;
	event->size = left < f->files.block ? left : f->files.block;
}

static void
next_sequential(struct fileio *f, struct event *event)
{
	uint64_t size = f->files.block * (f->merged ? f->merged : 1);
	uint64_t left = f->files.size - f->position;

	event->kind = f->mode->reads ? READ : WRITE;
	event->file = f->file;
	event->offset = f->position;
	event->size = left < size ? left : size;
	f->position += event->size;
	if (f->position == f->files.size) {
		f->position = 0;
		f->file = (f->file + 1) % f->files.count;
	}
}

static bool
next(void *self, struct thread *thread, struct event *event)
{
	struct fileio *f = self;

	if (f->mode->random && f->fsync_every == 0) {
		next_random(f, thread, event);
		return true;
	}
	pthread_mutex_lock(&f->lock);
	if (!next_fsync(f, event)) {
		if (f->mode->random)
			next_random(f, thread, event);
		else
			next_sequential(f, event);
		f->requests++;
		f->dirty |= event->kind == WRITE;
	}
	pthread_mutex_unlock(&f->lock);
	return true;
}

static void
count(struct worker *w, enum operation kind, uint64_t bytes)
{
	struct done *done = &w->done[kind];

	atomic_store_explicit(&done->count, done->count + 1, memory_order_relaxed);
	atomic_store_explicit(&done->bytes, done->bytes + bytes, memory_order_relaxed);
}

static void
transferred(void *context, const struct io_request *request)
{
	struct worker *w = context;
	struct fileio *f = w->test;
	enum operation kind = request->write ? WRITE : READ;

	count(w, kind, request->size);
	if (f->mode->reads && f->mode->writes)
		atomic_fetch_add_explicit(request->write ? &f->writes : &f->reads, 1,
					  memory_order_relaxed);
	if (f->engine->deferred)
		histogram_record(&w->done[kind].latency, clock_ns() - request->begin_ns);
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

/* An fsync that is not an event of its own has to be timed here. */
static int
sync_file_timed(struct worker *w, unsigned file)
{
	uint64_t begin = clock_ns();

	if (sync_file(w, file) < 0)
		return -1;
	histogram_record(&w->done[FSYNC].latency, clock_ns() - begin);
	return 0;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	struct fileio *f = self;
	struct worker *w = thread->state;
	struct io_request request;

	if (event->kind == FSYNC)
		return sync_file(w, event->file);
	request = (struct io_request){
		.fd = f->files.fds[event->file],
		.write = event->kind == WRITE,
		.file = event->file,
		.offset = event->offset,
		.size = event->size,
		.buffer = w->buffer,
		.map = f->files.maps ? f->files.maps[event->file] : NULL,
		.begin_ns = event->begin_ns,
	};
	if (f->engine->submit(w->io, &request, transferred, w) < 0)
		return -1;
	return f->fsync_all && request.write ? sync_file_timed(w, event->file) : 0;
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

	if (f->engine->drain(w->io, transferred, w) < 0)
		return -1;
	for (unsigned i = 0; f->fsync_end && f->mode->writes && i < f->files.count; i++)
		if (sync_file_timed(w, i) < 0)
			return -1;
	return 0;
}

static struct sums
sum_up(const struct fileio *f)
{
	struct sums sums = {0};

	for (const struct worker *w = f->workers; w; w = w->next) {
		for (int i = 0; i < OPERATIONS; i++) {
			sums.count[i] += w->done[i].count;
			sums.mib[i] += (double)w->done[i].bytes / 1048576;
		}
	}
	return sums;
}

static void
print_interval(void *self, const struct limits *limits, unsigned at_s,
	       const struct histogram *interval)
{
	struct fileio *f = self;
	struct sums now = sum_up(f), *before = &f->reported;
	double s = limits->report_interval_s;

	log_text(LOG_NOTICE,
		 "[ %us ] reads: %4.2f MiB/s writes: %4.2f MiB/s fsyncs: %4.2f/s latency "
		 "(ms,%u%%): %4.3f",
		 at_s, (now.mib[READ] - before->mib[READ]) / s,
		 (now.mib[WRITE] - before->mib[WRITE]) / s,
		 (double)(now.count[FSYNC] - before->count[FSYNC]) / s, limits->percentile,
		 histogram_sysbench_ms(interval, limits->percentile));
	*before = now;
}

static void
print_report(const void *self, const struct totals *totals)
{
	struct sums sums = sum_up(self);
	double s = totals->seconds;

	log_text(LOG_NOTICE,
		 "\nFile operations:\n"
		 "    reads/s:                      %4.2f\n"
		 "    writes/s:                     %4.2f\n"
		 "    fsyncs/s:                     %4.2f\n"
		 "\nThroughput:\n"
		 "    read, MiB/s:                  %4.2f\n"
		 "    written, MiB/s:               %4.2f\n",
		 (double)sums.count[READ] / s, (double)sums.count[WRITE] / s,
		 (double)sums.count[FSYNC] / s, sums.mib[READ] / s, sums.mib[WRITE] / s);
}

static void
write_json(const void *self, const struct totals *totals, struct json *json)
{
	static const char *const names[] = {"read", "write", "fsync"};
	const struct fileio *f = self;
	struct sums sums = sum_up(f);
	struct histogram *sum = malloc(sizeof(*sum));

	json_object(json, "operations");
	for (int i = 0; i < OPERATIONS && sum; i++) {
		histogram_reset(sum);
		for (const struct worker *w = f->workers; w; w = w->next)
			histogram_merge(sum, &w->done[i].latency);
		json_object(json, names[i]);
		json_uint(json, "count", sums.count[i]);
		json_double(json, "per_s", (double)sums.count[i] / totals->seconds);
		if (i != FSYNC)
			json_double(json, "mib_per_s", sums.mib[i] / totals->seconds);
		json_latency(json, "latency_ns", sum);
		json_end(json, '}');
	}
	json_end(json, '}');
	free(sum);
}

const struct workload workload_fileio = {
	.name = "fileio",
	.on_disk = true,
	.title = "File I/O test",
	.options = options,
	.prepare = prepare,
	.cleanup = cleanup,
	.create = create,
	.destroy = destroy,
	.print_mode = print_mode,
	.open = open_files,
	.thread_init = thread_init,
	.thread_done = thread_done,
	.thread_free = thread_free,
	.next = next,
	.execute = execute,
	.done = done,
	.print_interval = print_interval,
	.print_report = print_report,
	.write_json = write_json,
};
