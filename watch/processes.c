#include "processes.h"

#include <dirent.h>
#include <stdlib.h>

struct processes *
processes_read(void)
{
	struct processes *t = malloc(sizeof(*t));
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (t)
		t->count = 0;
	while (t && proc && t->count < MOST_PROCESSES && (entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		t->all[t->count] = (struct member){0};
		t->count += proc_process(&t->all[t->count].process, atoi(entry->d_name));
	}
	if (proc)
		closedir(proc);
	return t;
}

struct member *
processes_find(struct processes *t, pid_t pid)
{
	for (int i = 0; i < t->count; i++)
		if (t->all[i].process.pid == pid)
			return &t->all[i];
	return NULL;
}

/* Up to the first that existed before the command: an engine, or the process that adopts
 * orphans. */
static void
claim_ancestors(struct processes *t, const struct member *command, pid_t waiting)
{
	struct member *m = processes_find(t, waiting);

	while (m && !m->ours && !m->daemon && m->process.pid != 1 &&
	       m->process.start >= command->process.start) {
		m->ours = true;
		m = processes_find(t, m->process.parent);
	}
}

static void
claim_descendants(struct processes *t)
{
	const struct member *parent;
	bool more = true;

	while (more) {
		more = false;
		for (int i = 0; i < t->count; i++) {
			struct member *m = &t->all[i];

			if (m->ours || m->daemon ||
			    !(parent = processes_find(t, m->process.parent)) || !parent->ours)
				continue;
			m->ours = more = true;
		}
	}
}

void
processes_claim(struct processes *t, struct member *command, pid_t waiting)
{
	claim_ancestors(t, command, waiting);
	command->ours = true;
	claim_descendants(t);
}
