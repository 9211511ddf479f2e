#include "results.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "console.h"
#include "device.h"
#include "finish.h"
#include "say.h"

enum {
	UUID_SIZE = 16,
	LOOKS = 600,	    /* for the disk, ten per second */
	ROOM = 4 * 1048576, /* more bytes than a document needs */
};

static void
wait_ms(long ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* Parses a UUID into the form of a superblock; false: not a valid UUID. */
static bool
read_uuid(const char *text, unsigned char uuid[UUID_SIZE])
{
	int i = 0;

	for (;
	     i < UUID_SIZE && isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]);
	     text += 2) {
		uuid[i++] = (unsigned char)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
		if (text[2] == '-')
			text++;
	}
	return i == UUID_SIZE && !*text;
}

/* The places of ext4's magic number and UUID: Documentation/filesystems/ext4/super.rst. */
static bool
holds(const char *node, const unsigned char uuid[UUID_SIZE])
{
	enum { SUPERBLOCK = 1024, MAGIC = 0x38, UUID = 0x68 };
	unsigned char block[UUID + UUID_SIZE];
	int fd = open(node, O_RDONLY | O_CLOEXEC);
	bool whole = fd >= 0 && pread(fd, block, sizeof(block), SUPERBLOCK) == sizeof(block);

	close(fd);
	return whole && block[MAGIC] == 0x53 && block[MAGIC + 1] == 0xef &&
	       memcmp(block + UUID, uuid, UUID_SIZE) == 0;
}

/* Counts the partitions with this file system and sets the name of one of them. */
static int
look_for(const unsigned char uuid[UUID_SIZE], char name[32])
{
	DIR *directory = opendir("/sys/class/block");
	struct dirent *entry;
	char path[64];
	int count = 0;

	while (directory && (entry = readdir(directory))) {
		snprintf(path, sizeof(path), "/sys/class/block/%.31s/partition", entry->d_name);
		if (access(path, F_OK) < 0)
			continue;
		snprintf(path, sizeof(path), "/dev/%.31s", entry->d_name);
		if (!holds(path, uuid))
			continue;
		snprintf(name, 32, "%.31s", entry->d_name);
		count++;
	}
	if (directory)
		closedir(directory);
	return count;
}

/* USB may need seconds. Two copies of this image look the same, and the other one may appear later
 * than ours. */
void
find_disk(const struct conf *conf, const char *text, char name[32])
{
	unsigned char uuid[UUID_SIZE];
	int count = 0;

	if (!read_uuid(text, uuid)) {
		say("SAMEBITS_DISK=%s on the kernel's command line is not a valid UUID", text);
		give_up(conf);
	}
	for (int look = 0; look < LOOKS && count == 0; look++) {
		if (look == LOOKS / 10)
			say("waiting for the disk with the file system %s", text);
		count = look_for(uuid, name);
		wait_ms(count ? 1000 : 100);
	}
	if (count)
		count = look_for(uuid, name);
	if (count == 1)
		return;
	if (count == 0)
		say("no disk has the file system %s: it is gone, or no driver knows it", text);
	else
		say("%d disks hold this image; leave the one to start from, and start again",
		    count);
	give_up(conf);
}

void
read_conf(struct conf *conf, const char *results)
{
	char siblings[64], node[64];
	int fd;

	snprintf(siblings, sizeof(siblings), "/sys/class/block/%s/..", results);
	fd = open_device(siblings, "partition", "1", O_RDONLY, node);
	close(fd);
	if (fd < 0 ||
	    mount(node, "/run", "vfat", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		say("the partition with samebits.conf cannot be read: %s", strerror(errno));
		give_up(conf);
	}
	if (!conf_read(conf, "/run") || !console_begin())
		give_up(conf);
	umount("/run");
}

static _Noreturn void
full(const struct conf *conf)
{
	say("the results partition is full; take the results off (make results-from), then flash "
	    "this disk again");
	give_up(conf);
}

void
check_room(const struct conf *conf)
{
	struct statvfs room;

	if (statvfs(RESULTS, &room) == 0 && room.f_bavail * room.f_bsize < ROOM)
		full(conf);
}

/* A power cut may leave test files behind. */
void
mount_results(const struct conf *conf, const char *name)
{
	char node[64];

	snprintf(node, sizeof(node), "/dev/%s", name);
	if (mount(node, RESULTS, "ext4", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		say("the results partition %s cannot be used: %s", node, strerror(errno));
		give_up(conf);
	}
	remove_scratch();
	check_room(conf);
	if (mkdir(SCRATCH, 01777) < 0 || mount(SCRATCH, "/scratch", NULL, MS_BIND, NULL) < 0) {
		say("no directory for test files on the results partition: %s", strerror(errno));
		give_up(conf);
	}
}

int
open_run(const struct conf *conf, const char *stem, int *next)
{
	size_t length = strlen(stem);
	DIR *directory;
	struct dirent *entry;
	char path[96], *rest;
	int number;

	snprintf(path, sizeof(path), RESULTS "/%s", conf->run);
	if ((mkdir(path, 0755) < 0 && errno != EEXIST) || !(directory = opendir(path))) {
		say("no directory for run %s on the results partition: %s", conf->run,
		    strerror(errno));
		give_up(conf);
	}
	*next = 1;
	while ((entry = readdir(directory))) {
		if (strncmp(entry->d_name, stem, length) != 0)
			continue;
		number = (int)strtoul(entry->d_name + length, &rest, 10);
		if (strcmp(rest, ".json.tmp") == 0)
			unlinkat(dirfd(directory), entry->d_name, 0);
		else if (strcmp(rest, ".json") == 0 && number >= *next)
			*next = number + 1;
	}
	return dirfd(directory);
}

static bool
write_document(int document, int directory, const char *name)
{
	char temporary[128];
	off_t from = 0;
	ssize_t n;
	int fd;

	snprintf(temporary, sizeof(temporary), "%s.tmp", name);
	fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	do
		n = fd < 0 ? -1 : sendfile(fd, document, &from, 1048576);
	while (n > 0);
	if (n == 0 && fsync(fd) == 0 && renameat(directory, temporary, directory, name) == 0 &&
	    fsync(directory) == 0) {
		close(fd);
		return true;
	}
	n = errno;
	close(fd);
	unlinkat(directory, temporary, 0);
	errno = (int)n;
	return false;
}

void
keep(const struct conf *conf, int document, int directory, const char *name)
{
	int why;

	if (write_document(document, directory, name))
		return;
	why = errno;
	say("%s cannot be written: %s", name, strerror(why));
	if (why == ENOSPC)
		full(conf);
	give_up(conf);
}
