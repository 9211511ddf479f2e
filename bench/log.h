/*
 * Messages, with the levels and prefixes of sysbench 1.0.20 ("FATAL: ", "WARNING: ", …). Their
 * destination and level are global to the process, like stdout; safe from any thread. What they say
 * about an experiment is kept in its outcome.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdio.h>

/* The outcome of an experiment, without its metrics. */
enum { OUTCOME_TEXT = 512 };

struct outcome {
	char error[OUTCOME_TEXT];	/* the first FATAL message or refusal; "": none */
	char unavailable[OUTCOME_TEXT]; /* what the machine lacks or forbids; "": nothing */
	bool forced;			/* --forced-shutdown ended it; threads still run */
};

enum log_level { LOG_FATAL, LOG_ALERT, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

void log_open(FILE *stream, enum log_level most);

/* Sets where outcomes are kept from now on; NULL: nowhere. */
void log_outcome(struct outcome *outcome);

void log_text(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with " errno = N (text)" added, as sysbench does. */
void log_errno(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether messages of that level are printed. */
bool log_shows(enum log_level level);

/* The destination of messages, for other output. */
FILE *log_stream(void);

/* Reports on stderr, without a prefix, why the command line is refused; an error like a FATAL
 * message. */
void log_refusal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Reports why something cannot be measured here: a fact about the machine, not a failure. It is
 * printed as a FATAL message; the caller fails as after any other.
 */
void log_unavailable(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
