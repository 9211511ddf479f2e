/* Handles each event on a guest's port. */
#include "guest.h"

#include "beside.h"
#include "lost.h"
#include "proc.h"

static void
read_cputime(struct watch *w, struct cputime *time)
{
	if (!w->ended)
		cputime_read(time, &w->waits, w->command.pid);
}

static void
take_hello(struct watch *w, const struct port_event *event)
{
	w->outcome.hello = (struct moment){event->clock_ns, w->heard_ns};
	exits_read(&w->outcome.at_hello, w->command.pid);
	if (w->options.beside && !command_part(&w->command, &w->beside))
		lose(w, "its threads cannot run on the processors %s", w->options.beside);
}

static void
take_waiting(struct watch *w, const struct port_event *event)
{
	(void)event;
	if (!w->ended)
		footprint_read(&w->outcome.footprint, w->command.pid, 0);
}

static void
take_begin(struct watch *w, const struct port_event *event)
{
	footprint_begun(&w->outcome.footprint, w->heard_ns);
	read_cputime(w, &w->outcome.experiments[event->number].begin);
}

static void
take_end(struct watch *w, const struct port_event *event)
{
	read_cputime(w, &w->outcome.experiments[event->number].end);
}

static void
take_document(struct watch *w, const struct port_event *event)
{
	struct outcome *o = &w->outcome;

	o->document = (struct moment){event->clock_ns, w->heard_ns};
	exits_read(&o->at_document, w->command.pid);
	o->knows_huge_pages = proc_mapped(w->command.pid, "AnonHugePages", &o->huge_pages);
	if (!w->file)
		lose(w, "it sent a document, and nobody asked for one");
}

static void
take_data(struct watch *w, const struct port_event *event)
{
	if (w->file && fwrite(event->data, 1, event->size, w->file) != event->size)
		die_writing(w->options.document);
}

static void
take_whole(struct watch *w, const struct port_event *event)
{
	(void)event;
	w->outcome.whole_ns = w->heard_ns;
}

static void
take_exit(struct watch *w, const struct port_event *event)
{
	w->outcome.guest = (int)event->number;
	read_cputime(w, &w->outcome.at_exit);
}

static void
take_wrong(struct watch *w, const struct port_event *event)
{
	char why[128];

	(void)event;
	port_explain(&w->port, why, sizeof(why));
	lose(w, "%s", why);
}

/* The other events need no handling. */
static void (*const take[])(struct watch *, const struct port_event *) = {
	[PORT_HELLO] = take_hello, [PORT_WAITING] = take_waiting,   [PORT_BEGIN] = take_begin,
	[PORT_END] = take_end,	   [PORT_DOCUMENT] = take_document, [PORT_DATA] = take_data,
	[PORT_WHOLE] = take_whole, [PORT_EXIT] = take_exit,	    [PORT_WRONG] = take_wrong,
};

void
guest_take(struct watch *w, const char *data, size_t size)
{
	struct port_event event;

	w->alive_ns = w->heard_ns;
	for (size_t i = 0; i < size;) {
		i += port_take(&w->port, data + i, size - i, &event);
		if (take[event.kind])
			take[event.kind](w, &event);
	}
}
