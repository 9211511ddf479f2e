/* A file is written beside its place, and gets its name when it is whole. */
#ifndef BESIDE_H
#define BESIDE_H

#include <stdio.h>

_Noreturn void die_writing(const char *path);
FILE *open_beside(const char *path);
void keep_file(FILE *file, const char *path);
void drop_file(FILE *file, const char *path);

#endif
