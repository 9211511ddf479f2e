/*
 * Reads JSON from another program. On an error, prints one line on stderr with the place and the
 * reason, and ends the program.
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

/* Allocates zeroed memory, also for a size of 0; ends the program when there is none. */
void *room(size_t count, size_t size);

/* The list of that name; NULL, which jansson treats as an empty list, when it is absent. */
json_t *read_list(json_t *object, const char *name);
struct item read_item(json_t *list, const char *name, size_t index);

const char *read_text(const struct item *item, const char *key);
double read_number(const struct item *item, const char *key);

/* The same for an optional value. */
double read_optional(const struct item *item, const char *key, double absent);

/* A count: whole, not negative, and small enough that sums do not overflow. */
uint64_t read_count(const json_t *value, const struct item *item, const char *key);

#endif
