/*
 * usage: boot SECONDS COMMAND...: starts a guest and prints the outcome as JSON: when the line
 * `mark at TICKS` came over its standard output, its lines with `mark Mem`, when it had ended, and
 * its exit status. One that has not ended within SECONDS hangs and is killed. With --pss also the
 * proportional set size of the process at the mark.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

enum { USAGE = 2, MISSING = 3, PORT_FD = 3 };

struct boot {
	pid_t child;
	int console;
	bool wants_pss, hung;
	uint64_t start_ns, mark_ns; /* 0: not yet */
	unsigned long long ticks;
	long pss_kib;
	char line[512], last[512];
	size_t line_size;
	char said[1024];
};

static void
start(struct boot *b, char *command[])
{
	int ends[2], null = open("/dev/null", O_RDWR);

	if (pipe(ends) < 0 || null < 0)
		exit(MISSING);
	b->start_ns = clock_ns();
	b->child = fork();
	if (b->child < 0)
		exit(MISSING);
	if (b->child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		dup2(null, STDIN_FILENO);
		dup2(null, PORT_FD);
		if (ends[1] > PORT_FD)
			close(ends[1]);
		execvp(command[0], command);
		_exit(127);
	}
	close(ends[1]);
	b->console = ends[0];
}

static void
look_at_process(struct boot *b)
{
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)b->child);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Pss: %ld", &b->pss_kib) == 1)
			break;
	if (file)
		fclose(file);
}

static void
end_line(struct boot *b)
{
	const char *mark;

	b->line[b->line_size] = '\0';
	b->line_size = 0;
	if (*b->line)
		memcpy(b->last, b->line, sizeof(b->last));
	mark = strstr(b->line, "mark Mem");
	if (!mark)
		mark = strstr(b->line, "mark at ");
	if (!mark)
		return;
	if (sscanf(mark, "mark at %llu", &b->ticks) == 1) {
		b->mark_ns = clock_ns();
		if (b->wants_pss)
			look_at_process(b);
	} else if (strlen(b->said) + strlen(mark) + 2 < sizeof(b->said)) {
		strcat(b->said, mark + strlen("mark "));
		strcat(b->said, ";");
	}
}

/* Drops bytes that JSON cannot contain unescaped. */
static void
take(struct boot *b, const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char c = data[i];

		if (c == '\n')
			end_line(b);
		else if (c >= ' ' && c <= '~' && c != '"' && c != '\\' &&
			 b->line_size < sizeof(b->line) - 1)
			b->line[b->line_size++] = c;
	}
}

static void
follow(struct boot *b, uint64_t limit_ns)
{
	struct pollfd console = {.fd = b->console, .events = POLLIN};
	char data[4096];
	ssize_t n = 1;

	while (n > 0) {
		uint64_t now = clock_ns();

		if (now >= limit_ns ||
		    poll(&console, 1, (int)((limit_ns - now) / 1000000 + 1)) == 0) {
			b->hung = true;
			kill(b->child, SIGKILL);
			return;
		}
		n = read(b->console, data, sizeof(data));
		if (n > 0)
			take(b, data, (size_t)n);
	}
}

int
main(int argc, char *argv[])
{
	struct boot b = {0};
	uint64_t end_ns;
	double seconds;
	int how;

	if (argc > 1 && strcmp(argv[1], "--pss") == 0) {
		b.wants_pss = true;
		argv++, argc--;
	}
	seconds = argc > 2 ? strtod(argv[1], NULL) : 0;
	if (!(seconds > 0 && seconds < 1e6)) {
		fprintf(stderr, "usage: boot [--pss] SECONDS COMMAND...\n");
		return USAGE;
	}
	start(&b, argv + 2);
	follow(&b, b.start_ns + (uint64_t)(seconds * 1e9));
	waitpid(b.child, &how, 0);
	end_ns = clock_ns();
	printf("{\"gone_ms\":%.3f,\"hung\":%s,\"status\":%d", (double)(end_ns - b.start_ns) / 1e6,
	       b.hung ? "true" : "false", WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how));
	if (b.mark_ns)
		printf(",\"init_ms\":%.3f,\"ticks\":%llu", (double)(b.mark_ns - b.start_ns) / 1e6,
		       b.ticks);
	if (b.pss_kib)
		printf(",\"pss_kib\":%ld", b.pss_kib);
	printf(",\"said\":\"%s\",\"last\":\"%s\"}\n", b.said, b.last);
}
