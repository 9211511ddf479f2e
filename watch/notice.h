#ifndef NOTICE_H
#define NOTICE_H

#include <stdint.h>

#include "watch.h"

/* From now on what happens to files of --directory is noticed. */
void watch_directory(struct watch *w);

/* Something happened to files of --directory. */
void notice_files(struct watch *w);

/* A look at the names of processes, when it is due. */
void look_for_waiting(struct watch *w, uint64_t now);

#endif
