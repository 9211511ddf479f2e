/*
 * Fuzzes the JSON writer: the input is a sequence of calls. Each call is written down as a line of
 * plain text, and so is what a strict parser of RFC 8259 meets in the output; both have to be the
 * same.
 */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { MOST_LEVELS = 64, MOST_TEXT = 24, REPLACEMENT = 0xfffd };

struct input {
	const uint8_t *data;
	size_t left;
};

struct calls {
	struct json json;
	char ends[MOST_LEVELS]; /* the brackets that are to come */
	int depth;
	FILE *made;
};

struct parser {
	const char *at;
	FILE *met;
};

/* The length of the UTF-8 sequence at p, 0 when there is none. */
static int
decode(const unsigned char *p, unsigned *point)
{
	int length = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;
	int shortest;

	*point = length == 1 ? *p : *p & (0x7fU >> length);
	for (int i = 1; i < length; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		*point = *point << 6 | (p[i] & 0x3f);
	}
	shortest = *point < 0x80 ? 1 : *point < 0x800 ? 2 : *point < 0x10000 ? 3 : 4;
	return length == shortest && *point >> 11 != 0x1b && *point <= 0x10ffff ? length : 0;
}

static void
note_text(FILE *out, char kind, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned point;
	int length;

	putc(kind, out);
	for (; *p; p += length ? length : 1) {
		length = decode(p, &point);
		fprintf(out, " %x", length ? point : REPLACEMENT);
	}
	putc('\n', out);
}

static uint64_t
take(struct input *in, size_t bytes)
{
	uint64_t value = 0;

	for (; bytes > 0 && in->left > 0; bytes--, in->left--)
		value = value << 8 | *in->data++;
	return value;
}

static const char *
take_text(struct input *in, char text[MOST_TEXT + 1])
{
	size_t length = take(in, 1) % (MOST_TEXT + 1), i;

	for (i = 0; i < length && in->left > 0; i++)
		text[i] = (char)take(in, 1);
	text[i] = '\0';
	return text;
}

static void
open_bracket(struct calls *c, const char *key, char end)
{
	(end == '}' ? json_object : json_array)(&c->json, key);
	fprintf(c->made, "%c\n", end == '}' ? '{' : '[');
	c->ends[c->depth++] = end;
}

static void
close_bracket(struct calls *c)
{
	char end = c->ends[--c->depth];

	json_end(&c->json, end);
	fprintf(c->made, "%c\n", end);
}

static void
call_number(struct calls *c, const char *key, unsigned kind, uint64_t bits)
{
	double value;

	if (kind == 0) {
		json_uint(&c->json, key, bits);
		fprintf(c->made, "0 %llu\n", (unsigned long long)bits);
	} else if (kind == 1) {
		json_int(&c->json, key, (int64_t)bits);
		fprintf(c->made, "0 %lld\n", (long long)bits);
	} else {
		memcpy(&value, &bits, sizeof(value));
		json_double(&c->json, key, value);
		if (isfinite(value))
			fprintf(c->made, "0 %.9g\n", value);
	}
}

/* What JSON cannot carry leaves no trace, its key included. */
static bool
is_left_out(unsigned kind, uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return kind == 2 && !isfinite(value);
}

static void
call_value(struct calls *c, struct input *in, unsigned kind)
{
	bool keyed = c->ends[c->depth - 1] == '}';
	char key_text[MOST_TEXT + 1], text[MOST_TEXT + 1];
	const char *key = keyed ? take_text(in, key_text) : NULL;
	uint64_t bits = kind < 3 ? take(in, 8) : 0;

	if (keyed && !is_left_out(kind, bits))
		note_text(c->made, ':', key);
	if (kind < 3) {
		call_number(c, key, kind, bits);
	} else if (kind == 3) {
		json_string(&c->json, key, take_text(in, text));
		note_text(c->made, '"', text);
	} else if (kind == 4) {
		json_bool(&c->json, key, in->left & 1);
		fprintf(c->made, "%s\n", in->left & 1 ? "true" : "false");
	} else {
		open_bracket(c, key, kind == 5 ? '}' : ']');
	}
}

static void
make_calls(struct calls *c, struct input *in)
{
	unsigned kind;

	open_bracket(c, NULL, '}');
	while (in->left > 0 && c->depth < MOST_LEVELS) {
		kind = (unsigned)take(in, 1) % 9;
		if (kind < 7)
			call_value(c, in, kind);
		else if (kind == 7)
			json_string(&c->json, "absent", NULL);
		else if (c->depth > 1)
			close_bracket(c);
	}
	while (c->depth > 0)
		close_bracket(c);
}

static void
demand(bool condition)
{
	if (!condition)
		abort();
}

static unsigned
parse_escape(struct parser *p)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *letter = strchr(letters, p->at[1]);
	unsigned point;
	int length;

	if (p->at[1] != 'u') {
		demand(letter && *letter);
		p->at += 2;
		return (unsigned char)meant[letter - letters];
	}
	for (int i = 2; i < 6; i++)
		demand(isxdigit((unsigned char)p->at[i]));
	demand(sscanf(p->at, "\\u%4x%n", &point, &length) == 1 && length == 6);
	demand(point >> 11 != 0x1b);
	p->at += length;
	return point;
}

static void
parse_text(struct parser *p, char kind)
{
	unsigned point;
	int length;

	demand(*p->at++ == '"');
	putc(kind, p->met);
	while (*p->at != '"') {
		if (*p->at == '\\') {
			point = parse_escape(p);
		} else {
			length = decode((const unsigned char *)p->at, &point);
			demand(length > 0 && point >= 0x20);
			p->at += length;
		}
		fprintf(p->met, " %x", point);
	}
	p->at++;
	putc('\n', p->met);
}

static void
parse_digits(struct parser *p)
{
	demand(isdigit((unsigned char)*p->at));
	p->at += strspn(p->at, "0123456789");
}

static void
parse_number(struct parser *p)
{
	const char *start = p->at;

	p->at += *p->at == '-';
	if (*p->at == '0')
		p->at++;
	else
		parse_digits(p);
	if (*p->at == '.') {
		p->at++;
		parse_digits(p);
	}
	if (*p->at == 'e' || *p->at == 'E') {
		p->at++;
		p->at += *p->at == '-' || *p->at == '+';
		parse_digits(p);
	}
	fprintf(p->met, "0 %.*s\n", (int)(p->at - start), start);
}

static void parse_value(struct parser *p);

static void
parse_members(struct parser *p, char end)
{
	fprintf(p->met, "%c\n", *p->at++);
	while (*p->at != end) {
		if (end == '}') {
			parse_text(p, ':');
			demand(*p->at++ == ':');
		}
		parse_value(p);
		demand(*p->at == end || (*p->at++ == ',' && *p->at != end));
	}
	fprintf(p->met, "%c\n", *p->at++);
}

static void
parse_word(struct parser *p, const char *word)
{
	demand(strncmp(p->at, word, strlen(word)) == 0);
	p->at += strlen(word);
	fprintf(p->met, "%s\n", word);
}

static void
parse_value(struct parser *p)
{
	switch (*p->at) {
	case '{':
		parse_members(p, '}');
		break;
	case '[':
		parse_members(p, ']');
		break;
	case '"':
		parse_text(p, '"');
		break;
	case 't':
	case 'f':
		parse_word(p, *p->at == 't' ? "true" : "false");
		break;
	default:
		parse_number(p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.data = data, .left = size};
	char *text, *made, *met;
	size_t text_size, made_size, met_size;
	struct calls calls = {.json.out = open_memstream(&text, &text_size),
			      .made = open_memstream(&made, &made_size)};
	struct parser parser = {.met = open_memstream(&met, &met_size)};

	make_calls(&calls, &in);
	fclose(calls.json.out);
	fclose(calls.made);
	parser.at = text;
	parse_value(&parser);
	fclose(parser.met);
	demand(*parser.at == '\0');
	demand(strcmp(made, met) == 0);
	free(text);
	free(made);
	free(met);
	return 0;
}
