/* The output of a command that is watched: a log of bounded size, and its last lines. */
#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The reader of `error` reports what is missing at the end. */
static void
write_all(struct output *o, const char *data, size_t size)
{
	ssize_t n;

	while (size > 0 && !o->error) {
		n = write(o->fd, data, size);
		if (n < 0 && errno != EINTR)
			o->error = errno;
		if (n < 0)
			continue;
		data += n;
		size -= (size_t)n;
	}
}

static void
keep(struct output *o, const char *data, size_t size)
{
	uint64_t room = OUTPUT_MOST - o->size;

	write_all(o, data, size < room ? size : (size_t)room);
	if (size > room && !o->error)
		o->error = EFBIG;
	o->size += size < room ? size : room;
}

/* A line of blanks does not count. */
static void
end_line(struct output *o)
{
	while (o->line_size > 0 && o->line[o->line_size - 1] == ' ')
		o->line_size--;
	o->line[o->line_size] = '\0';
	if (o->line_size > 0 && !o->panic) {
		memcpy(o->words, o->line, o->line_size + 1);
		o->panic = strstr(o->words, "Kernel panic") != NULL;
	}
	o->line_size = 0;
}

static bool
is_control(char c)
{
	return (c >= 0 && c < ' ') || c == 127;
}

void
output_take(struct output *o, const char *data, size_t size)
{
	keep(o, data, size);
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\n' || o->line_size == sizeof(o->line) - 1)
			end_line(o);
		if (!is_control(data[i]))
			o->line[o->line_size++] = data[i];
	}
}

const char *
output_words(struct output *o)
{
	end_line(o);
	return o->words;
}
