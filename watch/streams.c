/* What comes from the command: a guest's port, a console, or a document on standard output. */
#include "streams.h"

#include "beside.h"
#include "clock.h"
#include "guest.h"
#include "lost.h"

/* Before hello, a guest counts as alive while its console output grows. */
static void
take_output(struct watch *w, const char *data, size_t size)
{
	if (!w->outcome.hello.heard_ns)
		w->alive_ns = w->heard_ns;
	output_take(&w->output, data, size);
}

static void
take_printed(struct watch *w, const char *data, size_t size)
{
	w->printed += size;
	if (w->printed > PORT_MOST_DOCUMENT) {
		lose(w, "it printed more than the %d MiB that a document may have",
		     PORT_MOST_DOCUMENT >> 20);
		return;
	}
	if (fwrite(data, 1, size, w->file) != size)
		die_writing(w->options.document);
	w->outcome.whole_ns = w->heard_ns;
}

bool
hear(struct watch *w, int stream)
{
	static void (*const take[STREAMS])(struct watch *, const char *, size_t) = {
		[PORT] = guest_take, [OUTPUT] = take_output, [PRINTED] = take_printed};
	char data[65536];
	size_t size = command_read(&w->command, stream, data, sizeof(data));

	if (size > 0) {
		w->heard_ns = clock_ns();
		take[stream](w, data, size);
	}
	return size > 0;
}

void
drain(struct watch *w, int stream)
{
	for (int i = 0; i < MOST_READS && hear(w, stream); i++)
		;
}
