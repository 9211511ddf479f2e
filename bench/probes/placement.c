#include "placement.h"

#include <errno.h>
#include <string.h>

#include "log.h"

int
placement_find(struct placement *p)
{
	p->count = cpus_allowed(p->cpus, MOST_CPUS);
	if (p->count > MOST_CPUS)
		p->count = MOST_CPUS;
	if (p->count == 0) {
		log_unavailable("sched_getaffinity: %s", strerror(errno));
		return -1;
	}
	if (p->place == PLACE_CROSS && p->count == 1) {
		log_unavailable("only one CPU, the cross-CPU case needs two");
		return -1;
	}
	return 0;
}

int
placement_bind(const struct placement *p, unsigned worker, unsigned task)
{
	unsigned count = (unsigned)p->count, i = worker;

	if (p->place == PLACE_ANY || (p->place == PLACE_SPREAD && task == 0))
		return 0;
	if (p->place == PLACE_SPREAD)
		i = task - 1;
	else if (p->place == PLACE_CROSS && task > 0)
		i = worker % count + 1 + (task - 1) % (count - 1);
	if (cpus_pin(p->cpus[i % count]) == 0)
		return 0;
	log_unavailable("sched_setaffinity: %s", strerror(errno));
	return -1;
}
