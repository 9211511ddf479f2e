#include <errno.h>
#include <unistd.h>

#include "io.h"
#include "log.h"

int
io_check(const struct io_request *request, int64_t result)
{
	int error = result < 0 ? (int)-result : EIO;

	if (result >= 0 && (uint64_t)result == request->size)
		return 0;
	errno = error;
	log_errno(LOG_FATAL, "Failed to %s file! file: %u pos: %llu",
		  request->write ? "write" : "read", request->file,
		  (unsigned long long)request->offset);
	fileset_hint(error, request->offset | request->size);
	return -1;
}

void *
io_open_nothing(struct io_setup *setup)
{
	return setup;
}

void
io_close_nothing(void *self)
{
	(void)self;
}

static int
submit(void *self, struct io_request *r, io_done *done, void *context)
{
	const struct io_setup *setup = self;
	int fd = setup->files->fds[r->file];
	ssize_t n = r->write ? pwrite(fd, r->buffer, r->size, (off_t)r->offset)
			     : pread(fd, r->buffer, r->size, (off_t)r->offset);

	return io_check(r, n < 0 ? -errno : n) < 0 ? -1 : done(context, r);
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
