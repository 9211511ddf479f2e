/* Words and numbers in the lines of files such as those of proc(5). */
#ifndef FIELDS_H
#define FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of a file, without its newline; false: it cannot be read. */
bool fields_line(const char *path, char *line, size_t size);

/* strstr(3), for short lines: musl's is made for long texts and accordingly large. */
const char *fields_find(const char *line, const char *text);

/* The word at that place, from 0, truncated if necessary; false: there are fewer words. */
bool fields_copy(const char *line, unsigned place, char *word, size_t size);

/* The same, if it begins with a digit, as a number. */
bool fields_number(const char *line, unsigned place, uint64_t *value);

/* The number after the first line's name, or the first line's own if `name` is NULL. */
bool fields_read(const char *path, const char *name, uint64_t *value);

#endif
