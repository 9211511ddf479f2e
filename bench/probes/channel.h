/* Messages between two processes over some kind of channel: round trips, or bandwidth. */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "placement.h"
#include "runner.h"

/* One side's descriptors, which may be equal. */
struct channel_end {
	int in, out;
};

/* Creates both ends of a channel, close-on-exec; -1 with a message, or unavailable. */
typedef int channel_connect(struct channel_end ends[2]);

/* Two pipes. */
channel_connect channel_pipes;

/* The data of such a workload. */
struct channel {
	struct placement placement;
	unsigned bandwidth; /* a word, {latency,bandwidth} */
	size_t message;	    /* bytes that are answered by one byte */
	channel_connect *connect;
};

/* The row of its option. */
#define CHANNEL_MODE(name)                                                                         \
	name, OPTION_WORD(struct channel, bandwidth), "latency",                                   \
		"one byte there and back, or 64 KiB blocks one way {latency,bandwidth}"

int channel_begin(struct channel *channel, channel_connect *connect);

/* Functions of struct workload. */
int channel_thread_init(void *self, struct thread *thread);
int channel_execute(void *self, struct thread *thread, struct event *event);
void channel_thread_free(void *self, struct thread *thread);
unsigned channel_metrics(const void *self, const struct totals *totals,
			 struct metric out[MOST_METRICS]);

#endif
