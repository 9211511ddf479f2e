#include "die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("samebits: ", stderr);
	vfprintf(stderr, format, args);
	fprintf(stderr, " (status %d)\n", status);
	va_end(args);
	exit(status);
}
