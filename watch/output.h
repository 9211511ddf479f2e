#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_MOST = 16 << 20 };

/* What a command prints: the first OUTPUT_MOST bytes of it go into a file. All zero but fd: none
 * yet. */
struct output {
	int fd; /* the file */
	uint64_t size;
	int error;	  /* why the file is not whole, as in errno */
	bool panic;	  /* words are a kernel's last */
	size_t line_size; /* of the line that has not ended */
	char line[300], words[300];
};

void output_take(struct output *output, const char *data, size_t size);

/* The last line, or the one that tells of a panic, without control characters; "": none. */
const char *output_words(struct output *output);

#endif
