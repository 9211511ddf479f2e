/*
 * Writes JSON (RFC 8259) to a stream, on one line. Keys are given with each value; inside an array
 * the key is NULL. Numbers that JSON cannot carry (NaN, infinities) are left out.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma; /* the next value is not the first of its object or array */
};

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json, char bracket); /* '}' or ']' */

/* Bytes that are not UTF-8 become U+FFFD. A NULL value writes nothing. */
void json_string(struct json *json, const char *key, const char *value);
/* One string, the words separated by blanks. */
void json_words(struct json *json, const char *key, int count, char **words);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_int(struct json *json, const char *key, int64_t value);
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
/* A value that is already JSON. */
void json_raw(struct json *json, const char *text, size_t size);

#endif
