#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a guest may say on its port, line by line:
 *	hello [CLOCK]			once, first
 *	alive				at any time between hello and exit
 *	waiting				at most once, before any begin
 *	begin N, end N			before and after an experiment is measured; N increases from
 *					one to the next, and a failed experiment has no end
 *	document LENGTH [CLOCK]		at most once; LENGTH bytes and a newline follow
 *	exit STATUS			once, last
 * CLOCK is the guest's CLOCK_MONOTONIC in nanoseconds. Numbers are decimal, without sign or leading
 * zeros. A guest is not trusted: anything else is PORT_WRONG, permanently.
 */
enum { PORT_EXPERIMENTS = 128, PORT_MOST_DOCUMENT = 64 << 20, PORT_MOST_STATUS = 255 };

enum port_kind {
	PORT_NOTHING, /* all bytes are consumed */
	PORT_HELLO,
	PORT_ALIVE,
	PORT_WAITING,
	PORT_BEGIN,
	PORT_END,
	PORT_DOCUMENT, /* it begins */
	PORT_DATA,     /* a part of it */
	PORT_WHOLE,    /* that was its last part */
	PORT_EXIT,
	PORT_WRONG
};

struct port_event {
	enum port_kind kind;
	uint64_t number;   /* begin, end: the experiment; document: its length; exit: the status */
	uint64_t clock_ns; /* hello, document; 0: not given */
	const char *data;  /* data: within the buffer given to port_take() */
	size_t size;
};

/* All zero: nothing was received yet. */
struct port {
	int place;
	unsigned next; /* the lowest number of an experiment that may begin */
	bool measures; /* an experiment has begun and not ended */
	bool waited;
	uint64_t rest; /* bytes of the document still to come */
	size_t size;
	char line[64];
};

/* Consumes bytes up to the next event and returns how many. */
size_t port_take(struct port *port, const char *data, size_t size, struct port_event *event);

/* After PORT_WRONG: what is wrong, in printable characters. */
void port_explain(const struct port *port, char *text, size_t size);

#endif
