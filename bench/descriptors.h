/*
 * If a program is started with descriptor 0, 1 or 2 closed, the next file that it opens takes that
 * place, and with it the output meant for the reports. Called first in main().
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <fcntl.h>
#include <unistd.h>

/* A directory always exists, and reading from it or writing to it fails as with a closed
 * descriptor. */
static inline void
descriptors_fill(void)
{
	int fd;

	do
		fd = open("/", O_RDONLY | O_DIRECTORY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

#endif
