#ifndef SAY_H
#define SAY_H

/* The contract's exit statuses that init itself uses. */
enum { USAGE = 2, MISSING = 3 };

/* Prints a line on the console. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
