/* What each workload promises to the runner, checked without it, so that the order of events is
 * the test's. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "general.h"
#include "runner.h"
#include "workload.h"

enum { WORKERS = 2, EVENTS = 3 };

/* Small events, and those that are counted by the workload itself. */
static const char *const settings[] = {
	"--threads=2",
	"--clock-batch=10",
	"--cpuid-batch=10",
	"--syscall-batch=10",
	"--futex-mode=wake",
	"--futex-pause=0",
	"--futex-waiters=1",
	"--osnoise-period=1",

	"--pagefault-size=2M",
	"--figures=go",
	"--events=100",
	"--net-test=tcp-rr",
	NULL,
};

static struct options *
options_of(const struct workload *w, struct limits *limits, void *self)
{
	static char program[] = "echo", line[] = "BenchmarkX 1 2 ns/op";
	static char *words[] = {program, line};
	struct options *o = options_new();

	*limits = (struct limits){.words = words, .word_count = 2};
	general_add(o, limits);
	options_add(o, w->options, self);
	for (int i = 0; settings[i]; i++)
		if (options_know(o, settings[i]))
			assert_int_equal(options_set(o, settings[i]), 0);
	return o;
}

static void
do_event(const struct workload *w, void *self, struct thread *thread)
{
	struct event event = {0};
	uint64_t ns;

	if (w->next)
		assert_true(w->next(self, thread, &event));
	event.begin_ns = clock_ns();
	assert_int_equal(w->execute(self, thread, &event), 0);
	ns = clock_ns() - event.begin_ns;
	histogram_record(&thread->latency, ns);
	if (w->done)
		w->done(self, thread, &event, ns);
}

static void
late_reset_of(const struct workload *w)
{
	void *self = calloc(1, w->size);
	struct limits limits;
	struct options *o = options_of(w, &limits, self);
	struct thread *threads = calloc(WORKERS, sizeof(*threads));
	struct totals *totals = calloc(1, sizeof(*totals));
	struct metric before[MOST_METRICS], after[MOST_METRICS];
	unsigned count;

	print_message("%s\n", w->name);
	assert_int_equal(options_check(o, self, true), 0);
	assert_int_equal(w->begin(self, &limits), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		threads[i].id = i;
		random_seed(&threads[i].random, 1, i);
		threads[i].state = w->thread_size ? calloc(1, w->thread_size) : NULL;
		if (w->thread_init)
			assert_int_equal(w->thread_init(self, &threads[i]), 0);
	}
	w->reset(self, &threads[0]);
	for (int i = 0; i < EVENTS; i++)
		do_event(w, self, &threads[0]);
	totals->events = EVENTS;
	totals->latency = threads[0].latency;
	count = w->metrics(self, totals, before);
	assert_true(count > 0);
	w->reset(self, &threads[1]);
	assert_int_equal(w->metrics(self, totals, after), count);
	for (unsigned i = 0; i < count; i++)
		assert_true(before[i].value == after[i].value);
	for (unsigned i = 0; i < WORKERS; i++) {
		if (w->thread_free)
			w->thread_free(self, &threads[i]);
		if (w->thread_size)
			free(threads[i].state);
	}
	if (w->end)
		w->end(self);
	free(self);
	options_free(o);
	free(totals);
	free(threads);
}

/* With --warmup-time, a worker may come to its end late, when others are counted already. Stream is
 * left out, since it has no figures before each worker has some of its own. */
static void
a_late_worker_forgets_only_its_own(void **state)
{
	(void)state;
	for (const struct workload *const *w = workloads; w != workloads_end; w++)
		if ((*w)->reset && (*w)->metrics && *w != workload_find("stream"))
			late_reset_of(*w);
}

/* For what needs one, in the variable by which an environment is told of it; returns its process.
 */
static pid_t
begin_peer(void)
{
	const struct workload *net = workload_find("net");
	struct options *o = options_new();
	void *self = calloc(1, net->size);
	char peer[32] = "127.0.0.1:";
	int said[2];
	pid_t pid;

	options_add(o, net->options, self);
	assert_int_equal(options_set(o, "--net-peer=127.0.0.1:0"), 0);
	assert_int_equal(pipe(said), 0);
	pid = fork();
	if (pid == 0) {
		dup2(said[1], STDOUT_FILENO);
		_exit(net->serve(self) < 0);
	}
	assert_true(pid > 0 && read(said[0], peer + 10, 16) > 1);
	*strchr(peer, '\n') = '\0';
	setenv("SAMEBITS_PEER", peer, 1);
	options_free(o);
	free(self);
	return pid;
}

int
main(void)
{
	pid_t peer = begin_peer();
	int status;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_late_worker_forgets_only_its_own),
	};

	status = cmocka_run_group_tests(tests, NULL, NULL);
	kill(peer, SIGKILL);
	return status;
}
