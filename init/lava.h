/*
 * What LAVA accepts as the result of a test (lava_dispatcher/actions/test/shell.py): one line on
 * the console, <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=name RESULT=pass MEASUREMENT=45120
 * UNITS=events/s>, which it splits at blanks, and each word at its only '='.
 */
#ifndef LAVA_H
#define LAVA_H

/* Writes one line for each experiment of a document, as bench wrote it, with its primary metric;
 * each line in one write. */
void lava_report(int fd, const char *document);

#endif
