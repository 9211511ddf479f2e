#include "lava.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORD = 100 };

/* Returns the position after a value or key: bench writes no blanks between them. */
static const char *
behind(const char *p)
{
	int depth = 0;
	bool quoted = false;

	for (; *p; p++) {
		if (quoted && *p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (depth == 0 && strchr(",:]}", *p))
			break;
		else
			depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
	}
	return p;
}

/* The value of this key in an object; NULL: none. */
static const char *
member(const char *object, const char *key)
{
	size_t length = strlen(key);
	const char *name, *value;

	for (; *object == '{' || *object == ','; object = behind(value)) {
		name = object + 1;
		value = behind(name);
		if (*value++ != ':')
			break;
		if (strncmp(name + 1, key, length) == 0 && name[1 + length] == '"')
			return value;
	}
	return NULL;
}

static void
copy_word(char word[WORD], const char *value)
{
	const char *end = behind(value);
	char *out = word;

	for (; value < end && out < word + WORD - 1; value++)
		if (isalnum((unsigned char)*value) || strchr("._-+/%", *value))
			*out++ = *value;
		else if (*value != '"')
			*out++ = '_';
	*out = '\0';
}

/* The primary metric, chosen as in environments/start/experiments.jq. NULL: none. */
static const char *
primary(const char *experiment, char unit[WORD])
{
	static const char *const kinds[] = {"read", "write", "fsync"};
	const char *metrics = member(experiment, "metrics");
	const char *operations = member(experiment, "operations"), *operation, *count;

	if (metrics) {
		if (member(metrics + 1, "unit"))
			copy_word(unit, member(metrics + 1, "unit"));
		return member(metrics + 1, "value");
	}
	for (int i = 0; operations && i < 3; i++) {
		operation = member(operations, kinds[i]);
		count = operation ? member(operation, "count") : NULL;
		if (!count || *count == '0')
			continue;
		snprintf(unit, WORD, "%ss/s", kinds[i]);
		return member(operation, "per_s");
	}
	strcpy(unit, "events/s");
	return member(experiment, "events_per_s");
}

static void
report(int fd, const char *experiment)
{
	const char *name = member(experiment, "name"), *code = member(experiment, "exit"), *value;
	char word[WORD] = "", figure[WORD] = "", unit[WORD] = "", line[4 * WORD];
	const char *result = member(experiment, "unavailable") ? "skip"
			     : code && *code == '0'	       ? "pass"
							       : "fail";
	int size;

	if (name)
		copy_word(word, name);
	size = snprintf(line, sizeof(line), "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=%s RESULT=%s", word,
			result);
	value = *result == 'p' ? primary(experiment, unit) : NULL;
	if (value) {
		copy_word(figure, value);
		size += snprintf(line + size, sizeof(line) - (size_t)size, " MEASUREMENT=%s%s%s",
				 figure, *unit ? " UNITS=" : "", unit);
	}
	line[size++] = '>';
	line[size++] = '\n';
	if (write(fd, line, (size_t)size) < 0)
		return;
}

void
lava_report(int fd, const char *document)
{
	const char *place = member(document, "experiments");

	for (; place && (*place == '[' || *place == ',') && place[1] == '{';
	     place = behind(place + 1))
		report(fd, place + 1);
}
