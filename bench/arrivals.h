/*
 * An open loop (--rate): events arrive at random times, with exponentially distributed gaps,
 * whether or not a thread is free. The time of an arrival is the intended one, so that a delay of
 * the generator itself is not hidden; sysbench takes the time at which it handled the arrival.
 */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

struct arrivals;

/* Runs from start_ns (CLOCK_MONOTONIC) to deadline_ns; NULL with errno on failure. */
struct arrivals *arrivals_start(unsigned per_second, uint64_t seed, uint64_t start_ns,
				uint64_t deadline_ns);

/* Waits for an event that is due; false: there are no more, or arrivals_end() was called. */
bool arrivals_take(struct arrivals *arrivals, uint64_t *due_ns);
void arrivals_done(struct arrivals *arrivals); /* with the event taken */

/* Events that wait, and events taken but not done. */
void arrivals_count(struct arrivals *arrivals, unsigned *waiting, unsigned *under_way);
bool arrivals_overflowed(struct arrivals *arrivals);

void arrivals_end(struct arrivals *arrivals);
void arrivals_free(struct arrivals *arrivals); /* after all threads have left */

#endif
