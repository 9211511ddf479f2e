/* Runs one child, bench or a shell, in the prepared place, and handles its result. */
#ifndef RUN_H
#define RUN_H

/* A suite's result document is held back until it is complete. */
void open_document(const char *command);
void start(char *arguments[]);

/* Waits for the child. Returns its status, or 128 plus its signal. */
int supervise(void);

/* To the host, or to a file with its name. */
void hand_over_document(void);

#endif
