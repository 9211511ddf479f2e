/*
 * A line split into words as by a shell: blanks separate them, '...' is literal, in "..." a
 * backslash escapes only " and \, elsewhere the next character, and a # outside of quotes begins a
 * comment. Nothing is expanded.
 */
#ifndef WORDS_H
#define WORDS_H

/* Splits in place; returns the number of words. -1: more than `most`, -2: an unterminated quote. */
int words_split(char *line, char *words[], int most);

/* The words joined, quoted where necessary; the caller frees the result. */
char *words_join(char *const *words, int count);

#endif
