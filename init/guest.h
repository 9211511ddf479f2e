/* A guest and its host: what goes over the port between them, and how a guest ends. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

/* Until then we are a container's first process. */
void become_guest(void);
bool is_guest(void);

/* To the kernel's log, as information: what a guest begins, so that the last line says where it
 * hangs. With `quiet` consoles do not show it: each character may be an exit. */
void announce(const char *stage);

/* On a machine of its own all that is said goes to every console from here on. */
void speak_through_log(void);

void open_port(void);
int port_descriptor(void); /* -1: there is none */

/* Nothing where there is no port. */
void tell_host(const void *data, size_t size);
void tell_host_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The host is to read a document before the end, which may take it longer than a line. */
void expect_document(void);

/* The end, with this status; fatal() says why: what was tried, and the system's error. */
_Noreturn void leave(int with);
_Noreturn void fatal(const char *what);

/* The devices that a guest gets from its host; without an address (NULL) there is no network. */
void raise_network(const char *address);
void mount_scratch(void);

#endif
