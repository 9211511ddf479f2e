/*
 * The first process of the outer machine: loads the modules that came with it, makes the host's own
 * root file system (read-only, by virtiofs) its root, with what is written to it in memory and a
 * disk at /mnt, and runs its arguments there. Their status is the last line on the console.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
leave(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static _Noreturn void
fatal(const char *what)
{
	fprintf(stderr, "outer: %s: %s\n", what, strerror(errno));
	leave();
}

static void
mount_at(const char *where, const char *type, const char *source, unsigned long flags,
	 const char *options)
{
	mkdir(where, 0755);
	if (mount(source, where, type, flags, options) < 0)
		fatal(where);
}

static void
open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		leave();
	for (int i = 0; i <= STDERR_FILENO; i++)
		dup2(fd, i);
}

/* environments/qemu/modules numbered them in their order. */
static void
load_modules(void)
{
	char path[32];
	int fd;

	for (int n = 1;; n++) {
		snprintf(path, sizeof(path), "/modules/%d.ko", n);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		/* Without SVM the last one, KVM's, has nothing to do: the script will see that. */
		if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EOPNOTSUPP)
			fatal(path);
		close(fd);
	}
}

static void
make_root(void)
{
	mount_at("/host", "virtiofs", "host", MS_RDONLY, NULL);
	mount_at("/memory", "tmpfs", "memory", 0, NULL);
	mkdir("/memory/upper", 0755);
	mkdir("/memory/work", 0755);
	mount_at("/root", "overlay", "root", 0,
		 "lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work");
	mount_at("/root/mnt", "ext4", "/dev/vda", 0, NULL);
	mount_at("/root/tmp", "tmpfs", "tmp", 0, NULL);
	mount_at("/root/run", "tmpfs", "run", 0, NULL);
	mount_at("/root/proc", "proc", "proc", 0, NULL);
	mount_at("/root/sys", "sysfs", "sys", 0, NULL);
	mount_at("/root/sys/kernel/debug", "debugfs", "debug", 0, NULL);
	mount_at("/root/sys/kernel/tracing", "tracefs", "tracing", 0, NULL);
	mount_at("/root/dev", "devtmpfs", "dev", 0, NULL);
	mount_at("/root/dev/pts", "devpts", "pts", 0, NULL);
	mount_at("/root/dev/shm", "tmpfs", "shm", 0, NULL);
	/* Elsewhere udev makes it. */
	if (symlink("/proc/self/fd", "/root/dev/fd") < 0)
		fatal("/dev/fd");
	if (chroot("/root") < 0 || chdir("/") < 0)
		fatal("/root");
}

/* The outer machine locks up now and then; who watches its console finds it silent. */
static _Noreturn void
beat(void)
{
	for (;;) {
		fputs("outer: alive\n", stderr);
		sleep(5);
	}
}

static int
run(char *argv[])
{
	pid_t child, pid;
	int how, status = -1;

	if (fork() == 0)
		beat();
	child = fork();
	if (child == 0) {
		setsid();
		setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
		setenv("HOME", "/root", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execv(argv[0], argv);
		fatal(argv[0]);
	}
	while (status < 0 && (pid = wait(&how)) > 0)
		if (pid == child)
			status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return status;
}

int
main(int argc, char *argv[])
{
	int status;

	mount_at("/dev", "devtmpfs", "dev", 0, NULL);
	open_console();
	if (argc < 2)
		fatal("nothing to run");
	load_modules();
	make_root();
	status = run(argv + 1);
	kill(-1, SIGKILL);
	while (wait(NULL) > 0)
		;
	/* Whole on the disk, so that the host need not replay a journal. */
	if (umount("/mnt") < 0)
		fatal("/mnt");
	fprintf(stderr, "outer: status %d\n", status);
	leave();
}
