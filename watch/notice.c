/* Notices that a command without a port waits to begin, and that its document is complete. */
#include "notice.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "waiting.h"

enum {
	WAITING_NS = 50000000, /* between two looks for a waiting process; a look is expensive */
	YOUNG_NS = 250000000,  /* an older sign of waiting may come from a process that has begun */
	WAITING_MOST_S = 60    /* from the start; a process not seen until then is not visible */
};

void
watch_directory(struct watch *w)
{
	if (!w->options.directory)
		return;
	w->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->files < 0 || inotify_add_watch(w->files, w->options.directory,
					      IN_MODIFY | IN_MOVED_TO | IN_ATTRIB) < 0)
		die(MISSING, "watch: cannot watch %s: %s", w->options.directory, strerror(errno));
}

/* A waiting process has just set the file's time. */
static bool
is_young(const char *directory, const char *name)
{
	struct timespec now;
	struct stat file;
	char path[4096];
	int64_t age;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	clock_gettime(CLOCK_REALTIME, &now);
	if (lstat(path, &file) < 0)
		return false;
	age = (int64_t)(now.tv_sec - file.st_mtim.tv_sec) * 1000000000 + now.tv_nsec -
	      file.st_mtim.tv_nsec;
	return age > -YOUNG_NS && age < YOUNG_NS;
}

/* bench shows that it waits by setting the time of its output, which becomes the document. */
static void
notice_sign(struct watch *w, const char *name)
{
	struct outcome *o = &w->outcome;

	if (!w->options.below || w->ended || w->footprint_due_ns == UINT64_MAX ||
	    !is_young(w->options.directory, name))
		return;
	footprint_read(&o->footprint, w->command.pid,
		       find_waiting(w->command.pid, w->options.directory));
	w->footprint_due_ns = UINT64_MAX;
}

/* The document was written to, or got its final name. */
void
notice_files(struct watch *w)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t size = read(w->files, events, sizeof(events));
	const struct inotify_event *event;

	for (ssize_t at = 0; at < size; at += (ssize_t)(sizeof(*event) + event->len)) {
		event = (const struct inotify_event *)(events + at);
		if (event->mask & IN_ATTRIB)
			notice_sign(w, event->len ? event->name : "");
		else
			w->outcome.whole_ns = clock_ns();
	}
}

/* A process without a port is found waiting by its name. */
void
look_for_waiting(struct watch *w, uint64_t now)
{
	struct outcome *o = &w->outcome;
	pid_t waiting = w->ended ? 0 : find_waiting(w->command.pid, w->options.directory);

	w->footprint_due_ns = now + WAITING_NS;
	if (waiting)
		footprint_read(&o->footprint, w->command.pid, waiting);
	if (waiting || now > o->start_ns + (uint64_t)WAITING_MOST_S * 1000000000)
		w->footprint_due_ns = UINT64_MAX;
}
