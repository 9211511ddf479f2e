/* Memory for an experiment. Where it is short, these say so and end the experiment, and with it the
 * process, with status 1: there is nothing to check. */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include <stddef.h>
#include <stdio.h>

/* So many things of that size, all zeros. */
void *allocate(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* The same things, and room for more; what is new is not zeroed. */
void *allocate_more(void *things, size_t count, size_t size) __attribute__((returns_nonnull));

/* The same, for this process and those that it forks; munmap(2) frees them. */
void *allocate_shared(size_t size) __attribute__((returns_nonnull));

/* A text as printf(3) makes it. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* As open_memstream(3). */
FILE *open_text(char **text, size_t *size) __attribute__((returns_nonnull));

#endif
