#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "say.h"

/* The first line of a small file; "" if it cannot be read. */
static void
read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, line, size - 1);

	close(fd);
	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

int
open_device(const char *devices, const char *file, const char *value, int flags, char node[64])
{
	DIR *directory = opendir(devices);
	struct dirent *entry;
	char path[128], word[64];
	int fd = -1;

	while (directory && fd < 0 && (entry = readdir(directory))) {
		snprintf(path, sizeof(path), "%s/%.50s/%s", devices, entry->d_name, file);
		read_line(path, word, sizeof(word));
		word[strcspn(word, " ")] = '\0';
		if (strcmp(word, value) != 0)
			continue;
		snprintf(node, 64, "/dev/%.50s", entry->d_name);
		fd = open(node, flags | O_CLOEXEC);
	}
	if (directory)
		closedir(directory);
	return fd;
}

void
read_consoles(char names[CONSOLES_SIZE])
{
	read_line("/sys/class/tty/console/active", names, CONSOLES_SIZE);
}

/* /dev/console cannot control a session; the terminal behind it can. */
void
control_terminal(const char *name)
{
	char node[CONSOLES_SIZE + 5];
	int fd;

	setsid();
	snprintf(node, sizeof(node), "/dev/%s", name);
	fd = open(node, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0) {
		say("%s: no job control: %s", node, strerror(errno));
		return;
	}
	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(fd, i);
	close(fd);
}
