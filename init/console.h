/*
 * Documents on a serial line, for labs that fetch no disk and guests without a port, and lines for
 * LAVA: after a measurement, when that is asked for. disk/log.awk takes the documents out of what
 * the line brought.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>

/* Takes serial, lava, or serial,lava. NULL, or what is wrong with it. */
const char *console_choose(const char *value);

/* Whether anything goes to the line. What SAMEBITS_REPORT says on the kernel's command line decides
 * over what was chosen. False when that, or finding a line, failed, which was said. */
bool console_begin(void);
bool console_wanted(void);

/* Returns when the line has taken all of it: nothing is sent while something else is measured. */
void console_report(int document, const char *name);

#endif
