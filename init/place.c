#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "clock.h"
#include "clock_mark.h"
#include "guest.h"
#include "say.h"
#include "sha256.h"
#include "tsc.h"

enum { READ_ALL = 3 /* of syslog(2) */ };

static struct {
	struct clock_mark mark; /* the time stamp counter begins at 0 in a VM */
	uint64_t kernel_ns;	/* the kernel's own clock; 0: unknown */
} began;			/* our start time, by each available clock */

void
note_beginning(void)
{
	if (tsc_allowed())
		clock_mark(&began.mark);
}

static bool
is_file_system(const char *path, unsigned long magic)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (unsigned long)fs.f_type == magic;
}

/*
 * A guest's first process finds an initramfs and nothing mounted; a container's finds /proc on a
 * separate file system, or a mark that the engine left. If both or neither fits, nothing is
 * mounted: that could hide a user's directories.
 */
void
decide_world(void)
{
	bool in_memory = is_file_system("/", RAMFS_MAGIC) || is_file_system("/", TMPFS_MAGIC);
	bool has_proc = is_file_system("/proc", PROC_SUPER_MAGIC);
	bool marked = access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 ||
		      getenv("container");
	bool in_container = marked || (has_proc && !in_memory);
	bool in_vm = getpid() == 1 && in_memory && !has_proc;

	if (in_vm)
		become_guest();
	if (in_vm != in_container)
		return;
	say("neither surely a VM nor surely a container (process %d, root in memory: %d, /proc "
	    "mounted: %d, container's mark: %d); start me as either (status %d)",
	    getpid(), in_memory, has_proc, marked, MISSING);
	exit(MISSING);
}

static void
mount_file_system(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, MS_NOSUID | MS_NOEXEC, NULL) < 0)
		fatal(where);
}

void
mount_file_systems(void)
{
	mount_file_system("proc", "/proc");
	mount_file_system("sysfs", "/sys");
	mount_file_system("devtmpfs", "/dev");
}

/* The kernel cannot open it for us if the initramfs has no such node. */
void
open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		fatal("/dev/console");
	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(fd, i);
	if (fd > STDERR_FILENO)
		close(fd);
}

/* A kernel that is not ours may need modules for the disk and the port: environments/qemu/modules
 * put them here, numbered in order. None of them stays in the root file system. */
void
load_modules(void)
{
	char path[32];

	for (int n = 1;; n++) {
		int fd;

		snprintf(path, sizeof(path), "/modules/%d.ko", n);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			break;
		if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
			say("%s: %s", path, strerror(errno));
		close(fd);
		unlink(path);
	}
	rmdir("/modules");
}

/* A line of the kernel's log, which the kernel stamps by its own clock. */
struct reading {
	char text[32];
	uint64_t asked; /* ns by our clock, before it was written */
	uint64_t took;	/* ns that this took */
};

/* A busy host may take the processor away during one. */
static struct reading
quickest_reading(void)
{
	enum { TRIES = 5 };
	struct reading quickest = {.took = UINT64_MAX};

	for (int i = 0; i < TRIES; i++) {
		struct reading it;

		snprintf(it.text, sizeof(it.text), "reading %d of the clock", i);
		it.asked = clock_ns();
		log_line(DEBUGGING, it.text);
		it.took = clock_ns() - it.asked;
		if (it.took < quickest.took)
			quickest = it;
	}
	return quickest;
}

/* The stamp of the log's line with this text, in ns, to a microsecond; 0: there is no such line. */
static uint64_t
stamp_of(const char *log, const char *text)
{
	const char *stamp = strstr(log, text);
	char *dot;
	uint64_t us;

	if (!stamp)
		return 0;
	while (stamp > log && *stamp != '[')
		stamp--;
	us = strtoull(stamp + 1, &dot, 10) * 1000000;
	return (us + strtoull(dot + 1, NULL, 10)) * 1000;
}

/*
 * The kernel's clock begins soon after its entry, before ours. Before the kernel trusts the time
 * stamp counter, it counts ticks and misses some; later its log shows the offset.
 */
void
ask_kernel_clock(void)
{
	static const char mark[] = "sched_clock: Marking stable (";
	static char log[16384];
	struct reading reading = quickest_reading();
	uint64_t stamp;
	char *offset;

	if (klogctl(READ_ALL, log, sizeof(log) - 1) < 0 || !(stamp = stamp_of(log, reading.text)))
		return;
	began.kernel_ns = stamp - (reading.asked - began.mark.ns);
	offset = strstr(log, mark);
	if (offset && (offset = strstr(offset, ")->(")) && (offset = strchr(offset, ',')))
		began.kernel_ns -= (uint64_t)strtoll(offset + 1, NULL, 10);
}

/* Below 512 MiB the kernel disables huge pages; a guest's setting must not depend on its size. */
void
allow_huge_pages(void)
{
	static const char setting[] = "madvise";
	int fd = open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, setting, sizeof(setting) - 1) < 0)
		say("no transparent huge pages: %s", strerror(errno));
	close(fd);
}

/* What booting left in the caches is useless. A container shares its kernel with the host, which
 * has dropped them. */
void
drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	bool dropped = fd >= 0 && write(fd, "3", 1) == 1;

	close(fd);
	setenv("SAMEBITS_CACHES_DROPPED", dropped ? "1" : "0", 1);
}

void
raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		say("no loopback network: %s", strerror(errno));
	close(fd);
}

void
state_number(const char *name, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	if (number)
		setenv(name, text, 1);
}

void
state_identity(void)
{
	char text[7 + 65] = "sha256:";

	if (sha256_file("/proc/self/exe", text + 7) < 0)
		fatal("/proc/self/exe");
	setenv("SAMEBITS_INIT", text, 1);
	state_number("SAMEBITS_INIT_NS", began.mark.ns);
	state_number("SAMEBITS_INIT_TSC", is_guest() ? began.mark.ticks : 0);
	state_number("SAMEBITS_INIT_KERNEL_NS", began.kernel_ns);
	if (is_guest())
		setenv("SAMEBITS_ENVIRONMENT", "guest", 0);
	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 0);
}
