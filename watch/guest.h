#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>

#include "watch.h"

/* What a guest says on its port, bytes as they come. */
void guest_take(struct watch *w, const char *data, size_t size);

#endif
