/*
 * How a program of the user's is started: what execve(2) gets. A program that came along lies in
 * the current directory, as programs/collect of the host side puts it there:
 *
 *	programs/bin/NAME	programs, by the last part of their paths
 *	programs/lib/NAME	what dynamic ones need: their loader and their libraries
 *	tree/			the user's data
 *
 * A dynamic program is started by its own loader with these libraries alone, a script by the
 * interpreter that its first line names, so that all environments execute the same files. A program
 * that did not come along is taken from where it is, found as execvp(3) finds it.
 */
#ifndef INVOCATION_H
#define INVOCATION_H

struct invocation {
	char *file;   /* to execute */
	char **words; /* its arguments from its own name on; NULL behind the last */
	int count;
};

/* From the program's name and its arguments, `words`, of which there are `count`; -1: it cannot be
 * started, which is said with log_text(). Whatever it returns, invocation_free() ends it. */
int invocation_find(struct invocation *invocation, char *const *words, int count);
void invocation_free(struct invocation *invocation);

#endif
