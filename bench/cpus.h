/* The processors that this process may use. */
#ifndef CPUS_H
#define CPUS_H

enum { MOST_CPUS = 1024 };

/* Stores their numbers in order, at most `most`; returns how many there are. */
int cpus_allowed(int *cpus, int most);

/* Binds the calling thread to one processor; -1 with errno from sched_setaffinity(2). */
int cpus_pin(int cpu);

#endif
