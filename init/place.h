/* The place where bench runs: whose it is, and what is made ready in it. */
#ifndef PLACE_H
#define PLACE_H

#include <stdint.h>

/* The clocks, first thing of all. */
void note_beginning(void);

/* Whether we are a guest's first process or a container's; where neither is sure, it ends. */
void decide_world(void);

/* A guest's. */
void mount_file_systems(void);
void open_console(void);
void ask_kernel_clock(void);
void load_modules(void);
void allow_huge_pages(void);
void raise_loopback(void);
void drop_caches(void);

/* For bench, in the environment: a number, but for 0; and who we are, and since when. */
void state_number(const char *name, uint64_t number);
void state_identity(void);

#endif
