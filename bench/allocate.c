#include "allocate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"

void *
allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size ? size : 1);

	if (memory)
		return memory;
	log_errno(LOG_FATAL, "No memory for %zu times %zu bytes,", count, size);
	exit(1);
}

char *
text_of(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length >= 0)
		return text;
	log_errno(LOG_FATAL, "No memory for a text,");
	exit(1);
}
