/* What the kinds of guest share: one whose host starts it, and a machine of its own. */
#ifndef INIT_H
#define INIT_H

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int open_device(const char *devices, const char *file, const char *value, int flags, char node[64]);
void allow_huge_pages(void);
void raise_loopback(void);
void drop_caches(void);
void state_identity(void);
void control_terminal(const char *name);

/* Never returns; `uuid` names the file system for results. */
_Noreturn void metal(const char *uuid);

#endif
