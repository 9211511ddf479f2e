/* The processors this process may use. */
#ifndef CPUS_H
#define CPUS_H

enum { MOST_CPUS = 1024 };

/* Fills in their numbers, in order, at most `most`; returns how many there are. */
int cpus_allowed(int *cpus, int most);

/* Binds the calling thread to one; -1 with errno as of sched_setaffinity(2). */
int cpus_pin(int cpu);

#endif
