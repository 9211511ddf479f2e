/* Processor time of a process as the host counts it: clock_getcpuclockid(3), and proc(5),
 * schedstat. */
#include "cputime.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "proc.h"
#include "rounded.h"

static struct waiting *
find_thread(struct waits *w, pid_t thread)
{
	int i = 0;

	while (i < w->count && w->threads[i].thread != thread)
		i++;
	if (i == CPUTIME_MOST_THREADS)
		return NULL;
	if (i == w->count)
		w->threads[w->count++] = (struct waiting){.thread = thread};
	return &w->threads[i];
}

/* A shorter wait than before means another thread with the same number. */
static void
see_thread(struct waits *w, pid_t thread, uint64_t ns)
{
	struct waiting *known = find_thread(w, thread);

	if (!known)
		return;
	if (ns < known->ns)
		w->ended_ns += known->ns;
	known->ns = ns;
	known->round = w->round;
}

static void
forget_ended(struct waits *w)
{
	for (int i = 0; i < w->count;) {
		if (w->threads[i].round == w->round) {
			i++;
			continue;
		}
		w->ended_ns += w->threads[i].ns;
		w->threads[i] = w->threads[--w->count];
	}
}

/* false: the kernel does not count, otherwise the thread's time would not be 0. */
static bool
read_thread(struct waits *w, pid_t pid, const char *thread)
{
	unsigned long long used = 0, waited = 0;
	char line[64];

	proc_line(line, sizeof(line), "/proc/%d/task/%s/schedstat", (int)pid, thread);
	if (sscanf(line, "%llu %llu", &used, &waited) == 2)
		see_thread(w, atoi(thread), waited);
	return used > 0;
}

/* The process is our child and not waited for yet, so its number cannot be reused. */
void
cputime_read(struct cputime *time, struct waits *w, pid_t pid)
{
	struct dirent *entry;
	char path[64];
	DIR *threads;

	*time = (struct cputime){0};
	time->known = proc_used(pid, &time->used_ns);
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	threads = opendir(path);
	w->round++;
	while (threads && (entry = readdir(threads)))
		if (entry->d_name[0] != '.' && read_thread(w, pid, entry->d_name))
			time->waited_known = true;
	if (threads)
		closedir(threads);
	forget_ended(w);
	time->waited_ns = w->ended_ns;
	for (int i = 0; i < w->count; i++)
		time->waited_ns += w->threads[i].ns;
}

void
cputime_write(const struct cputime *from, const struct cputime *to, struct json *json,
	      const char *key)
{
	if (!from->known || !to->known) {
		json_raw(json, "null", 4);
		return;
	}
	json_object(json, key);
	json_double(json, "used_s", rounded((double)(to->used_ns - from->used_ns) / 1e9, 1e6));
	if (from->waited_known && to->waited_known)
		json_double(json, "waited_s",
			    rounded((double)(to->waited_ns - from->waited_ns) / 1e9, 1e6));
	json_end(json, '}');
}
