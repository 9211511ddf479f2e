/*
 * Prints the frequency of the time stamp counter in kHz. An emulated guest reads the host's counter
 * and cannot measure its frequency reliably: on a busy host its attempts fail, and it hangs.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

enum { TRIES = 20, PAUSE_NS = 20000000 };

struct moment {
	uint64_t ns, ticks;
};

/* Reads the clock and the counter as close together as possible, in case of preemption in
 * between. */
static struct moment
look(void)
{
	struct moment best = {0};
	uint64_t smallest = UINT64_MAX;
	struct timespec t;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC_RAW, &t);
		after = __rdtsc();
		if (after - before < smallest) {
			smallest = after - before;
			best.ticks = before + smallest / 2;
			best.ns = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
		}
	}
	return best;
}

int
main(void)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct moment first = look(), second;

	nanosleep(&pause, NULL);
	second = look();
	printf("%.0f\n",
	       (double)(second.ticks - first.ticks) * 1e6 / (double)(second.ns - first.ns));
}
