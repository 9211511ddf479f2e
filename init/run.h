/* bench, or a shell, in the place that was made ready: one child, and what it leaves. */
#ifndef RUN_H
#define RUN_H

/* A suite's result document is kept until it is whole. */
void open_document(const char *command);
void start(char *arguments[]);

/* Until the child ends. Returns its status, or 128 and its signal. */
int supervise(void);

/* To the host, or under its name. */
void hand_over_document(void);

#endif
