/*
 * Messages, with the levels and prefixes of sysbench 1.0.20 ("FATAL: ", "WARNING: ", …). Where they
 * go and how many there are is the process's, like stdout itself; safe from any thread. What they
 * tell of an experiment is kept in its outcome.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdio.h>

/* What became of an experiment, but for its figures. */
enum { OUTCOME_TEXT = 512 };

struct outcome {
	char error[OUTCOME_TEXT];	/* the first FATAL message or refusal; "": there was none */
	char unavailable[OUTCOME_TEXT]; /* what the machine lacks or forbids; "": nothing */
	bool forced;			/* --forced-shutdown ended it; threads are still at work */
};

enum log_level { LOG_FATAL, LOG_ALERT, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG };

void log_open(FILE *stream, enum log_level most);

/* Where the outcome of what is done from now on is kept; NULL: nowhere. */
void log_outcome(struct outcome *outcome);

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

#endif
