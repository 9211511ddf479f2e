/*
 * The cost of a thread: pthread_create(3) of one that does nothing, and joining it; what lmbench's
 * lat_proc is for processes, and what stress-ng's pthread stressor does in bulk. Its stack is as
 * large as --thread-stack-size says.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "log.h"
#include "runner.h"

static const struct option options[] = {
	{NULL, OPTION_BOOL, NULL, NULL},
};

static void *
create(const struct options *given)
{
	pthread_attr_t *attributes = malloc(sizeof(*attributes));

	if (!attributes) {
		log_errno(LOG_FATAL, "No memory for the thread-create test");
		return NULL;
	}
	pthread_attr_init(attributes);
	errno = pthread_attr_setstacksize(attributes, options_size(given, "thread-stack-size"));
	if (errno == 0)
		return attributes;
	log_errno(LOG_FATAL, "Invalid value of thread-stack-size");
	free(attributes);
	return NULL;
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
	out[0] = (struct metric){
		.name = "create and join",
		.unit = "us",
		.value = (double)totals->latency.sum / (double)totals->events / 1e3,
	};
	return 1;
}

const struct workload workload_thread_create = {
	.name = "thread-create",
	.title = "thread creation (pthread_create and join)",
	.probe = true,
	.options = options,
	.create = create,
	.destroy = free,
	.execute = execute,
	.metrics = metrics,
};
