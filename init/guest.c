#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "say.h"

static bool guest;
static int port = -1;	    /* the port to the host; -1: none */
static time_t patience = 1; /* seconds that the host has to read our last line */
static int kernel_log = -1;

void
become_guest(void)
{
	guest = true;
}

bool
is_guest(void)
{
	return guest;
}

void
log_line(enum log_level level, const char *text)
{
	char line[80];
	int size = snprintf(line, sizeof(line), "<%d>init: %s\n", level, text);

	if (guest && kernel_log < 0)
		kernel_log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (kernel_log >= 0 && write(kernel_log, line, (size_t)size) < 0)
		return;
}

void
announce(const char *stage)
{
	log_line(INFORMATIONAL, stage);
}

void
speak_through_log(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		dup2(fd, STDERR_FILENO);
	close(fd);
}

int
port_descriptor(void)
{
	return port;
}

void
expect_document(void)
{
	patience = 10;
}

/* The port is nonblocking: a blocking write spins until the host has taken the data, on the
 * processor that QEMU needs for that and a benchmark for itself. */
void
tell_host(const void *data, size_t size)
{
	struct pollfd room = {.fd = port, .events = POLLOUT};
	const char *p = data;

	while (port >= 0 && size > 0) {
		ssize_t n = write(port, p, size);

		if (n < 0 && errno == EAGAIN)
			poll(&room, 1, -1);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0) {
			say("cannot write to the result port: %s", strerror(errno));
			close(port);
			port = -1;
			return;
		}
		p += n;
		size -= (size_t)n;
	}
}

void
tell_host_line(const char *format, ...)
{
	char line[64];
	va_list args;

	va_start(args, format);
	tell_host(line, (size_t)vsnprintf(line, sizeof(line), format, args));
	va_end(args);
}

/* The port's name comes in a message from the host, so it may arrive a little after we start. */
void
open_port(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	char node[64];

	for (int tries = 0; tries < 1000 && port < 0; tries++) {
		port = open_device("/sys/class/virtio-ports", "name", "samebits.result",
				   O_WRONLY | O_NONBLOCK, node);
		if (port < 0)
			nanosleep(&pause, NULL);
	}
	if (port < 0)
		say("no port named samebits.result; going on with the console");
	tell_host_line("hello %llu\n", (unsigned long long)clock_ns());
}

/*
 * A VM ends by a reset: without ACPI there is no way to power off, and QEMU runs with -no-reboot.
 * The host ends QEMU when it has read `exit`. A write does not tell when that was (one that blocks
 * returns with any earlier one), so the reset waits.
 */
_Noreturn void
leave(int with)
{
	const struct timespec pause = {.tv_sec = patience};

	if (!guest)
		exit(with);
	tell_host_line("exit %d\n", with);
	if (port >= 0)
		nanosleep(&pause, NULL);
	reboot(RB_AUTOBOOT);
	exit(with);
}

_Noreturn void
fatal(const char *what)
{
	say("%s: %s", what, strerror(errno));
	leave(MISSING);
}

/* A guest whose suite measures the network to its peer has one device for it. The netmask is that
 * of the host's end. */
void
raise_network(const char *address)
{
	struct ifreq request = {.ifr_name = "eth0"};
	struct sockaddr_in *in = (struct sockaddr_in *)&request.ifr_addr;
	bool raised;
	int fd;

	if (!address)
		return;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	raised = fd >= 0 && inet_aton(address, &in->sin_addr);
	in->sin_family = AF_INET;
	raised = raised && ioctl(fd, SIOCSIFADDR, &request) == 0;
	in->sin_addr.s_addr = htonl(0xffffff00);
	raised = raised && ioctl(fd, SIOCSIFNETMASK, &request) == 0;
	request.ifr_flags = IFF_UP;
	if (!raised || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		say("no network device with the address %s: %s", address, strerror(errno));
	close(fd);
}

void
mount_scratch(void)
{
	char node[64];
	int fd = open_device("/sys/block", "serial", "samebits-scratch", O_RDONLY, node);

	if (fd < 0) {
		say("no disk with the serial number samebits-scratch; /scratch is in memory");
		return;
	}
	close(fd);
	announce("mounting /scratch");
	if (mount(node, "/scratch", "ext4", 0, NULL) < 0)
		fatal("/scratch");
}
