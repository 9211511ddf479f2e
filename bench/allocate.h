/* Memory for an experiment. */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include <stddef.h>

/* So many things of that size, all zeros. Where memory is short, this says so and ends the
 * experiment, and with it the process: there is nothing to check. */
void *allocate(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* The same for a text as printf(3) makes it. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

#endif
