/*
 * An open loop (--rate): events arrive at random times of their own, exponentially apart, whether
 * or not a thread is free. The time of an arrival is the one intended, so that a generator that is
 * itself held up hides no delay; sysbench takes the time at which it got round to it.
 */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

struct arrivals;

/* Begins at start_ns (CLOCK_MONOTONIC) and goes on until deadline_ns; NULL with errno when it
 * cannot. */
struct arrivals *arrivals_start(unsigned per_second, uint64_t seed, uint64_t start_ns,
				uint64_t deadline_ns);

/* Waits for an event that is due; false: no more will come, or arrivals_end() was called. */
bool arrivals_take(struct arrivals *arrivals, uint64_t *due_ns);
void arrivals_done(struct arrivals *arrivals); /* with the event taken */

/* Events that wait, and events taken and not done. */
void arrivals_count(struct arrivals *arrivals, unsigned *waiting, unsigned *under_way);
bool arrivals_overflowed(struct arrivals *arrivals);

void arrivals_end(struct arrivals *arrivals);
void arrivals_free(struct arrivals *arrivals); /* after all threads have left */

#endif
