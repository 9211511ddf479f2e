#include <errno.h>
#include <unistd.h>

#include "io.h"
#include "log.h"

int
io_check(const struct io_request *request, int64_t result)
{
	if (result >= 0 && (uint64_t)result == request->size)
		return 0;
	errno = result < 0 ? (int)-result : EIO;
	log_errno(LOG_FATAL, "Failed to %s file! file: %u pos: %llu,",
		  request->write ? "write" : "read", request->file,
		  (unsigned long long)request->offset);
	return -1;
}

void *
io_open_nothing(unsigned depth)
{
	static char nothing;

	(void)depth;
	return &nothing;
}

void
io_close_nothing(void *self)
{
	(void)self;
}

static int
submit(void *self, const struct io_request *r, io_done *done, void *context)
{
	ssize_t n = r->write ? pwrite(r->fd, r->buffer, r->size, (off_t)r->offset)
			     : pread(r->fd, r->buffer, r->size, (off_t)r->offset);

	(void)self;
	if (io_check(r, n < 0 ? -errno : n) < 0)
		return -1;
	done(context, r);
	return 0;
}

int
io_drain_nothing(void *self, io_done *done, void *context)
{
	(void)self;
	(void)done;
	(void)context;
	return 0;
}

const struct io_engine io_sync = {
	.name = "sync",
	.title = "synchronous",
	.open = io_open_nothing,
	.close = io_close_nothing,
	.submit = submit,
	.drain = io_drain_nothing,
};
