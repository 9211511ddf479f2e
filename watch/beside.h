/* A file is written under a temporary name next to its final one and renamed when it is
 * complete. */
#ifndef BESIDE_H
#define BESIDE_H

#include <stdio.h>

_Noreturn void die_writing(const char *path);
FILE *open_beside(const char *path);
void keep_file(FILE *file, const char *path);
void drop_file(FILE *file, const char *path);

#endif
