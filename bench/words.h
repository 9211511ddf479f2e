/*
 * A line's words as a shell takes it apart: blanks part them, '...' is what it is, in "..." a
 * backslash holds for " and \ alone, elsewhere for what comes next, and a # outside of these begins
 * a comment. Nothing is expanded.
 */
#ifndef WORDS_H
#define WORDS_H

/* In place; returns how many. -1: there are more than `most`, -2: a quote has no end. */
int words_split(char *line, char *words[], int most);

/* The words joined, quoted where they have to be, for the caller to free. */
char *words_join(char *const *words, int count);

#endif
