/*
 * Fuzzes the port's protocol: what a guest said, written again from the events, is what it said, up
 * to where it went wrong; the events obey the protocol, and they are the same however the bytes
 * arrive: in one piece, or in pieces of a size that the first byte gives.
 */
#include "../../watch/port.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
	struct port port;
	char *said; /* by the events */
	size_t size;
	enum port_kind last; /* but alive */
	uint64_t rest;
	bool document, measures, waited;
	uint64_t next; /* least number of an experiment */
};

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
append(struct session *s, const char *format, ...)
{
	char line[64];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	memcpy(s->said + s->size, line, (size_t)length);
	s->size += (size_t)length;
}

static void
append_clock(struct session *s, uint64_t clock_ns)
{
	if (clock_ns)
		append(s, " %llu", (unsigned long long)clock_ns);
	append(s, "\n");
}

static void
check_document(struct session *s, const struct port_event *e)
{
	if (e->kind == PORT_DOCUMENT) {
		require(s->last == PORT_HELLO && !s->document);
		require(e->number > 0 && e->number <= PORT_MOST_DOCUMENT);
		s->document = true;
		s->rest = e->number;
		append(s, "document %llu", (unsigned long long)e->number);
		append_clock(s, e->clock_ns);
	} else if (e->kind == PORT_DATA) {
		require((s->last == PORT_DOCUMENT || s->last == PORT_DATA) && e->size > 0 &&
			e->size <= s->rest);
		memcpy(s->said + s->size, e->data, e->size);
		s->size += e->size;
		s->rest -= e->size;
	} else {
		require(s->last == PORT_DATA && s->rest == 0);
		append(s, "\n");
	}
}

static void
check(struct session *s, const struct port_event *e)
{
	bool between = s->last == PORT_HELLO || s->last == PORT_WHOLE;

	switch (e->kind) {
	case PORT_HELLO:
		require(s->last == PORT_NOTHING);
		append(s, "hello");
		append_clock(s, e->clock_ns);
		break;
	case PORT_ALIVE:
		require(between);
		append(s, "alive\n");
		return;
	case PORT_WAITING:
		require(s->last == PORT_HELLO && !s->waited && s->next == 0);
		s->waited = true;
		append(s, "waiting\n");
		return;
	case PORT_BEGIN:
		require(s->last == PORT_HELLO && e->number >= s->next &&
			e->number < PORT_EXPERIMENTS);
		s->next = e->number + 1;
		s->measures = true;
		append(s, "begin %llu\n", (unsigned long long)e->number);
		return;
	case PORT_END:
		require(s->last == PORT_HELLO && s->measures && e->number + 1 == s->next);
		s->measures = false;
		append(s, "end %llu\n", (unsigned long long)e->number);
		return;
	case PORT_EXIT:
		require(between && e->number <= PORT_MOST_STATUS);
		append(s, "exit %llu\n", (unsigned long long)e->number);
		break;
	default:
		check_document(s, e);
	}
	s->last = e->kind;
}

/* Why it is wrong is printable, whatever was said. */
static void
check_reason(const struct session *s)
{
	char text[128];

	port_explain(&s->port, text, sizeof(text));
	for (const char *p = text; *p; p++)
		require(*p >= ' ' && *p <= '~');
}

/* How many bytes were right; more than `size` when all were. */
static size_t
hear(struct session *s, const char *data, size_t size, size_t piece)
{
	struct port_event event;

	for (size_t i = 0; i < size;) {
		size_t now = size - i < piece ? size - i : piece;
		size_t taken = port_take(&s->port, data + i, now, &event);

		require(taken > 0 && taken <= now);
		i += taken;
		if (event.kind == PORT_WRONG) {
			check_reason(s);
			return i;
		}
		if (event.kind == PORT_NOTHING)
			require(taken == now);
		else
			check(s, &event);
	}
	return size + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct session whole = {.said = malloc(size + 64)}, parts = {.said = malloc(size + 64)};

	require(whole.said && parts.said);
	if (size > 1) {
		size_t right = hear(&whole, text, size - 1, size);

		require(hear(&parts, text, size - 1, 1U + data[0]) == right);
		require(parts.size == whole.size && parts.port.place == whole.port.place);
		require(whole.size < size && memcmp(whole.said, text, whole.size) == 0);
		/* What was right and is in no event is the begin of a line. */
		require((right < size ? right : size - 1) - whole.size <= sizeof(whole.port.line));
		require(memcmp(parts.said, text, parts.size) == 0);
	}
	free(whole.said);
	free(parts.said);
	return 0;
}
