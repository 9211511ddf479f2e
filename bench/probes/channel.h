/* Messages between two processes over a channel of some kind: round trips, or bandwidth. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "runner.h"

/* One side's descriptors; they may be the same. */
struct channel_end {
	int in, out;
};

/* Makes both ends of a channel, to be closed on exec; -1 with a message, or unavailable. */
typedef int channel_connect(struct channel_end ends[2]);

/* Two pipes. */
channel_connect channel_pipes;

/*
 * `self` of a workload. One option says {latency,bandwidth}, another where the processes run,
 * as placement_read() knows it; NULL: it has no such option.
 */
void *channel_new(channel_connect *connect, const struct options *given, const char *mode_option,
		  const char *cpus_option);

/* Functions of struct workload. */
int channel_thread_init(void *self, struct thread *thread);
int channel_execute(void *self, struct thread *thread, struct event *event);
void channel_thread_free(void *self, struct thread *thread);
unsigned channel_metrics(const void *self, const struct totals *totals,
			 struct metric out[MOST_METRICS]);

#endif
