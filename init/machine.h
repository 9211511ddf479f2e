/* Identifies the machine by its firmware, its microcode and its disk. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

enum { MACHINE_SIZE = 2048 };

/* What replaces a document's last brace: `,"host":{"machine_id":{...}}}` and a newline, as the
 * runner writes it elsewhere (environments/start/machine-id); "" if nothing is known. `partition`
 * is a name in /sys/class/block. Anonymous: the serial number is replaced by the beginning of its
 * sha256. */
void machine_text(char text[MACHINE_SIZE], const char *partition, bool anonymous);

#endif
