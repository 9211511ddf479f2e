/* The port between a guest and its host, and how a guest ends. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

/* Until this call we are a container's first process. */
void become_guest(void);
bool is_guest(void);

/* Levels of syslog(2). Consoles show information, unless the command line has `quiet`, and no
 * debugging: each character may cost an exit. */
enum log_level { INFORMATIONAL = 6, DEBUGGING = 7 };

/* Writes a guest's line to the kernel's log. */
void log_line(enum log_level level, const char *text);

/* Logs, as information, what a guest begins, so that the last line shows where it hangs. */
void announce(const char *stage);

/* On a bare-metal machine all messages go to every console from here on. */
void speak_through_log(void);

void open_port(void);
int port_descriptor(void); /* -1: no port */

/* These do nothing without a port. */
void tell_host(const void *data, size_t size);
void tell_host_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The host will read a document before the end, which may take longer than a line. */
void expect_document(void);

/* Ends with this status; fatal() first reports what was tried and the system's error. */
_Noreturn void leave(int with);
_Noreturn void fatal(const char *what);

/* The devices that a guest gets from its host; without an address (NULL), no network. */
void raise_network(const char *address);
void mount_scratch(void);

#endif
