/*
 * The definitions of lmbench, will-it-scale and STREAM in their simplest form, for comparison with
 * the probes: no harness, no threads, one loop with a clock reading before and after it. `by_hand
 * NAME` prints one number in the probe's unit; lat_proc_exec takes the program to execute from
 * PROGRAM.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
lat_proc(const char *program)
{
	enum { TIMES = 1000 };
	double begin = now_us();

	for (int i = 0; i < TIMES; i++) {
		if (fork() == 0) {
			if (program) {
				close(1);
				execl(program, "bench", "--version", (char *)NULL);
			}
			_exit(0);
		}
		wait(NULL);
	}
	return (now_us() - begin) / TIMES;
}

static double
lat_proc_fork(void)
{
	return lat_proc(NULL);
}

static double
lat_proc_exec(void)
{
	return lat_proc(getenv("PROGRAM"));
}

static void *
nothing(void *argument)
{
	return argument;
}

static double
lat_thread(void)
{
	enum { TIMES = 5000 };
	double begin = now_us();
	pthread_t thread;

	for (int i = 0; i < TIMES; i++) {
		pthread_create(&thread, NULL, nothing, NULL);
		pthread_join(thread, NULL);
	}
	return (now_us() - begin) / TIMES;
}

/* here[0] is for reading, here[1] for writing; likewise in `there`. */
static double
hot_potato(int here[2], int there[2])
{
	enum { TIMES = 20000 };
	char byte = 0;
	double begin;

	if (fork() == 0) {
		close(here[0]);
		close(here[1]);
		while (read(there[0], &byte, 1) == 1 && write(there[1], &byte, 1) == 1)
			;
		_exit(0);
	}
	close(there[0]);
	close(there[1]);
	begin = now_us();
	for (int i = 0; i < TIMES; i++)
		if (write(here[1], &byte, 1) != 1 || read(here[0], &byte, 1) != 1)
			exit(1);
	return (now_us() - begin) / TIMES;
}

static double
bandwidth(int here[2], int there[2])
{
	enum { BLOCK = 65536, BLOCKS = 16384 };
	static char block[BLOCK];
	double begin;

	if (fork() == 0) {
		close(there[0]);
		close(there[1]);
		for (size_t left = (size_t)BLOCK * BLOCKS, n; left > 0; left -= n)
			n = (size_t)write(here[1], block, BLOCK);
		_exit(0);
	}
	close(here[0]);
	close(here[1]);
	begin = now_us();
	while (read(there[0], block, BLOCK) > 0)
		;
	return (double)BLOCK * BLOCKS / (now_us() - begin);
}

static void
over_pipes(int here[2], int there[2])
{
	int a[2], b[2];

	if (pipe(a) < 0 || pipe(b) < 0)
		exit(1);
	here[0] = b[0];
	here[1] = a[1];
	there[0] = a[0];
	there[1] = b[1];
}

static void
over_unix(int here[2], int there[2])
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) < 0)
		exit(1);
	here[0] = here[1] = s[0];
	there[0] = there[1] = s[1];
}

static void
over_tcp(int here[2], int there[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	bind(listener, (struct sockaddr *)&address, size);
	listen(listener, 1);
	getsockname(listener, (struct sockaddr *)&address, &size);
	here[0] = here[1] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(here[0], (struct sockaddr *)&address, size) < 0)
		exit(1);
	there[0] = there[1] = accept(listener, NULL, NULL);
	setsockopt(here[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(there[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static double
between(void (*connect_both)(int here[2], int there[2]), double (*measure)(int *, int *))
{
	int here[2], there[2];

	connect_both(here, there);
	return measure(here, there);
}

static double
lat_pipe(void)
{
	return between(over_pipes, hot_potato);
}

static double
lat_unix(void)
{
	return between(over_unix, hot_potato);
}

static double
lat_tcp(void)
{
	return between(over_tcp, hot_potato);
}

static double
bw_pipe(void)
{
	return between(over_pipes, bandwidth);
}

static double
bw_unix(void)
{
	return between(over_unix, bandwidth);
}

static double
bw_tcp(void)
{
	return between(over_tcp, bandwidth);
}

static double
page_fault1(void)
{
	enum { SIZE = 128 << 20, PAGE = 4096, TIMES = 4 };
	double begin = now_us();
	char *p;

	for (int i = 0; i < TIMES; i++) {
		p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(p, SIZE, MADV_NOHUGEPAGE);
		for (int at = 0; at < SIZE; at += PAGE)
			p[at] = 1;
		munmap(p, SIZE);
	}
	return (now_us() - begin) * 1e3 / TIMES / (SIZE / PAGE);
}

/* Each line follows the previous one by a full-period linear congruence. */
static double
lat_mem_rd(size_t size)
{
	enum { LINE = 64, LOADS = 20000000 };
	size_t lines = size / LINE, at = 0, next;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void **walk;
	double begin;

	madvise(p, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < lines; i++, at = next) {
		next = (at * 1664525 + 1013904223) % lines;
		*(void **)(p + at * LINE) = p + next * LINE;
	}
	walk = (void **)p;
	for (size_t i = 0; i < lines; i++)
		walk = *walk;
	begin = now_us();
	for (int i = 0; i < LOADS; i++)
		walk = *(void **volatile *)walk;
	return (now_us() - begin) * 1e3 / LOADS;
}

static double
lat_mem_16k(void)
{
	return lat_mem_rd(16 << 10);
}

static double
lat_mem_128m(void)
{
	return lat_mem_rd(128 << 20);
}

static double
stream_triad(void)
{
	enum { SIZE = 16 << 20, TIMES = 10 };
	/* Not a power of two apart, which would put them into the same sets of the caches. */
	double *a = malloc((3UL * SIZE + 2080) * sizeof(*a));
	double *b = a + SIZE + 1040, *c = b + SIZE + 1040;
	double begin, least = 1e18;

	for (long i = 0; i < SIZE; i++)
		a[i] = b[i] = c[i] = 1;
	for (int t = 0; t < TIMES; t++) {
		begin = now_us();
		for (long i = 0; i < SIZE; i++)
			a[i] = b[i] + 3.0 * c[i];
		if (now_us() - begin < least)
			least = now_us() - begin;
	}
	return a[SIZE / 2] > 0 ? 3.0 * SIZE * sizeof(*a) / least : 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		double (*measure)(void);
	} table[] = {
		{"lat_proc_fork", lat_proc_fork},
		{"lat_proc_exec", lat_proc_exec},
		{"lat_thread", lat_thread},
		{"lat_pipe", lat_pipe},
		{"lat_unix", lat_unix},
		{"lat_tcp", lat_tcp},
		{"bw_pipe", bw_pipe},
		{"bw_unix", bw_unix},
		{"bw_tcp", bw_tcp},
		{"page_fault1", page_fault1},
		{"lat_mem_16k", lat_mem_16k},
		{"lat_mem_128m", lat_mem_128m},
		{"stream_triad", stream_triad},
	};

	for (size_t i = 0; argc == 2 && i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(argv[1], table[i].name) != 0)
			continue;
		printf("%.3f\n", table[i].measure());
		return 0;
	}
	fputs("usage: by_hand NAME\n", stderr);
	return 2;
}
