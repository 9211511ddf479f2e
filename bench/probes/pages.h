/* Memory for probes: what is free, and regions of small or of large pages. */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SMALL_PAGE = 4096, LARGE_PAGE = 2 << 20 };

/* Whether the kernel allows large ones; -1: unavailable. */
int pages_check_large(void);

/* What may be taken without swapping or being killed for it, with some to spare. */
uint64_t pages_free(void);

/* Whether so many times so much is; -1: unavailable. */
int pages_afford(uint64_t bytes, uint64_t times);

/* A region with nothing behind it yet; it begins at a large page. NULL: unavailable. */
void *pages_map(size_t bytes, bool large);
void pages_unmap(void *region, size_t bytes);

/* The page faults of the calling thread so far. A large page that is touched is one, the small ones
 * in its place are many. */
uint64_t pages_faults(void);

/* Whether that is so; there are kernels that count none. -1: unavailable. */
int pages_check_faults(void);

#endif
