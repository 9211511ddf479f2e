#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

static struct {
	pthread_mutex_t lock;
	FILE *stream;
	enum log_level most;
	char last[512];
	struct outcome *outcome;
	unsigned repeats;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

void
log_open(FILE *stream, enum log_level most)
{
	state.stream = stream;
	state.most = most;
	state.last[0] = '\0';
	state.repeats = 0;
}

bool
log_shows(enum log_level level)
{
	return level <= state.most;
}

FILE *
log_stream(void)
{
	return state.stream;
}

void
log_outcome(struct outcome *outcome)
{
	state.outcome = outcome;
}

/* Only the first error counts. */
static void
keep_error(const char *text)
{
	if (state.outcome && !state.outcome->error[0])
		snprintf(state.outcome->error, sizeof(state.outcome->error), "%s", text);
}

static void
emit(enum log_level level, const char *text)
{
	static const char *const prefixes[] = {
		[LOG_FATAL] = "FATAL: ", [LOG_ALERT] = "ALERT: ", [LOG_WARNING] = "WARNING: ",
		[LOG_NOTICE] = "",	 [LOG_INFO] = "",	  [LOG_DEBUG] = "DEBUG: ",
	};

	if (level == LOG_FATAL)
		keep_error(text);
	if (level > state.most)
		return;
	if (strcmp(text, state.last) == 0) {
		state.repeats++;
		return;
	}
	if (state.repeats > 0)
		fprintf(state.stream, "(last message repeated %u times)\n", state.repeats);
	state.repeats = 0;
	snprintf(state.last, sizeof(state.last), "%s", text);
	fprintf(state.stream, "%s%s\n", prefixes[level], text);
	fflush(state.stream);
}

static void
format_and_emit(enum log_level level, int error, const char *format, va_list args)
{
	char text[512];
	size_t used;

	vsnprintf(text, sizeof(text), format, args);
	used = strlen(text);
	if (error)
		snprintf(text + used, sizeof(text) - used, " errno = %d (%s)", error,
			 strerror(error));
	pthread_mutex_lock(&state.lock);
	emit(level, text);
	pthread_mutex_unlock(&state.lock);
}

void
log_text(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_and_emit(level, 0, format, args);
	va_end(args);
}

void
log_errno(enum log_level level, const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	format_and_emit(level, error, format, args);
	va_end(args);
}

void
log_unavailable(const char *format, ...)
{
	char text[OUTCOME_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	pthread_mutex_lock(&state.lock);
	if (state.outcome && !state.outcome->unavailable[0])
		strcpy(state.outcome->unavailable, text);
	pthread_mutex_unlock(&state.lock);
	log_text(LOG_FATAL, "%s", text);
}

void
log_refusal(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "%s\n", text);
	pthread_mutex_lock(&state.lock);
	keep_error(text);
	pthread_mutex_unlock(&state.lock);
}
