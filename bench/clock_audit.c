/* Compiled with -O2. */
#include "clock_audit.h"

#include <math.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "tsc.h"

enum { MEASURE_NS = 20000000 };

bool
clock_usable(void)
{
	int how = 0;
	pid_t child;

	if (tsc_allowed())
		return true;
	child = fork();
	if (child == 0) {
		clock_ns();
		_exit(0);
	}
	return child > 0 && waitpid(child, &how, 0) == child && how == 0;
}

double
clock_read_ns(void)
{
	enum { READS = 1000, BATCHES = 20 };
	double best = 0, each;

	for (int i = 0; i < BATCHES; i++) {
		uint64_t begin = clock_ns();

		for (int j = 1; j < READS; j++)
			clock_ns();
		each = (double)(clock_ns() - begin) / READS;
		best = i == 0 || each < best ? each : best;
	}
	return best;
}

static double
ticks_per_us(const struct clock_mark *begin, const struct clock_mark *end)
{
	if (end->ticks == 0)
		return NAN;
	return (double)(end->ticks - begin->ticks) * 1e3 / (double)(end->ns - begin->ns);
}

static struct clock_mark first;

void
clock_audit_begin(void)
{
	clock_mark(&first);
}

double
clock_tsc_mhz(void)
{
	static double mhz;
	struct clock_mark now;
	uint64_t since;

	if (mhz != 0)
		return mhz;
	if (first.ns == 0)
		clock_audit_begin();
	since = clock_ns() - first.ns;
	if (since < MEASURE_NS)
		nanosleep(&(struct timespec){.tv_nsec = (long)(MEASURE_NS - since)}, NULL);
	clock_mark(&now);
	mhz = ticks_per_us(&first, &now);
	return mhz;
}

double
clock_drift_ppm(const struct clock_mark *begin, const struct clock_mark *end)
{
	return (clock_tsc_mhz() / ticks_per_us(begin, end) - 1) * 1e6;
}
