/* The partition for results, on the disk that a machine was started from. What fails here is said,
 * and gives up. */
#ifndef RESULTS_H
#define RESULTS_H

#include "conf.h"

/* Sets `name`, as in /sys/class/block, of the one whose file system has this UUID. */
void find_disk(const struct conf *conf, const char *uuid, char name[32]);

/* samebits.conf is on the first partition of the same disk. */
void read_conf(struct conf *conf, const char *results);

void mount_results(const struct conf *conf, const char *name);
void check_room(const struct conf *conf);

/* The run's directory, where names of documents begin with `stem`. Numbers go on where the last
 * start left off. */
int open_run(const struct conf *conf, const char *stem, int *next);

/* Under its name a document is whole, and on the disk: at any moment the power may fail. */
void keep(const struct conf *conf, int document, int directory, const char *name);

#endif
