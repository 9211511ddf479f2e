/*
 * The cost of a thread: pthread_create(3) of one that does nothing, and joining it; the equivalent
 * of lmbench's lat_proc for threads, which stress-ng's pthread stressor does in bulk.
 * --thread-stack-size sets the size of its stack.
 * kind: processes; audit: kernel threads
 */
#include <errno.h>
#include <pthread.h>

#include "log.h"
#include "runner.h"

static const struct option options[] = {
	{.name = NULL},
};

/* This workload's own data are the attributes of threads. */
static int
begin(void *self, const struct limits *limits)
{
	pthread_attr_init(self);
	errno = pthread_attr_setstacksize(self, limits->stack_bytes);
	if (errno == 0)
		return 0;
	log_errno(LOG_FATAL, "Invalid value of thread-stack-size");
	return -1;
}

static void *
return_at_once(void *argument)
{
	return argument;
}

static int
execute(void *self, struct thread *thread, struct event *event)
{
	void *returned = NULL;
	pthread_t id;

	(void)event;
	errno = pthread_create(&id, self, return_at_once, thread);
	if (errno == 0)
		errno = pthread_join(id, &returned);
	if (returned == thread)
		return 0;
	log_errno(LOG_FATAL, "Cannot start and join a thread");
	return -1;
}

static unsigned
metrics(const void *self, const struct totals *totals, struct metric out[MOST_METRICS])
{
	(void)self;
	out[0] = (struct metric){"create and join", "us", mean_us(totals), false};
	return 1;
}

WORKLOAD = {
	.name = "thread-create",
	.title = "thread creation (pthread_create and join)",
	.size = sizeof(pthread_attr_t),
	.options = options,
	.begin = begin,
	.execute = execute,
	.metrics = metrics,
};
