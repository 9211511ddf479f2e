/*
 * Documents on a serial line, for labs that fetch no disk and guests without a port, and lines for
 * LAVA: sent after a measurement, if requested. disk/log.awk extracts the documents from what the
 * line brought.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>

/* Takes serial, lava, or serial,lava. Returns NULL, or what is wrong with it. */
const char *console_choose(const char *value);

/* Whether anything goes to the line. SAMEBITS_REPORT on the kernel's command line takes precedence
 * over the choice. False if its value is wrong or no line was found, which was reported. */
bool console_begin(void);
bool console_wanted(void);

/* Returns when the line has taken all of it: nothing is sent during another measurement. */
void console_report(int document, const char *name);

#endif
