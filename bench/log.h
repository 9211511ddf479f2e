/*
 * Messages, with the levels and prefixes of sysbench 1.0.20 ("FATAL: ", "WARNING: ", …). Where they
 * go and how many there are is the process's, like stdout itself; safe from any thread.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdio.h>

enum log_level { LOG_FATAL, LOG_ALERT, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

void log_open(FILE *stream, enum log_level most);
void log_text(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with " errno = N (text)" added, as sysbench does. */
void log_errno(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether messages of that level are printed. */
bool log_shows(enum log_level level);

/* Where the messages go, for output that is not made of messages. */
FILE *log_stream(void);

/* Says on stderr, without a prefix, why the command line is refused; an error like a FATAL message.
 */
void log_refusal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * This cannot be measured here, and why: a fact about the machine, not a failure. It is printed as
 * a FATAL message; the caller fails as after any other.
 */
void log_unavailable(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first FATAL message or refusal since log_open(), and what log_unavailable() was told; "" when
 * nothing was. */
const char *log_first_error(void);
const char *log_why_unavailable(void);

#endif
