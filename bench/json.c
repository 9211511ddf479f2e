#include "json.h"

#include <math.h>

/* The length of the UTF-8 sequence at p, 0 when there is none (overlong and surrogates included).
 */
static int
utf8_length(const unsigned char *p)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf && (p[1] & 0xc0) == 0x80)
		return 2;
	if ((p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
		return (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ? 0 : 3;
	if (p[0] >= 0xf0 && p[0] <= 0xf4 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 &&
	    (p[3] & 0xc0) == 0x80)
		return (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f) ? 0 : 4;
	return 0;
}

static void
put_text(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	int length;

	for (; *p; p += length ? length : 1) {
		length = utf8_length(p);
		if (length == 0)
			fputs("\\ufffd", out);
		else if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(out, "\\u%04x", *p);
		else
			fwrite(p, 1, (size_t)length, out);
	}
}

static void
quote(FILE *out, const char *text)
{
	putc('"', out);
	put_text(out, text);
	putc('"', out);
}

static void
begin(struct json *json, const char *key)
{
	if (json->comma)
		putc(',', json->out);
	json->comma = true;
	if (key) {
		quote(json->out, key);
		putc(':', json->out);
	}
}

void
json_object(struct json *json, const char *key)
{
	begin(json, key);
	putc('{', json->out);
	json->comma = false;
}

void
json_array(struct json *json, const char *key)
{
	begin(json, key);
	putc('[', json->out);
	json->comma = false;
}

void
json_end(struct json *json, char bracket)
{
	putc(bracket, json->out);
	json->comma = true;
}

void
json_string(struct json *json, const char *key, const char *value)
{
	if (!value)
		return;
	begin(json, key);
	quote(json->out, value);
}

void
json_words(struct json *json, const char *key, int count, char **words)
{
	begin(json, key);
	putc('"', json->out);
	for (int i = 0; i < count; i++) {
		if (i > 0)
			putc(' ', json->out);
		put_text(json->out, words[i]);
	}
	putc('"', json->out);
}

void
json_uint(struct json *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->out, "%llu", (unsigned long long)value);
}

void
json_int(struct json *json, const char *key, int64_t value)
{
	begin(json, key);
	fprintf(json->out, "%lld", (long long)value);
}

void
json_double(struct json *json, const char *key, double value)
{
	if (!isfinite(value))
		return;
	begin(json, key);
	fprintf(json->out, "%.9g", value);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->out);
}

void
json_raw(struct json *json, const char *text, size_t size)
{
	begin(json, NULL);
	fwrite(text, 1, size, json->out);
}
