/* The protocol of a guest's port, as one state machine: bytes in, events out. */
#include "port.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum place {
	BEFORE_HELLO,
	AFTER_HELLO,
	IN_DOCUMENT,
	BEHIND_DOCUMENT, /* its newline must follow */
	AFTER_DOCUMENT,
	AFTER_EXIT,
	PLACES
};

/* Added to the place, so that the place of the error stays known. */
enum { WRONG = PLACES };

static const char *const places[PLACES] = {
	[BEFORE_HELLO] = "before hello",	 [AFTER_HELLO] = "after hello",
	[IN_DOCUMENT] = "in its document",	 [BEHIND_DOCUMENT] = "behind its document",
	[AFTER_DOCUMENT] = "after its document", [AFTER_EXIT] = "after its exit",
};

/* Parses a number of at most `most` from the text. */
static bool
take_number(const char **text, uint64_t most, uint64_t *number)
{
	const char *begin = *text, *p = begin;

	*number = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (*number > (most - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	*text = p;
	return p > begin && (*begin != '0' || p == begin + 1);
}

/* At the end of a line: the guest's clock, if given. */
static bool
take_clock(const char *text, struct port_event *event)
{
	if (!*text)
		return true;
	return *text++ == ' ' && take_number(&text, UINT64_MAX, &event->clock_ns) && !*text &&
	       event->clock_ns > 0;
}

static bool
take_word(const char **line, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*line, word, length) != 0)
		return false;
	*line += length;
	return true;
}

static bool
is_hello(struct port *p, const char *line, struct port_event *event)
{
	if (p->place != BEFORE_HELLO || !take_word(&line, "hello") || !take_clock(line, event))
		return false;
	event->kind = PORT_HELLO;
	p->place = AFTER_HELLO;
	return true;
}

static bool
is_alive(const struct port *p, const char *line, struct port_event *event)
{
	event->kind = PORT_ALIVE;
	return (p->place == AFTER_HELLO || p->place == AFTER_DOCUMENT) &&
	       strcmp(line, "alive") == 0;
}

static bool
is_waiting(struct port *p, const char *line, struct port_event *event)
{
	if (p->place != AFTER_HELLO || p->waited || p->next > 0 || strcmp(line, "waiting") != 0)
		return false;
	event->kind = PORT_WAITING;
	p->waited = true;
	return true;
}

static bool
is_begin(struct port *p, const char *line, struct port_event *event)
{
	if (p->place != AFTER_HELLO || !take_word(&line, "begin ") ||
	    !take_number(&line, PORT_EXPERIMENTS - 1, &event->number) || *line ||
	    event->number < p->next)
		return false;
	event->kind = PORT_BEGIN;
	p->next = (unsigned)event->number + 1;
	p->measures = true;
	return true;
}

static bool
is_end(struct port *p, const char *line, struct port_event *event)
{
	if (p->place != AFTER_HELLO || !p->measures || !take_word(&line, "end ") ||
	    !take_number(&line, PORT_EXPERIMENTS - 1, &event->number) || *line ||
	    event->number + 1 != p->next)
		return false;
	event->kind = PORT_END;
	p->measures = false;
	return true;
}

static bool
is_document(struct port *p, const char *line, struct port_event *event)
{
	if (p->place != AFTER_HELLO || !take_word(&line, "document ") ||
	    !take_number(&line, PORT_MOST_DOCUMENT, &event->number) || event->number == 0 ||
	    !take_clock(line, event))
		return false;
	event->kind = PORT_DOCUMENT;
	p->place = IN_DOCUMENT;
	p->rest = event->number;
	return true;
}

static bool
is_exit(struct port *p, const char *line, struct port_event *event)
{
	if ((p->place != AFTER_HELLO && p->place != AFTER_DOCUMENT) || !take_word(&line, "exit ") ||
	    !take_number(&line, PORT_MOST_STATUS, &event->number) || *line)
		return false;
	event->kind = PORT_EXIT;
	p->place = AFTER_EXIT;
	return true;
}

static void
go_wrong(struct port *p, struct port_event *event)
{
	memset(event, 0, sizeof(*event));
	event->kind = PORT_WRONG;
	p->place += WRONG;
}

static void
end_line(struct port *p, struct port_event *event)
{
	p->line[p->size] = '\0';
	if (p->place == BEHIND_DOCUMENT && p->size == 0) {
		event->kind = PORT_WHOLE;
		p->place = AFTER_DOCUMENT;
	} else if (!is_hello(p, p->line, event) && !is_alive(p, p->line, event) &&
		   !is_waiting(p, p->line, event) && !is_begin(p, p->line, event) &&
		   !is_end(p, p->line, event) && !is_document(p, p->line, event) &&
		   !is_exit(p, p->line, event)) {
		go_wrong(p, event);
		return;
	}
	p->size = 0;
}

/* A line that is already wrong is rejected before its end. */
static void
take_byte(struct port *p, char c, struct port_event *event)
{
	bool printable = c >= ' ' && c <= '~';
	bool due = p->place != AFTER_EXIT && (p->place != BEHIND_DOCUMENT || c == '\n');

	if (c == '\n' && due) {
		end_line(p, event);
		return;
	}
	p->line[p->size++] = printable ? c : '?';
	p->line[p->size] = '\0';
	if (!printable || !due || p->size == sizeof(p->line) - 1)
		go_wrong(p, event);
}

static size_t
take_data(struct port *p, const char *data, size_t size, struct port_event *event)
{
	event->kind = PORT_DATA;
	event->data = data;
	event->size = size < p->rest ? size : (size_t)p->rest;
	p->rest -= event->size;
	if (p->rest == 0)
		p->place = BEHIND_DOCUMENT;
	return event->size;
}

size_t
port_take(struct port *p, const char *data, size_t size, struct port_event *event)
{
	size_t taken = 0;

	memset(event, 0, sizeof(*event));
	if (p->place >= WRONG) {
		event->kind = PORT_WRONG;
		return size;
	}
	if (size > 0 && p->place == IN_DOCUMENT)
		return take_data(p, data, size, event);
	while (taken < size && event->kind == PORT_NOTHING)
		take_byte(p, data[taken++], event);
	return taken;
}

void
port_explain(const struct port *p, char *text, size_t size)
{
	snprintf(text, size, "it said nonsense %s: %s", places[p->place % PLACES], p->line);
}
