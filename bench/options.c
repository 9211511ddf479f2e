#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { MOST_OPTIONS = 96 };

static const char blanks[] = " \t\r\n";

const char byte_order_mark[] = "\xef\xbb\xbf";

struct setting {
	const struct option *option;
	char *text; /* what was given; NULL: the default holds */
};

struct options {
	struct setting settings[MOST_OPTIONS];
	int count;
	char **words;
	int word_count;
};

struct options *
options_new(void)
{
	return calloc(1, sizeof(struct options));
}

void
options_free(struct options *options)
{
	if (!options)
		return;
	for (int i = 0; i < options->count; i++)
		free(options->settings[i].text);
	free(options->words);
	free(options);
}

int
options_add(struct options *options, const struct option *table)
{
	for (; table->name; table++) {
		if (options->count == MOST_OPTIONS)
			return -1;
		options->settings[options->count++].option = table;
	}
	return 0;
}

static bool
same_name(const char *name, const char *given, size_t length)
{
	size_t i;

	for (i = 0; i < length && name[i]; i++)
		if (name[i] != (given[i] == '_' ? '-' : given[i]))
			return false;
	return i == length && !name[i];
}

static struct setting *
find(const struct options *options, const char *name, size_t length)
{
	for (int i = 0; i < options->count; i++)
		if (same_name(options->settings[i].option->name, name, length))
			return (struct setting *)&options->settings[i];
	return NULL;
}

/* 1, 0, or -1 when it is neither. */
static int
parse_bool(const char *text)
{
	static const char *const yes[] = {"", "on", "true", "1"}, *const no[] = {"off", "false",
										 "0"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcmp(text, yes[i]) == 0)
			return 1;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (strcmp(text, no[i]) == 0)
			return 0;
	return -1;
}

static bool
parse_int(const char *text, int *out)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(*text ? text : "0", &end, 10);
	*out = (int)value;
	return errno == 0 && !*end && value >= INT_MIN && value <= INT_MAX;
}

/*
 * An unknown suffix makes 0 of the value, and what follows a suffix is ignored: sysbench's rule. So
 * it does with a blank or a sign, which nobody means, and with what does not fit: those are wrong.
 */
static bool
parse_size(const char *text, uint64_t *out)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	uint64_t unit;
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (errno || !isdigit((unsigned char)*text) || (*end && !isalpha((unsigned char)*end)))
		return false;
	if (!*end)
		return true;
	suffix = strchr(suffixes, toupper((unsigned char)*end));
	unit = suffix ? UINT64_C(1) << 10 * (suffix - suffixes + 1) : 0;
	return !__builtin_mul_overflow(*out, unit, out);
}

static bool
valid(const struct option *option, const char *text)
{
	uint64_t size;
	char *end;
	int number;

	switch (option->type) {
	case OPTION_INT:
		return parse_int(text, &number);
	case OPTION_SIZE:
		return parse_size(text, &size);
	case OPTION_DOUBLE:
		strtod(text, &end);
		return *text && !*end;
	default:
		return true;
	}
}

/* sysbench finds the size wrong later, in these words. */
static void
complain(const struct option *option, const char *text)
{
	char name[64];
	size_t i;

	if (option->type == OPTION_SIZE) {
		log_text(LOG_FATAL, "Invalid value for %s: %s", option->name, text);
		return;
	}
	for (i = 0; i < sizeof(name) - 1 && option->name[i]; i++)
		name[i] = option->name[i] == '-' ? '_' : option->name[i];
	name[i] = '\0';
	log_refusal("Invalid value for the '%s' option: '%s'", name, text);
}

bool
options_know(const struct options *options, const char *argument)
{
	size_t length = strcspn(argument + 2, "=");
	const struct setting *setting = find(options, argument + 2, length);

	return setting && (setting->option->type != OPTION_BOOL ||
			   parse_bool(argument + 2 + length + (argument[2 + length] == '=')) >= 0);
}

int
options_set(struct options *options, const char *argument)
{
	const char *name = argument + 2, *equals = strchr(name, '=');
	const char *text = equals ? equals + 1 : "";
	struct setting *setting = find(options, name, strcspn(name, "="));
	char *copy;

	if (!setting || (setting->option->type == OPTION_BOOL && parse_bool(text) < 0)) {
		log_refusal("invalid option: %s", argument);
		return -1;
	}
	if (!valid(setting->option, text)) {
		complain(setting->option, text);
		return -1;
	}
	if (setting->option->type != OPTION_LINES || !setting->text)
		copy = strdup(text);
	else if (asprintf(&copy, "%s\n%s", setting->text, text) < 0)
		copy = NULL;
	if (!copy) {
		log_refusal("no memory for option %s", argument);
		return -1;
	}
	free(setting->text);
	setting->text = copy;
	return 0;
}

/* "--name=value" of a line, for the caller to free; NULL: there is nothing in it. */
static char *
line_argument(const char *line)
{
	const char *name = line + strspn(line, blanks), *value;
	size_t length = strcspn(name, "="), end;
	char *argument;

	value = name[length] ? name + length + 1 : NULL;
	while (length > 0 && strchr(blanks, name[length - 1]))
		length--;
	if (length == 0 || *name == '#' || *name == '[')
		return NULL;
	if (value)
		value += strspn(value, blanks);
	end = value ? strlen(value) : 0;
	while (end > 0 && strchr(blanks, value[end - 1]))
		end--;
	if (asprintf(&argument, "--%.*s%s%.*s", (int)length, name, value ? "=" : "", (int)end,
		     value ? value : "") < 0)
		return NULL;
	return argument;
}

int
options_read(struct options *options, const char *path, bool partly)
{
	char *line = NULL, *argument;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	int result = 0;

	if (!file) {
		log_refusal("%s: %s", path, strerror(errno));
		return -1;
	}
	while (result == 0 && getline(&line, &size, file) >= 0) {
		if (strncmp(line, byte_order_mark, strlen(byte_order_mark)) == 0) {
			log_refusal("%s begins with a byte-order mark; save it without one", path);
			result = -1;
			break;
		}
		argument = line_argument(line);
		if (argument && (!partly || options_know(options, argument)))
			result = options_set(options, argument);
		free(argument);
	}
	if (ferror(file)) {
		log_refusal("%s: %s", path, strerror(errno));
		result = -1;
	}
	free(line);
	fclose(file);
	return result;
}

const char *
options_string(const struct options *options, const char *name)
{
	const struct setting *setting = find(options, name, strlen(name));

	if (!setting)
		abort();
	if (setting->text)
		return setting->text;
	return setting->option->value ? setting->option->value : "";
}

bool
options_bool(const struct options *options, const char *name)
{
	return parse_bool(options_string(options, name)) == 1;
}

int
options_int(const struct options *options, const char *name)
{
	int value;

	parse_int(options_string(options, name), &value);
	return value;
}

uint64_t
options_size(const struct options *options, const char *name)
{
	uint64_t value;

	return parse_size(options_string(options, name), &value) ? value : 0;
}

double
options_double(const struct options *options, const char *name)
{
	return strtod(options_string(options, name), NULL);
}

int
options_give_words(struct options *options, char *const *words, int count)
{
	char **copy = calloc((size_t)count + 1, sizeof(*copy));

	if (!copy)
		return -1;
	memcpy(copy, words, (size_t)count * sizeof(*copy));
	free(options->words);
	options->words = copy;
	options->word_count = count;
	return 0;
}

char *const *
options_words(const struct options *options, int *count)
{
	*count = options->word_count;
	return options->words;
}

static const char *
placeholder(enum option_type type)
{
	switch (type) {
	case OPTION_BOOL:
		return "[=on|off]";
	case OPTION_SIZE:
	case OPTION_SIZE_NOT_0:
		return "=SIZE";
	case OPTION_STRING:
	case OPTION_LINES:
		return "=STRING";
	case OPTION_FILE:
		return "=FILENAME";
	case OPTION_LIST:
		return "=[LIST,...]";
	default:
		return "=N";
	}
}

void
options_help(const struct option *table, FILE *out)
{
	size_t width = 0, length;

	for (const struct option *o = table; o->name; o++) {
		length = strlen(o->name) + strlen(placeholder(o->type));
		width = length > width ? length : width;
	}
	for (const struct option *o = table; o->name; o++) {
		fprintf(out, "  --%s%-*s %s", o->name, (int)(width - strlen(o->name)),
			placeholder(o->type), o->help);
		fprintf(out, o->value ? " [%s]\n" : "\n", o->value);
	}
}
