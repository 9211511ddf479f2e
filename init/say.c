#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In one write: in the kernel's log each write is a separate line. */
void
say(const char *format, ...)
{
	char line[512] = "init: ";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 6, sizeof(line) - 7, format, args);
	va_end(args);
	strcat(line, "\n");
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return;
}
