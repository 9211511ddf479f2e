#include "allocate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "log.h"

static void *
there(void *memory, size_t bytes)
{
	if (memory)
		return memory;
	log_errno(LOG_FATAL, "No memory for %zu bytes,", bytes);
	exit(1);
}

void *
allocate(size_t count, size_t size)
{
	return there(calloc(count, size ? size : 1), count * size);
}

void *
allocate_more(void *things, size_t count, size_t size)
{
	return there(realloc(things, count * size), count * size);
}

void *
allocate_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return there(memory == MAP_FAILED ? NULL : memory, size);
}

char *
text_of(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return there(length < 0 ? NULL : text, 0);
}

FILE *
open_text(char **text, size_t *size)
{
	return there(open_memstream(text, size), 0);
}
