/* Memory for an experiment. When it runs out, these report that and end the experiment, and with it
 * the process, with status 1, so the caller has nothing to check. */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include <stddef.h>
#include <stdio.h>

/* `count` things of that size, all zeros. */
void *allocate(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* The same things with room for more; the new part is not zeroed. */
void *allocate_more(void *things, size_t count, size_t size) __attribute__((returns_nonnull));

/* Zeroed memory that this process shares with those that it forks; munmap(2) frees it. */
void *allocate_shared(size_t size) __attribute__((returns_nonnull));

/* A text formatted as by printf(3). */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* Like open_memstream(3). */
FILE *open_text(char **text, size_t *size) __attribute__((returns_nonnull));

#endif
