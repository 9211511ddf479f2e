#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>

#include "watch.h"

/* Handles bytes from the guest's port as they arrive. */
void guest_take(struct watch *w, const char *data, size_t size);

#endif
