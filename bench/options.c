#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "log.h"

enum { MOST_OPTIONS = 96, TURNS = 5 };

static const char blanks[] = " \t\r\n";

const char byte_order_mark[] = "\xef\xbb\xbf";

struct setting {
	const struct option *option;
	void *settings;
	char *given; /* NULL: the default */
};

struct options {
	struct setting settings[MOST_OPTIONS];
	int count;
};

struct options *
options_new(void)
{
	return allocate(1, sizeof(struct options));
}

void
options_free(struct options *options)
{
	for (int i = 0; options && i < options->count; i++)
		free(options->settings[i].given);
	free(options);
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

/* Returns 1, 0, or -1 when it is neither. */
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
	if (errno || *end || value < INT_MIN || value > INT_MAX)
		return false;
	*out = (int)value;
	return true;
}

/*
 * An unknown suffix makes the value 0, and text after a suffix is ignored: sysbench's rule.
 * sysbench does the same for a blank, a sign or an overflow; here these are errors, since no user
 * means them.
 */
static bool
parse_size(const char *text, uint64_t *out)
{
	static const char suffixes[] = "KMGT";
	const char *suffix;
	uint64_t value, unit = 1;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || !isdigit((unsigned char)*text) || (*end && !isalpha((unsigned char)*end)))
		return false;
	suffix = strchr(suffixes, toupper((unsigned char)*end));
	if (*end)
		unit = suffix ? UINT64_C(1) << 10 * (suffix - suffixes + 1) : 0;
	if (__builtin_mul_overflow(value, unit, &value))
		return false;
	*out = value;
	return true;
}

/* The index of a word among those between braces in the help; -1: not found. */
static int
find_word(const char *help, const char *word, size_t length)
{
	const char *at = strchr(help, '{');
	size_t size;

	for (int i = 0; *at != '}'; i++, at += size) {
		at += strspn(at, "{, ");
		size = strcspn(at, ",}");
		if (size == length && memcmp(at, word, size) == 0)
			return i;
	}
	return -1;
}

/* Sets a bit for each word of a list; returns the first invalid word, or NULL. */
static const char *
parse_flags(const char *help, const char *list, unsigned *out)
{
	size_t length;
	int bit;

	*out = 0;
	for (; *list; list += length + (list[length] == ',')) {
		length = strcspn(list, ",");
		bit = length ? find_word(help, list, length) : 0;
		if (bit < 0)
			return list;
		if (length)
			*out |= 1U << bit;
	}
	return NULL;
}

/* false: the text is invalid for that type. For some types an invalid text is stored as a value
 * without meaning. */
static bool
store(const struct option *option, const char *text, void *settings)
{
	void *to = (char *)settings + option->at;
	char *end;
	int number;

	switch ((enum option_type)option->type) {
	case OPTION_BOOL:
		number = parse_bool(text);
		*(bool *)to = number == 1;
		return number >= 0;
	case OPTION_INT:
		return parse_int(text, to);
	case OPTION_DOUBLE:
		*(double *)to = strtod(text, &end);
		return *text && !*end;
	case OPTION_SIZE:
		return parse_size(text, to);
	case OPTION_SIZE_NOT_0:
	case OPTION_BYTES:
		if (!parse_size(text, to))
			*(uint64_t *)to = 0;
		return true;
	case OPTION_WORD:
		*(int *)to = find_word(option->help, text, strlen(text));
		return true;
	case OPTION_FLAGS:
		parse_flags(option->help, text, to);
		return true;
	default:
		*(const char **)to = text;
		return true;
	}
}

void
options_add(struct options *options, const struct option *table, void *settings)
{
	for (; table->name; table++) {
		if (options->count == MOST_OPTIONS)
			abort();
		options->settings[options->count++] = (struct setting){table, settings, NULL};
		store(table, table->value ? table->value : "", settings);
	}
}

/* sysbench reports a wrong size only later, in these words. */
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
	if (setting->option->type == OPTION_LINES && setting->given)
		copy = text_of("%s\n%s", setting->given, text);
	else
		copy = text_of("%s", text);
	free(setting->given);
	setting->given = copy;
	if (store(setting->option, copy, setting->settings))
		return 0;
	complain(setting->option, text);
	return -1;
}

/* The line as "--name=value", which the caller frees; NULL: the line is empty. */
static char *
line_argument(const char *line)
{
	const char *name = line + strspn(line, blanks), *value;
	size_t length = strcspn(name, "="), end;

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
	return text_of("--%.*s%s%.*s", (int)length, name, value ? "=" : "", (int)end,
		       value ? value : "");
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

static const char *
text_in(const struct setting *s)
{
	return s->given ? s->given : s->option->value ? s->option->value : "";
}

static bool
allowed(const struct setting *s)
{
	const struct option *o = s->option;
	const void *at = (const char *)s->settings + o->at;
	unsigned flags;

	if (o->least == INT_MIN)
		return true;
	switch ((enum option_type)o->type) {
	case OPTION_INT:
		return *(const int *)at >= o->least && (!o->most || *(const int *)at <= o->most);
	case OPTION_SIZE:
	case OPTION_SIZE_NOT_0:
	case OPTION_BYTES:
		return *(const uint64_t *)at >= (unsigned)o->least &&
		       (!o->most || *(const uint64_t *)at <= (unsigned)o->most) &&
		       (!o->multiple || *(const uint64_t *)at % o->multiple == 0);
	case OPTION_DOUBLE:
		return *(const double *)at >= o->least;
	case OPTION_WORD:
		return *(const int *)at >= 0 || (o->value && !*o->value && !*text_in(s));
	case OPTION_FLAGS:
		return !parse_flags(o->help, text_in(s), &flags);
	default:
		return true;
	}
}

/* For flags, the message names the wrong flag; for numbers, the parsed value. */
static void
refuse(const struct setting *s)
{
	const struct option *o = s->option;
	const void *at = (const char *)s->settings + o->at;
	const char *text = text_in(s);
	char value[64];
	unsigned flags;

	if (o->type == OPTION_FLAGS) {
		text = parse_flags(o->help, text, &flags);
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(text, ","), text);
	} else if (o->type == OPTION_DOUBLE) {
		snprintf(value, sizeof(value), "%f", *(const double *)at);
	} else if (o->type == OPTION_INT) {
		snprintf(value, sizeof(value), "%d", *(const int *)at);
	} else if (o->type == OPTION_BYTES || o->as_number) {
		snprintf(value, sizeof(value), "%lld", (long long)*(const uint64_t *)at);
	} else {
		log_text(LOG_FATAL, o->wrong ? o->wrong : WRONG_DEFAULT, o->name, text);
		return;
	}
	log_text(LOG_FATAL, o->wrong ? o->wrong : WRONG_DEFAULT, o->name, value);
}

static int
check(const struct setting *s)
{
	const struct option *o = s->option;

	if (allowed(s) && (!o->fits || o->fits(s->settings)))
		return 0;
	if (o->type != OPTION_WORD || o->value || *text_in(s)) {
		refuse(s);
		return -1;
	}
	log_text(LOG_FATAL, "Missing required argument: --%s\n", o->name);
	return OPTIONS_MISSING;
}

int
options_check(const struct options *options, const void *settings, bool run)
{
	const struct setting *s;
	int result = 0;

	for (int i = 0; i < TURNS * options->count && result == 0; i++) {
		s = &options->settings[i % options->count];
		if (s->settings == settings && s->option->turn == i / options->count &&
		    (run || !s->option->for_run))
			result = check(s);
	}
	return result;
}

static const char *
placeholder(unsigned char type)
{
	switch ((enum option_type)type) {
	case OPTION_BOOL:
		return "[=on|off]";
	case OPTION_SIZE:
	case OPTION_SIZE_NOT_0:
		return "=SIZE";
	case OPTION_STRING:
	case OPTION_LINES:
	case OPTION_WORD:
		return "=STRING";
	case OPTION_FILE:
		return "=FILENAME";
	case OPTION_LIST:
	case OPTION_FLAGS:
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
