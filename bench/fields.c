#include "fields.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\n";

bool
fields_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool found = file && fgets(line, (int)size, file);

	if (file)
		fclose(file);
	if (found)
		line[strcspn(line, "\n")] = '\0';
	return found;
}

const char *
fields_find(const char *line, const char *text)
{
	size_t length = strlen(text);

	while (*line && strncmp(line, text, length) != 0)
		line++;
	return *line ? line : NULL;
}

/* Returns the word at that place, which ends at a blank; NULL: there are fewer words. */
static const char *
find_word(const char *line, unsigned place)
{
	for (;;) {
		line += strspn(line, blanks);
		if (!*line || place-- == 0)
			return *line ? line : NULL;
		line += strcspn(line, blanks);
	}
}

bool
fields_copy(const char *line, unsigned place, char *word, size_t size)
{
	const char *found = find_word(line, place);

	if (found)
		snprintf(word, size, "%.*s", (int)strcspn(found, blanks), found);
	return found;
}

bool
fields_number(const char *line, unsigned place, uint64_t *value)
{
	const char *word = find_word(line, place);

	if (!word || !isdigit((unsigned char)*word))
		return false;
	*value = strtoull(word, NULL, 10);
	return true;
}

bool
fields_read(const char *path, const char *name, uint64_t *value)
{
	FILE *file = fopen(path, "re");
	size_t length = name ? strlen(name) : 0;
	bool found = false;
	char line[256];

	while (file && !found && fgets(line, sizeof(line), file))
		if (!name || (strncmp(line, name, length) == 0 && strchr(blanks, line[length])))
			found = fields_number(line, name ? 1 : 0, value);
	if (file)
		fclose(file);
	return found;
}
