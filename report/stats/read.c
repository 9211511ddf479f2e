#include "read.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const double most_counted = 0x1p53;

void
refuse(const char *format, ...)
{
	va_list arguments;

	fputs("samebits: stats: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs(" (status 2)\n", stderr);
	exit(2);
}

void *
room(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (memory == NULL) {
		fputs("samebits: stats: out of memory (status 1)\n", stderr);
		exit(1);
	}
	return memory;
}

json_t *
read_list(json_t *object, const char *name)
{
	json_t *list = json_object_get(object, name);

	if (list != NULL && !json_is_array(list))
		refuse("%s is not a list", name);
	return list;
}

struct item
read_item(json_t *list, const char *name, size_t index)
{
	struct item item = {name, index, json_array_get(list, index)};

	if (!json_is_object(item.object))
		refuse("%s[%zu] is not an object", name, index);
	return item;
}

static json_t *
member(const struct item *item, const char *key)
{
	json_t *value = json_object_get(item->object, key);

	if (value == NULL)
		refuse("%s[%zu] has no %s", item->list, item->index, key);
	return value;
}

const char *
read_text(const struct item *item, const char *key)
{
	json_t *value = member(item, key);

	if (!json_is_string(value))
		refuse("%s[%zu].%s is not a string", item->list, item->index, key);
	return json_string_value(value);
}

double
read_number(const struct item *item, const char *key)
{
	json_t *value = member(item, key);

	if (!json_is_number(value))
		refuse("%s[%zu].%s is not a number", item->list, item->index, key);
	return json_number_value(value);
}

double
read_optional(const struct item *item, const char *key, double absent)
{
	return json_object_get(item->object, key) == NULL ? absent : read_number(item, key);
}

uint64_t
read_count(const json_t *value, const struct item *item, const char *key)
{
	double number = json_number_value(value);

	if (!json_is_number(value) || number < 0 || number > most_counted ||
	    floor(number) != number)
		refuse("%s[%zu].%s has something that is not a count", item->list, item->index,
		       key);
	return (uint64_t)number;
}
