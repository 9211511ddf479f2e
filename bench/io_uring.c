/*
 * io_uring by its system calls, one request per submission as in the other engines, so that only
 * the interface differs. Buffers and files are registered with the kernel beforehand
 * (io_uring_register(2)) where possible; registered buffers are locked memory, which may exceed the
 * process's limit.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "allocate.h"
#include "fields.h"
#include "io.h"
#include "log.h"

struct ring {
	const struct io_setup *setup;
	int fd;
	unsigned under_way;
	struct io_uring_params params;
	char *queues; /* both, in one mapping */
	size_t queues_bytes;
	struct io_uring_sqe *requests;
};

static size_t
requests_bytes(const struct ring *ring)
{
	return ring->params.sq_entries * sizeof(struct io_uring_sqe);
}

/* IORING_OP_READ and _WRITE came with the feature that this tests for, in Linux 5.6. */
static int
set_up(unsigned depth, struct io_uring_params *params)
{
	int fd;

	memset(params, 0, sizeof(*params));
	fd = (int)syscall(SYS_io_uring_setup, depth, params);
	if (fd >= 0 && !(params->features & IORING_FEAT_RW_CUR_POS)) {
		close(fd);
		errno = ENOSYS;
		return -1;
	}
	return fd;
}

static void
explain(int error, char why[IO_WHY])
{
	char cause[64] = "";
	struct rlimit memory;
	uint64_t disabled = 0;

	fields_read("/proc/sys/kernel/io_uring_disabled", NULL, &disabled);
	if (error == EPERM && disabled)
		snprintf(cause, sizeof(cause), " (kernel.io_uring_disabled is %d)", (int)disabled);
	else if (error == EPERM)
		snprintf(cause, sizeof(cause), " (seccomp?)");
	else if (error == ENOSYS)
		snprintf(cause, sizeof(cause), " (no io_uring, or older than Linux 5.6)");
	else if (error == ENOMEM && getrlimit(RLIMIT_MEMLOCK, &memory) == 0)
		snprintf(cause, sizeof(cause), " (%llu KiB may be locked)",
			 (unsigned long long)memory.rlim_cur / 1024);
	snprintf(why, IO_WHY, "io_uring_setup: %s%s", strerror(error), cause);
}

static bool
available(char why[IO_WHY])
{
	struct io_uring_params params;
	int fd = set_up(1, &params);

	if (fd < 0) {
		explain(errno, why);
		return false;
	}
	close(fd);
	return true;
}

static void
close_ring(void *self)
{
	struct ring *ring = self;

	if (ring->queues)
		munmap(ring->queues, ring->queues_bytes);
	if (ring->requests)
		munmap(ring->requests, requests_bytes(ring));
	close(ring->fd);
	free(ring);
}

static void *
map(const struct ring *ring, size_t bytes, off_t what)
{
	void *place = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
			   what);

	return place == MAP_FAILED ? NULL : place;
}

/* Since Linux 5.4 both queues are in the first mapping. */
static int
map_queues(struct ring *ring)
{
	const struct io_uring_params *p = &ring->params;
	size_t sq = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	size_t cq = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	uint32_t *array;

	ring->queues_bytes = sq > cq ? sq : cq;
	ring->queues = map(ring, ring->queues_bytes, IORING_OFF_SQ_RING);
	ring->requests = map(ring, requests_bytes(ring), IORING_OFF_SQES);
	if (!ring->queues || !ring->requests)
		return -1;
	array = (uint32_t *)(ring->queues + p->sq_off.array);
	for (uint32_t i = 0; i < p->sq_entries; i++)
		array[i] = i;
	return 0;
}

static bool
tell_kernel(const struct ring *ring, unsigned what, const void *list, unsigned count)
{
	return syscall(SYS_io_uring_register, ring->fd, what, list, count) == 0;
}

static void *
open_ring(struct io_setup *setup)
{
	struct iovec memory = {.iov_base = setup->memory, .iov_len = setup->bytes};
	struct ring *ring = allocate(1, sizeof(*ring));
	char why[IO_WHY];
	int error;

	ring->setup = setup;
	ring->fd = set_up(setup->depth, &ring->params);
	if (ring->fd < 0 || map_queues(ring) < 0) {
		error = errno;
		explain(error, why);
		if (error == ENOMEM)
			log_unavailable("%s", why);
		else
			log_text(LOG_FATAL, "%s", why);
		close_ring(ring);
		return NULL;
	}
	setup->registered_buffers = tell_kernel(ring, IORING_REGISTER_BUFFERS, &memory, 1);
	setup->registered_files =
		tell_kernel(ring, IORING_REGISTER_FILES, setup->files->fds, setup->files->count);
	return ring;
}

/* Begins `submitted` requests and waits until `least` have completed. */
static int
enter(const struct ring *ring, unsigned submitted, unsigned least)
{
	long n = syscall(SYS_io_uring_enter, ring->fd, submitted, least,
			 least ? IORING_ENTER_GETEVENTS : 0, NULL, 0);

	if (n == (long)submitted || (n < 0 && errno == EINTR && submitted == 0))
		return 0;
	log_errno(LOG_FATAL, "io_uring_enter() failed!");
	return -1;
}

/* Collects at least `least` completed requests, and all others completed by then. */
static int
reap(struct ring *ring, unsigned least, io_done *done, void *context)
{
	const struct io_cqring_offsets *at = &ring->params.cq_off;
	uint32_t *head = (uint32_t *)(ring->queues + at->head);
	uint32_t *tail = (uint32_t *)(ring->queues + at->tail);
	const struct io_uring_cqe *ended = (struct io_uring_cqe *)(ring->queues + at->cqes);
	uint32_t next = *head;
	struct io_request *request;
	unsigned taken = 0;
	int result;

	for (;;) {
		while (next != __atomic_load_n(tail, __ATOMIC_ACQUIRE)) {
			const struct io_uring_cqe *e = &ended[next & (ring->params.cq_entries - 1)];

			request = (struct io_request *)(uintptr_t)e->user_data;
			result = e->res;
			__atomic_store_n(head, ++next, __ATOMIC_RELEASE);
			ring->under_way--;
			taken++;
			if (io_check(request, result) < 0 || done(context, request) < 0)
				return -1;
		}
		if (taken >= least)
			return 0;
		if (enter(ring, 0, least - taken) < 0)
			return -1;
	}
}

static void
describe(const struct ring *ring, const struct io_request *request, struct io_uring_sqe *sqe)
{
	const struct io_setup *setup = ring->setup;

	*sqe = (struct io_uring_sqe){
		.fd = setup->registered_files ? (int)request->file
					      : setup->files->fds[request->file],
		.flags = setup->registered_files ? IOSQE_FIXED_FILE : 0,
		.off = request->offset,
		.addr = (uintptr_t)request->buffer,
		.len = (uint32_t)request->size,
		.user_data = (uintptr_t)request,
	};
	if (setup->registered_buffers)
		sqe->opcode = request->write ? IORING_OP_WRITE_FIXED : IORING_OP_READ_FIXED;
	else
		sqe->opcode = request->write ? IORING_OP_WRITE : IORING_OP_READ;
}

static int
submit(void *self, struct io_request *request, io_done *done, void *context)
{
	struct ring *ring = self;
	uint32_t *tail = (uint32_t *)(ring->queues + ring->params.sq_off.tail);
	bool full = ring->under_way + 1 == ring->setup->depth;

	describe(ring, request, &ring->requests[*tail & (ring->params.sq_entries - 1)]);
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (enter(ring, 1, full) < 0)
		return -1;
	ring->under_way++;
	return full ? reap(ring, 1, done, context) : 0;
}

static int
drain(void *self, io_done *done, void *context)
{
	struct ring *ring = self;

	return ring->under_way ? reap(ring, ring->under_way, done, context) : 0;
}

const struct io_engine io_uring = {
	.name = "io_uring",
	.title = "io_uring",
	.deferred = true,
	.registers = true,
	.available = available,
	.open = open_ring,
	.close = close_ring,
	.submit = submit,
	.drain = drain,
};
