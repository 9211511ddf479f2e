/* Words and numbers in the lines of files such as proc(5) has them. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of a file, without its end; false: there is none. */
bool fields_line(const char *path, char *line, size_t size);

/* strstr(3), for lines: musl's is made for long texts, and as large. */
const char *fields_find(const char *line, const char *text);

/* The word at that place, from 0, or as much of it as fits; false: there are not so many. */
bool fields_copy(const char *line, unsigned place, char *word, size_t size);

/* The same where it begins with a digit. */
bool fields_number(const char *line, unsigned place, uint64_t *value);

/* The number behind the first line's name, or the first line's own where `name` is NULL. */
bool fields_read(const char *path, const char *name, uint64_t *value);

#endif
