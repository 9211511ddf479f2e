/*
 * A bare-metal machine, started from the disk image (see disk/): there is no host to read results,
 * so they are kept on that disk, and messages go to the kernel's log, which is on the screen and on
 * the serial line.
 */
#include "metal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf.h"
#include "console.h"
#include "finish.h"
#include "guest.h"
#include "machine.h"
#include "place.h"
#include "results.h"
#include "say.h"

enum { STEM_SIZE = 80 };

static struct conf conf;
static char machine[MACHINE_SIZE];

/* The last processors, as everywhere: the first ones serve most interrupts. */
static void
take_cpus(void)
{
	cpu_set_t set;
	int spare;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return;
	spare = CPU_COUNT(&set) - conf.cpus;
	for (int cpu = 0; spare > 0; cpu++) {
		spare -= CPU_ISSET(cpu, &set) != 0;
		CPU_CLR(cpu, &set);
	}
	sched_setaffinity(0, sizeof(set), &set);
}

/* Passes on whole lines: a part of a line would be a message of its own in the kernel's log. */
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

/* Returns bench's status, or 128 plus its signal. */
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
			execl("/bin/bench", "bench", "suite", conf.suite, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	pass_on(ends[0]);
	while (waitpid(-1, &how, 0) != child)
		continue;
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

/* bench's document ends with its last brace and a newline. */
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
	check_room(&conf);
	say("[%d/%d] %s: suite %s on %d of %d processors", iteration, conf.iterations, name,
	    conf.suite, conf.cpus, conf.machine_cpus);
	sync();
	drop_caches();
	status = run_bench(document);
	if (status >= 2 || lseek(document, 0, SEEK_END) <= 0) {
		say("%s: bench ended with status %d and no result", name, status);
		give_up(&conf);
	}
	state_machine(document);
	keep(&conf, document, directory, name);
	say("%s is on the disk%s", name, status ? "; an experiment failed, it says which" : "");
	console_report(document, name);
	close(document);
}

/* Sets environment variables for bench, and `stem`, the beginning of documents' names. */
static void
state_run(char stem[STEM_SIZE])
{
	char environment[80] = "metal";

	if (*conf.label)
		snprintf(environment, sizeof(environment), "metal:label=%s", conf.label);
	snprintf(stem, STEM_SIZE, *conf.label ? "metal.label=%s-" : "metal-%s", conf.label);
	setenv("SAMEBITS_RUN", conf.run, 1);
	setenv("SAMEBITS_ENVIRONMENT", environment, 1);
	state_identity();
	/* Here the counter does not begin with the virtual machine, but with the firmware. */
	unsetenv("SAMEBITS_INIT_TSC");
}

void
metal(const char *uuid)
{
	char name[32], stem[STEM_SIZE];
	int directory, next;

	speak_through_log();
	allow_huge_pages();
	raise_loopback();
	announce("looking for the disk");
	find_disk(&conf, uuid, name);
	announce("reading samebits.conf");
	read_conf(&conf, name);
	announce("mounting the results partition");
	mount_results(&conf, name);
	machine_text(machine, name, conf.anonymous);
	state_run(stem);
	directory = open_run(&conf, stem, &next);
	for (int i = 0; i < conf.iterations; i++)
		measure(directory, stem, next + i, i + 1);
	finish(&conf);
}
