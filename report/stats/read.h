/*
 * Reading JSON that somebody else wrote: what is wanted, or one line on stderr that names the place
 * and says what is wrong with it, and the end of the program.
 */
#ifndef READ_H
#define READ_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* An element of a list of objects. */
struct item {
	const char *list;
	size_t index;
	json_t *object;
};

void refuse(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Zeroed; there is always some, or the program ends. */
void *room(size_t count, size_t size);

/* The list of that name; NULL, which is an empty one to jansson, when it is absent. */
json_t *read_list(json_t *object, const char *name);
struct item read_item(json_t *list, const char *name, size_t index);

const char *read_text(const struct item *item, const char *key);
double read_number(const struct item *item, const char *key);

/* The same of what may be absent. */
double read_optional(const struct item *item, const char *key, double absent);

/* A number of things: whole, not negative, and few enough to be added up. */
uint64_t read_count(const json_t *value, const struct item *item, const char *key);

#endif
