#ifndef SAY_H
#define SAY_H

/* The contract's exit statuses, as far as init has its own. */
enum { USAGE = 2, MISSING = 3 };

/* A line on the console. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
