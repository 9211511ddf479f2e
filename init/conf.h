/* samebits.conf: what a machine that was started from the disk image is to do. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>

enum end { POWER_OFF, REBOOT, SHELL };

struct conf {
	const char *directory; /* of samebits.conf */
	char suite[96];	       /* as bench is told of it */
	char run[65], label[65];
	int iterations, cpus, machine_cpus;
	bool anonymous; /* documents have a sum of the serial number */
	enum end end;
};

/* Reads `directory`/samebits.conf; suites may lie beside it, and are copied. False when anything is
 * wrong, which was said; `end` is what was asked for even then. */
bool conf_read(struct conf *conf, const char *directory);

#endif
