/* The file test's options and their allowed values. */
#include <limits.h>

#include "fileio.h"

const struct io_engine *const fileio_engines[] = {&io_sync, &io_async, &io_mmap, &io_uring};

static bool
has_bytes(const void *settings)
{
	const struct fileio *f = settings;

	return f->files.total >= f->files.count && f->files.total <= INT64_MAX;
}

static bool
is_transferred_at_once(const void *settings)
{
	const struct fileio *f = settings;

	return f->files.block == 0 || f->merged <= MOST_TRANSFER_BYTES / f->files.block;
}

static bool
has_requests(const void *settings)
{
	const struct fileio *f = settings;

	return !fileio_engines[f->io_mode]->deferred || (int)f->depth > 0;
}

/* The turns are sysbench's order, which decides which of several errors is reported. */
const struct option fileio_options[] = {
	{"file-num", OPTION_INT(struct fileio, files.count), "128", "number of files to create",
	 .least = 1, .wrong = WRONG_FOR},
	{"file-block-size", OPTION_BYTES(struct fileio, files.block), "16384",
	 "block size to use in all IO operations", .least = 1, .most = MOST_TRANSFER_BYTES,
	 .turn = 2, .wrong = WRONG_FOR_DOT},
	{"file-total-size", OPTION_SIZE_NOT_0(struct fileio, files.total), "2G",
	 "total size of files to create", .fits = has_bytes, .wrong = WRONG_FOR, .as_number = true},
	{"file-test-mode", OPTION_WORD(struct fileio, mode), NULL,
	 "test mode {seqwr, seqrewr, seqrd, rndrd, rndwr, rndrw}", .for_run = true,
	 .wrong = "%.0sInvalid IO operations mode: %s."},
	{"file-io-mode", OPTION_WORD(struct fileio, io_mode), "sync",
	 "file operations mode {sync,async,mmap,io_uring}", .wrong = "%.0sunknown I/O mode: %s"},
	{"file-async-backlog", OPTION_INT(struct fileio, depth), "128",
	 "number of asynchronous operatons to queue per thread", .least = INT_MIN,
	 .fits = has_requests, .for_run = true, .turn = 4, .wrong = "Invalid value of %s: %s"},
	{"file-extra-flags", OPTION_FLAGS(struct fileio, files.extra), "",
	 "list of additional flags to use to open files {sync,dsync,direct}", .turn = 3,
	 .wrong = WRONG_FOR},
	{"file-fsync-freq", OPTION_INT(struct fileio, requests.fsync_every), "100",
	 "do fsync() after this number of requests (0 - don't use fsync())", .turn = 3,
	 .wrong = WRONG_FOR_DOT},
	{"file-fsync-all", OPTION_BOOL(struct fileio, fsync_all), "off",
	 "do fsync() after each write operation"},
	{"file-fsync-end", OPTION_BOOL(struct fileio, fsync_end), "on",
	 "do fsync() at the end of test"},
	{"file-fsync-mode", OPTION_WORD(struct fileio, datasync), "fsync",
	 "which method to use for synchronization {fsync, fdatasync}", .turn = 3,
	 .wrong = "%.0sInvalid fsync mode: %s."},
	{"file-merged-requests", OPTION_INT(struct fileio, merged), "0",
	 "merge at most this number of IO requests if possible (0 - don't merge)",
	 .fits = is_transferred_at_once, .turn = 1, .wrong = WRONG_FOR_DOT},
	{"file-rw-ratio", OPTION_DOUBLE(struct fileio, requests.ratio), "1.5",
	 "reads/writes ratio for combined test", .turn = 3, .wrong = "Invalid value for --%s: %s."},
	{.name = NULL},
};

const struct option fileio_additions[] = {
	{"file-data", OPTION_WORD(struct fileio, random), "zero",
	 "what prepare and writes fill blocks with {zero,random}", .turn = 4, .wrong = WRONG_FOR},
	{"file-io-fallback", OPTION_BOOL(struct fileio, fallback), "off",
	 "where --file-io-mode=io_uring is not available, do as with async"},
	{.name = NULL},
};
