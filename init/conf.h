/* samebits.conf: what a machine that was started from the disk image does. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>

enum end { POWER_OFF, REBOOT, SHELL };

struct conf {
	const char *directory; /* of samebits.conf */
	char suite[96];	       /* as given to bench */
	char run[65], label[65];
	int iterations, cpus, machine_cpus;
	bool anonymous; /* documents have a hash of the serial number */
	enum end end;
};

/* Reads `directory`/samebits.conf; suites may lie next to it and are copied. False if anything is
 * wrong, which was reported; `end` has the requested value even then. */
bool conf_read(struct conf *conf, const char *directory);

#endif
