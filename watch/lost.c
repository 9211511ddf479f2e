#include "lost.h"

#include <stdarg.h>
#include <sys/wait.h>

static const char *
last_words(struct watch *w)
{
	char data[65536];
	size_t size;

	for (int i = 0; i < MOST_READS; i++) {
		size = command_read(&w->command, OUTPUT, data, sizeof(data));
		if (!size)
			break;
		output_take(&w->output, data, size);
	}
	return output_words(&w->output);
}

void
lose(struct watch *w, const char *format, ...)
{
	char *lost = w->outcome.lost, why[128];
	const char *words;
	va_list args;

	if (*lost)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	words = last_words(w);
	snprintf(lost, sizeof(w->outcome.lost), "%s; %s%s", why,
		 *words ? "its last output: " : "there was no output", words);
	/* Terminals and reports show this, and the guest may have sent any bytes. */
	for (char *p = lost; *p; p++)
		if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
			*p = *p == '"' ? '\'' : '?';
}

void
judge(struct watch *w)
{
	const struct outcome *o = &w->outcome;
	char how[40];

	if (!w->options.port || *o->lost || o->interrupted || o->guest >= 0)
		return;
	if (WIFSIGNALED(o->how))
		snprintf(how, sizeof(how), "signal %d", WTERMSIG(o->how));
	else
		snprintf(how, sizeof(how), "status %d", WEXITSTATUS(o->how));
	if (!o->hello.heard_ns)
		lose(w, "it ended (%s) before it said hello", how);
	else
		lose(w, "it ended (%s) before it reported its exit status", how);
}
