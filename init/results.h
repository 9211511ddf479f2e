/* The partition for results, on the disk that the machine was started from. On an error these
 * functions report it and give up. */
#ifndef RESULTS_H
#define RESULTS_H

#include "conf.h"

/* Sets `name`, as in /sys/class/block, to the partition whose file system has this UUID. */
void find_disk(const struct conf *conf, const char *uuid, char name[32]);

/* samebits.conf is on the first partition of the same disk. */
void read_conf(struct conf *conf, const char *results);

void mount_results(const struct conf *conf, const char *name);
void check_room(const struct conf *conf);

/* Opens the run's directory; `stem` is the beginning of its documents' names. Numbers continue from
 * the last start. */
int open_run(const struct conf *conf, const char *stem, int *next);

/* A document that has its name is complete and on the disk: the power may fail at any time. */
void keep(const struct conf *conf, int document, int directory, const char *name);

#endif
