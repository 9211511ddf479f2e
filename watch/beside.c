#include "beside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"

static char *
beside(const char *path)
{
	char *name;

	if (asprintf(&name, "%s.tmp", path) < 0)
		die(MISSING, "watch: no memory");
	return name;
}

_Noreturn void
die_writing(const char *path)
{
	die(MISSING, "cannot write %s: %s", path, strerror(errno));
}

FILE *
open_beside(const char *path)
{
	char *name = beside(path);
	FILE *file = fopen(name, "we");

	if (!file)
		die_writing(name);
	free(name);
	return file;
}

void
keep_file(FILE *file, const char *path)
{
	char *name = beside(path);

	if (ferror(file) || fclose(file) != 0 || rename(name, path) < 0)
		die_writing(path);
	free(name);
}

void
drop_file(FILE *file, const char *path)
{
	char *name = beside(path);

	fclose(file);
	unlink(name);
	free(name);
}
