/*
 * The guest's first process when kernels are compared: reports on the console that it runs, with
 * the time stamp counter, which QEMU starts at zero with the guest, and ends as init does. With an
 * argument it also reports the free memory, and waits for a moment, in which the host can look at
 * QEMU. It writes to the kernel's log, which reaches the console without an interrupt: Debian's
 * cloud kernel gets none from the serial port of a microvm without ACPI.
 *
 * usage: mark --leaf=N, N from 2 on, as an ordinary process: only makes a mark in a trace of KVM.
 * Such a mark is a query of the CPUID leaf 0x5a000000 + N, which no processor has: an exit from any
 * guest. As first process it makes the one with N = 1 before anything else.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static void
mark_trace(unsigned n)
{
	unsigned a, b, c, d;

	__cpuid(0x5a000000 + n, a, b, c, d);
	(void)a, (void)b, (void)c, (void)d;
}

static void
say_memory(int log)
{
	char line[128];
	FILE *file;

	mkdir("/proc", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) < 0 || !(file = fopen("/proc/meminfo", "r")))
		return;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "Mem", 3) == 0)
			dprintf(log, "<2>mark %s", line);
	fclose(file);
}

int
main(int argc, char *argv[])
{
	const struct timespec moment = {.tv_sec = 1};
	uint64_t ticks = __rdtsc();
	int log;

	if (argc > 1 && strncmp(argv[1], "--leaf=", 7) == 0) {
		mark_trace((unsigned)strtoul(argv[1] + 7, NULL, 10));
		return 0;
	}
	mark_trace(1);
	log = open("/dev/kmsg", O_WRONLY);
	if (argc > 1)
		say_memory(log);
	dprintf(log, "<2>mark at %llu\n", (unsigned long long)ticks);
	if (argc > 1)
		nanosleep(&moment, NULL);
	reboot(RB_AUTOBOOT);
	return 1;
}
