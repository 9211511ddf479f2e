#include "child.h"

#include <errno.h>
#include <sys/wait.h>

#include "log.h"

int
child_reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0) {
		log_errno(LOG_FATAL, "Cannot wait for process %d", (int)pid);
		return -1;
	}
	if (WIFSIGNALED(status))
		log_text(LOG_FATAL, "A child was killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_text(LOG_FATAL, "A child ended with status %d", WEXITSTATUS(status));
	return status == 0 ? 0 : -1;
}

bool
child_check(const void *self, const struct totals *totals, struct json *json)
{
	bool ok = waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;

	(void)self;
	(void)totals;
	json_object(json, NULL);
	json_string(json, "name", "no child is left");
	json_bool(json, "ok", ok);
	json_end(json, '}');
	if (!ok)
		log_text(LOG_FATAL, "a child process is left");
	return ok;
}
