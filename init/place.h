/* The place where bench runs: what kind it is, and its preparation. */
#ifndef PLACE_H
#define PLACE_H

#include <stdint.h>

/* Reads the clocks; call it first. */
void note_beginning(void);

/* Finds out whether we are the first process of a guest or of a container; exits if neither is
 * certain. */
void decide_world(void);

/* In a guest only. */
void mount_file_systems(void);
void open_console(void);
void ask_kernel_clock(void);
void load_modules(void);
void allow_huge_pages(void);
void raise_loopback(void);
void drop_caches(void);

/* These set environment variables for bench: a number, unless it is 0; and our identity and start
 * time. */
void state_number(const char *name, uint64_t number);
void state_identity(void);

#endif
