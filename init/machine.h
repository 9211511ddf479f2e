/* Which machine this is, by its firmware, its microcode and its disk. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>

enum { MACHINE_SIZE = 2048 };

/* What a document ends with instead of its last brace: `,"host":{"machine_id":{...}}}` and a line's
 * end, as the runner writes it elsewhere (environments/start/machine-id); "" when nothing is known.
 * `partition` is a name in /sys/class/block. Anonymous: of the serial number the beginning of its
 * sha256. */
void machine_text(char text[MACHINE_SIZE], const char *partition, bool anonymous);

#endif
