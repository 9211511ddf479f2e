/*
 * Linux AIO by its system calls (io_submit(2), io_getevents(2)), one request per submission, as
 * sysbench uses libaio. For buffered files the kernel executes a request within io_submit.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocate.h"
#include "io.h"
#include "log.h"

struct async {
	const struct io_setup *setup;
	aio_context_t context;
	unsigned under_way;
	struct io_event events[];
};

static void
explain(int error, unsigned depth, char why[IO_WHY])
{
	snprintf(why, IO_WHY,
		 error == EAGAIN ? "io_setup: %s (%u requests at once are more than "
				   "/proc/sys/fs/aio-max-nr leaves)"
				 : "io_setup: %s",
		 strerror(error), depth);
}

static bool
available(char why[IO_WHY])
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 1, &context) < 0) {
		explain(errno, 1, why);
		return false;
	}
	syscall(SYS_io_destroy, context);
	return true;
}

static void *
open_async(struct io_setup *setup)
{
	struct async *async = allocate(1, sizeof(*async) + setup->depth * sizeof(struct io_event));
	char why[IO_WHY];

	if (syscall(SYS_io_setup, setup->depth, &async->context) < 0) {
		explain(errno, setup->depth, why);
		if (errno == EAGAIN)
			log_unavailable("%s", why);
		else
			log_text(LOG_FATAL, "%s", why);
		free(async);
		return NULL;
	}
	async->setup = setup;
	return async;
}

static void
close_async(void *self)
{
	struct async *async = self;

	syscall(SYS_io_destroy, async->context);
	free(async);
}

/* Collects at least `least` completed requests, and all others completed by then. */
static int
reap(struct async *async, unsigned least, io_done *done, void *context)
{
	struct io_request *request;
	long n;

	do
		n = syscall(SYS_io_getevents, async->context, (long)least,
			    (long)async->setup->depth, async->events, NULL);
	while (n < 0 && errno == EINTR);
	if (n < (long)least) {
		log_errno(LOG_FATAL, "io_getevents() failed!");
		return -1;
	}
	async->under_way -= (unsigned)n;
	for (long i = 0; i < n; i++) {
		request = (struct io_request *)(uintptr_t)async->events[i].data;
		if (io_check(request, async->events[i].res) < 0 || done(context, request) < 0)
			return -1;
	}
	return 0;
}

static int
submit(void *self, struct io_request *request, io_done *done, void *context)
{
	struct async *async = self;
	struct iocb control =
			    {
				    .aio_data = (uintptr_t)request,
				    .aio_lio_opcode =
					    request->write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD,
				    .aio_fildes = (uint32_t)async->setup->files->fds[request->file],
				    .aio_buf = (uintptr_t)request->buffer,
				    .aio_nbytes = request->size,
				    .aio_offset = (int64_t)request->offset,
			    },
		    *controls = &control;

	if (syscall(SYS_io_submit, async->context, 1L, &controls) != 1) {
		log_errno(LOG_FATAL, "io_submit() failed!");
		return -1;
	}
	if (++async->under_way < async->setup->depth)
		return 0;
	return reap(async, 1, done, context);
}

static int
drain(void *self, io_done *done, void *context)
{
	struct async *async = self;

	return async->under_way ? reap(async, async->under_way, done, context) : 0;
}

const struct io_engine io_async = {
	.name = "async",
	.title = "asynchronous",
	.deferred = true,
	.available = available,
	.open = open_async,
	.close = close_async,
	.submit = submit,
	.drain = drain,
};
