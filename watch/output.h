#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_MOST = 16 << 20 };

/* The output of a command: its first OUTPUT_MOST bytes go into a file. All zero except fd: no
 * output yet. */
struct output {
	int fd; /* the file */
	uint64_t size;
	int error;	  /* why the file is incomplete, as in errno */
	bool panic;	  /* `words` is the line of a kernel panic */
	size_t line_size; /* of the unfinished line */
	char line[300], words[300];
};

void output_take(struct output *output, const char *data, size_t size);

/* The last line, or that of a kernel panic, without control characters; "": none. */
const char *output_words(struct output *output);

#endif
