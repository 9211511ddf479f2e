#ifndef DIE_H
#define DIE_H

/* The contract's exit statuses that our host programs use. */
enum { FAILED = 1, USAGE = 2, MISSING = 3, LOST = 5, INTERRUPTED = 130 };

/* Prints the message with the status at its end, as our scripts do, and exits. */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
