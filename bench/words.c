#include "words.h"

#include <stdbool.h>
#include <string.h>

#include "allocate.h"

static const char blanks[] = " \t\r\n";

/* Copies the text between quotes to *to and returns the position after them; NULL: unterminated. */
static const char *
unquote(const char *from, char **to)
{
	char quote = *from++;

	for (; *from && *from != quote; from++) {
		if (quote == '"' && from[0] == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*(*to)++ = *from;
	}
	return *from ? from + 1 : NULL;
}

/* Copies one word and ends it with a zero; NULL: unterminated quote. The copy never overtakes the
 * text still to be read, except by that zero. */
static const char *
take_word(const char *from, char **to)
{
	bool more = true;

	while (more && from) {
		if (*from == '\'' || *from == '"')
			from = unquote(from, to);
		else if (!*from || *from == '#' || strchr(blanks, *from))
			more = false;
		else {
			if (from[0] == '\\' && from[1])
				from++;
			*(*to)++ = *from++;
		}
	}
	return from;
}

int
words_split(char *line, char *words[], int most)
{
	const char *from = line;
	char *to = line, end;
	int count = 0;

	for (;;) {
		from += strspn(from, blanks);
		if (!*from || *from == '#')
			return count;
		if (count == most)
			return -1;
		words[count++] = to;
		from = take_word(from, &to);
		if (!from)
			return -2;
		end = *from;
		*to++ = '\0';
		if (!end || end == '#')
			return count;
		from++;
	}
}

static bool
plain(const char *word)
{
	return *word && !strpbrk(word, " \t\r\n'\"\\#");
}

/* Needs at most four bytes per character of the word, plus two for the quotes. */
static char *
quote(char *to, const char *word)
{
	if (plain(word))
		return stpcpy(to, word);
	*to++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *word;
	}
	return stpcpy(to, "'");
}

char *
words_join(char *const *words, int count)
{
	size_t size = 1;
	char *text, *to;

	for (int i = 0; i < count; i++)
		size += 4 * strlen(words[i]) + 3;
	text = to = allocate(size, 1);
	for (int i = 0; i < count; i++) {
		if (i)
			*to++ = ' ';
		to = quote(to, words[i]);
	}
	return text;
}
