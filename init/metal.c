/*
 * A machine of its own, started from the disk image (see disk/): there is no host to read results,
 * so they are kept on that disk, and what happens is said through the kernel's log, which is on the
 * screen and on the serial line.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "console.h"
#include "init.h"
#include "machine.h"
#include "order.h"

/* The parts of a file's path: all are below RESULTS. */
#define RESULTS "/results"
#define SCRATCH RESULTS "/.scratch"

enum {
	UUID_SIZE = 16,
	LOOKS = 600,	    /* for the disk, ten each second */
	TIME_TO_READ = 20,  /* seconds that bad news stay on the screen */
	ROOM = 4 * 1048576, /* bytes that a document surely fits into */
};

static struct order order;
static char machine[MACHINE_SIZE];

static void
wait_ms(long ms)
{
	struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* A shell on each console; it is over when somebody leaves one. */
static void
offer_shells(void)
{
	char names[128] = "", *rest = NULL;
	int fd = open("/sys/class/tty/console/active", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, names, sizeof(names) - 1) < 0)
		*names = '\0';
	close(fd);
	say("a shell on each of: %.*s; results are in " RESULTS ", leaving a shell ends this",
	    (int)strcspn(names, "\n"), names);
	for (char *name = strtok_r(names, " \n", &rest); name;
	     name = strtok_r(NULL, " \n", &rest)) {
		if (fork() != 0)
			continue;
		control_terminal(name);
		execl("/bin/busybox", "sh", "-l", (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	kill(-1, SIGKILL);
}

static int
remove_one(const char *path, const struct stat *file, int type, struct FTW *place)
{
	(void)file, (void)type, (void)place;
	return remove(path);
}

/* A file system that nobody may write to any more is clean, whoever still looks at it. */
static _Noreturn void
finish(void)
{
	if (order.end == SHELL)
		offer_shells();
	if (chdir("/") == 0)
		umount2("/scratch", MNT_DETACH);
	nftw(SCRATCH, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	sync();
	mount(NULL, RESULTS, NULL, MS_REMOUNT | MS_RDONLY, NULL);
	say(order.end == REBOOT ? "rebooting" : "powering off");
	sync();
	reboot(order.end == REBOOT ? RB_AUTOBOOT : RB_POWER_OFF);
	say("this machine does not obey; it may be switched off");
	for (;;)
		pause();
}

/* After what was said. */
static _Noreturn void
give_up(void)
{
	if (order.end != SHELL) {
		say("nothing more is measured; %s in %d s",
		    order.end == REBOOT ? "rebooting" : "powering off", TIME_TO_READ);
		wait_ms(TIME_TO_READ * 1000L);
	}
	finish();
}

/* From here on all that is said goes to every console. */
static void
speak_through_log(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		dup2(fd, STDERR_FILENO);
	close(fd);
}

/* As in a superblock; false when it is none. */
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

/* Where ext4 keeps its magic number and its UUID (Documentation/filesystems/ext4/super.rst). */
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

/* How many partitions have this file system; the name of one of them. */
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

/* USB may need seconds. Two copies of this image look the same, and the other one may come
 * later than ours. */
static void
find_disk(const char *text, char name[32])
{
	unsigned char uuid[UUID_SIZE];
	int count = 0;

	if (!read_uuid(text, uuid)) {
		say("SAMEBITS_DISK=%s on the kernel's command line is no UUID", text);
		give_up();
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
	give_up();
}

/* samebits.conf is on the first partition of the same disk. */
static void
read_order(const char *results)
{
	char siblings[64], node[64];
	int fd;

	snprintf(siblings, sizeof(siblings), "/sys/class/block/%s/..", results);
	fd = open_device(siblings, "partition", "1", O_RDONLY, node);
	close(fd);
	if (fd < 0 ||
	    mount(node, "/run", "vfat", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		say("the partition with samebits.conf cannot be read: %s", strerror(errno));
		give_up();
	}
	if (!order_read(&order, "/run") || !console_begin())
		give_up();
	umount("/run");
}

static _Noreturn void
full(void)
{
	say("the results partition is full; take the results off (make results-from), then flash "
	    "this disk again");
	give_up();
}

static void
check_room(void)
{
	struct statvfs room;

	if (statvfs(RESULTS, &room) == 0 && room.f_bavail * room.f_bsize < ROOM)
		full();
}

/* A power cut may have left test files behind. */
static void
mount_results(const char *name)
{
	char node[64];

	snprintf(node, sizeof(node), "/dev/%s", name);
	if (mount(node, RESULTS, "ext4", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0) {
		say("the results partition %s cannot be used: %s", node, strerror(errno));
		give_up();
	}
	nftw(SCRATCH, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	check_room();
	if (mkdir(SCRATCH, 01777) < 0 || mount(SCRATCH, "/scratch", NULL, MS_BIND, NULL) < 0) {
		say("no directory for test files on the results partition: %s", strerror(errno));
		give_up();
	}
}

/* The run's directory, where names of documents begin with `stem`. Numbers go on where the last
 * start left off. */
static int
open_run(const char *stem, int *next)
{
	size_t length = strlen(stem);
	DIR *directory;
	struct dirent *entry;
	char path[96], *rest;
	int number;

	snprintf(path, sizeof(path), RESULTS "/%s", order.run);
	if ((mkdir(path, 0755) < 0 && errno != EEXIST) || !(directory = opendir(path))) {
		say("no directory for run %s on the results partition: %s", order.run,
		    strerror(errno));
		give_up();
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

/* The last ones, as everywhere: the first ones serve most interrupts. */
static void
take_cpus(void)
{
	cpu_set_t set;
	int spare;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return;
	spare = CPU_COUNT(&set) - order.cpus;
	for (int cpu = 0; spare > 0; cpu++) {
		spare -= CPU_ISSET(cpu, &set) != 0;
		CPU_CLR(cpu, &set);
	}
	sched_setaffinity(0, sizeof(set), &set);
}

/* Its lines, one by one: a part of a line would be a message of its own in the kernel's log. */
static void
pass_on(int fd)
{
	FILE *lines = fdopen(fd, "r");
	char line[512];

	if (!lines)
		return;
	while (fgets(line, sizeof(line), lines))
		if (write(STDERR_FILENO, line, strlen(line)) < 0)
			break;
	fclose(lines);
}

/* bench's status, or 128 and its signal. */
static int
run_bench(int document)
{
	int ends[2], how = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0 || (child = fork()) < 0)
		return 128;
	if (child == 0) {
		take_cpus();
		dup2(document, STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		if (chdir("/scratch") == 0)
			execl("/bin/bench", "bench", "suite", order.suite, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	pass_on(ends[0]);
	while (waitpid(-1, &how, 0) != child)
		continue;
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* Under its name it is whole, and on the disk: at any moment the power may fail. */
static bool
keep(int document, int directory, const char *name)
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

/* bench's document ends with its last brace and a line's end. */
static void
state_machine(int document)
{
	off_t size = lseek(document, 0, SEEK_END);

	if (*machine && pwrite(document, machine, strlen(machine), size - 2) < 0)
		say("the document does not say which machine this is: %s", strerror(errno));
}

static void
measure(int directory, const char *stem, int number, int iteration)
{
	char name[96], text[16];
	int document = memfd_create("document", MFD_CLOEXEC), status;

	snprintf(name, sizeof(name), "%s%d.json", stem, number);
	snprintf(text, sizeof(text), "%d", number);
	setenv("SAMEBITS_ITERATION", text, 1);
	check_room();
	say("[%d/%d] %s: suite %s on %d of %d processors", iteration, order.iterations, name,
	    order.suite, order.cpus, order.machine_cpus);
	sync();
	drop_caches();
	status = run_bench(document);
	if (status >= 2 || lseek(document, 0, SEEK_END) <= 0) {
		say("%s: bench ended with status %d and no result", name, status);
		give_up();
	}
	state_machine(document);
	if (!keep(document, directory, name)) {
		int why = errno;

		say("%s cannot be written: %s", name, strerror(why));
		if (why == ENOSPC)
			full();
		give_up();
	}
	say("%s is on the disk%s", name, status ? "; an experiment failed, it says which" : "");
	console_report(document, name);
	close(document);
}

void
metal(const char *uuid)
{
	char name[32], environment[80] = "metal", stem[80];
	int directory, next;

	speak_through_log();
	allow_huge_pages();
	raise_loopback();
	find_disk(uuid, name);
	read_order(name);
	mount_results(name);
	machine_text(machine, name, order.anonymous);
	if (*order.label)
		snprintf(environment, sizeof(environment), "metal:label=%s", order.label);
	snprintf(stem, sizeof(stem), *order.label ? "metal.label=%s-" : "metal-%s", order.label);
	setenv("SAMEBITS_RUN", order.run, 1);
	setenv("SAMEBITS_ENVIRONMENT", environment, 1);
	state_identity();
	/* Here it does not begin with us, but with the firmware. */
	unsetenv("SAMEBITS_INIT_TSC");
	directory = open_run(stem, &next);
	for (int i = 0; i < order.iterations; i++)
		measure(directory, stem, next + i, i + 1);
	finish();
}
