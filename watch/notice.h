#ifndef NOTICE_H
#define NOTICE_H

#include <stdint.h>

#include "watch.h"

/* Begins to notice changes of files in --directory. */
void watch_directory(struct watch *w);

/* Handles changes of files in --directory. */
void notice_files(struct watch *w);

/* Looks at the names of processes; call it when that is due. */
void look_for_waiting(struct watch *w, uint64_t now);

#endif
