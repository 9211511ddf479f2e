/* Memory for probes: the free amount, and regions of small or of large pages. */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SMALL_PAGE = 4096, LARGE_PAGE = 2 << 20 };

/* Whether the kernel allows large pages; -1: unavailable. */
int pages_check_large(void);

/* The bytes that can be allocated without swapping or the OOM killer, less a reserve. */
uint64_t pages_free(void);

/* Whether `times` times `bytes` are free; -1: unavailable. */
int pages_afford(uint64_t bytes, uint64_t times);

/* A region without memory yet; it begins at a large page. NULL: unavailable. */
void *pages_map(size_t bytes, bool large);
void pages_unmap(void *region, size_t bytes);

/* The page faults of the calling thread so far. Touching a large page is one fault, touching the
 * small ones in its place many. */
uint64_t pages_faults(void);

/* Whether they are counted; some kernels do not. -1: unavailable. */
int pages_check_faults(void);

#endif
