/*
 * Linux AIO by its system calls (io_submit(2), io_getevents(2)), one request per submission, as
 * sysbench uses libaio. On buffered files the kernel carries a request out inside io_submit.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io.h"
#include "log.h"

struct slot {
	struct iocb control; /* first: the kernel hands its address back */
	struct io_request request;
	struct slot *next; /* in the list of free ones */
};

struct async {
	aio_context_t context;
	unsigned depth, under_way;
	struct slot *free;
	struct io_event *events;
	struct slot slots[];
};

static void
close_async(void *self)
{
	struct async *async = self;

	if (async->context)
		syscall(SYS_io_destroy, async->context);
	free(async->events);
	free(async);
}

static void *
open_async(unsigned depth)
{
	struct async *async = calloc(1, sizeof(*async) + depth * sizeof(struct slot));

	if (!async)
		return NULL;
	async->depth = depth;
	async->events = calloc(depth, sizeof(*async->events));
	if (!async->events || syscall(SYS_io_setup, depth, &async->context) < 0) {
		log_errno(LOG_FATAL, "Cannot set up asynchronous I/O, io_setup:");
		close_async(async);
		return NULL;
	}
	for (unsigned i = 0; i < depth; i++) {
		async->slots[i].next = async->free;
		async->free = &async->slots[i];
	}
	return async;
}

/* Takes back at least `least` ended requests, and all that have ended by then. */
static int
reap(struct async *async, unsigned least, io_done *done, void *context)
{
	struct slot *slot;
	long n;

	do
		n = syscall(SYS_io_getevents, async->context, (long)least, (long)async->depth,
			    async->events, NULL);
	while (n < 0 && errno == EINTR);
	if (n < (long)least) {
		log_errno(LOG_FATAL, "io_getevents failed,");
		return -1;
	}
	for (long i = 0; i < n; i++) {
		slot = (struct slot *)(uintptr_t)async->events[i].obj;
		if (io_check(&slot->request, async->events[i].res) < 0)
			return -1;
		done(context, &slot->request);
		slot->next = async->free;
		async->free = slot;
	}
	async->under_way -= (unsigned)n;
	return 0;
}

static int
submit(void *self, const struct io_request *request, io_done *done, void *context)
{
	struct async *async = self;
	struct slot *slot = async->free;
	struct iocb *control = &slot->control;

	slot->request = *request;
	*control = (struct iocb){
		.aio_data = (uintptr_t)slot,
		.aio_lio_opcode = request->write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD,
		.aio_fildes = (uint32_t)request->fd,
		.aio_buf = (uintptr_t)request->buffer,
		.aio_nbytes = request->size,
		.aio_offset = (int64_t)request->offset,
	};
	if (syscall(SYS_io_submit, async->context, 1L, &control) != 1) {
		log_errno(LOG_FATAL, "Failed to submit asynchronous I/O request,");
		return -1;
	}
	async->free = slot->next;
	if (++async->under_way < async->depth)
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
	.open = open_async,
	.close = close_async,
	.submit = submit,
	.drain = drain,
};
