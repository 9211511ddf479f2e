#include "console.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "device.h"
#include "lava.h"
#include "say.h"
#include "sha256.h"

enum { ROW = 57 /* bytes of a document per line */ };

static bool serial, lava;
static char node[136]; /* of the line; it is open only during a transfer */
static int line = -1;

const char *
console_choose(const char *value)
{
	bool both = strcmp(value, "serial,lava") == 0;

	serial = both || strcmp(value, "serial") == 0;
	lava = both || strcmp(value, "lava") == 0;
	return console_wanted() ? NULL : "neither serial nor lava nor serial,lava";
}

bool
console_wanted(void)
{
	return serial || lava;
}

/* The last of the kernel's consoles that is not a screen, as tty0 is. */
static bool
find_line(void)
{
	char names[CONSOLES_SIZE], *rest = NULL;

	read_consoles(names);
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		if (strncmp(name, "tty", 3) != 0 || !isdigit((unsigned char)name[3]))
			snprintf(node, sizeof(node), "/dev/%s", name);
	return *node;
}

bool
console_begin(void)
{
	const char *value = getenv("SAMEBITS_REPORT");
	const char *problem = value ? console_choose(value) : NULL;

	if (problem)
		say("SAMEBITS_REPORT=%s on the kernel's command line: %s", value, problem);
	else if (!console_wanted() || find_line())
		return true;
	else
		say("no console is on a serial line, for the report; the kernel's command line "
		    "names one: console=ttyS0,115200");
	return false;
}

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void
put(const char *format, ...)
{
	char text[512];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (write(line, text, (size_t)size) < 0)
		return;
}

/* Encodes `size` bytes, which two zero bytes follow. */
static void
put_row(const unsigned char *p, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[ROW / 3 * 4 + 1] = "", *out = text;

	for (size_t i = 0; i < size; i += 3) {
		unsigned three = (unsigned)p[i] << 16 | (unsigned)p[i + 1] << 8 | p[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			*out++ = digits[three >> shift & 63];
	}
	for (size_t i = size; i % 3; i++)
		*--out = '=';
	put("|%s|\n", text);
}

/* Each line is between bars: other programs may print before, after and between these lines. */
static void
put_document(const char *name, const char *text, size_t size, const char *sum)
{
	put("|samebits document %.200s, %zu bytes, sha256 %s|\n", name, size, sum);
	for (size_t at = 0; at < size; at += ROW)
		put_row((const unsigned char *)text + at, size - at < ROW ? size - at : ROW);
	put("|samebits end of %.200s|\n", name);
}

void
console_report(int document, const char *name)
{
	off_t size = lseek(document, 0, SEEK_END);
	char path[32], sum[65], *text;

	if (!console_wanted())
		return;
	text = calloc(1, (size_t)size + 3);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", document);
	line = open(node, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (line < 0 || !text || pread(document, text, (size_t)size, 0) != size ||
	    sha256_file(path, sum) < 0) {
		say("%s cannot be sent over %s: %s", name, node, strerror(errno));
	} else {
		if (serial)
			put_document(name, text, (size_t)size, sum);
		if (lava)
			lava_report(line, text);
		tcdrain(line);
	}
	close(line);
	free(text);
}
