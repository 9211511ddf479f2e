/*
 * How a user's program is started: the arguments of execve(2). A program that was brought along is
 * in the current directory, where programs/collect on the host puts it:
 *
 *	programs/bin/NAME	programs, by the last part of their paths
 *	programs/lib/NAME	what dynamic programs need: their loader and their libraries
 *	tree/			the user's data
 *
 * A dynamic program is started by its own loader with only these libraries, a script by the
 * interpreter that its first line names, so that all environments execute the same files. A program
 * that was not brought along is used where execvp(3) would find it.
 */
#ifndef INVOCATION_H
#define INVOCATION_H

struct invocation {
	char *file;   /* to execute */
	char **words; /* its arguments, beginning with its own name; NULL after the last */
	int count;
};

/* From the program's name and its arguments, `words`, of which there are `count`; -1: it cannot be
 * started, which was reported with log_text(). In any case invocation_free() must follow. */
int invocation_find(struct invocation *invocation, char *const *words, int count);
void invocation_free(struct invocation *invocation);

#endif
