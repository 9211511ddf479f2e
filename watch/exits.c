/* A guest's exits to KVM: in debugfs each guest has a directory, PID-DESCRIPTOR, with one file for
 * each counter. */
#include "exits.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "proc.h"

static const char kvm[] = "/sys/kernel/debug/kvm";

/* "exits" counts all exits; the counters of single reasons do not cover every reason. */
static bool
is_reason(const char *name)
{
	const char *end = strstr(name, "exits");

	return (end && end[5] == '\0') || strcmp(name, "hypercalls") == 0 ||
	       strcmp(name, "pf_taken") == 0;
}

static void
read_reason(struct exits *exits, const char *directory, const char *name)
{
	unsigned long long number;
	char line[32];

	proc_line(line, sizeof(line), "%s/%s", directory, name);
	if (sscanf(line, "%llu", &number) != 1)
		return;
	snprintf(exits->reasons[exits->count].name, sizeof(exits->reasons[0].name), "%.31s", name);
	exits->reasons[exits->count++].number = number;
}

static void
read_guest(struct exits *exits, const char *guest)
{
	char path[300];
	struct dirent *entry;
	DIR *counters;

	snprintf(path, sizeof(path), "%s/%s", kvm, guest);
	counters = opendir(path);
	while (counters && exits->count < EXITS_MOST && (entry = readdir(counters)))
		if (is_reason(entry->d_name))
			read_reason(exits, path, entry->d_name);
	if (counters)
		closedir(counters);
}

void
exits_read(struct exits *exits, pid_t pid)
{
	DIR *guests = opendir(kvm);
	struct dirent *entry;
	char prefix[16];

	exits->count = 0;
	snprintf(prefix, sizeof(prefix), "%d-", (int)pid);
	while (guests && !exits->count && (entry = readdir(guests)))
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			read_guest(exits, entry->d_name);
	if (guests)
		closedir(guests);
}

void
exits_write(const struct exits *from, const struct exits *to, struct json *json)
{
	/* An unchanged directory lists its files in the same order, so indexes match. */
	if (!from->count || from->count != to->count)
		return;
	json_object(json, "exits");
	for (int i = 0; i < to->count; i++)
		json_uint(json, to->reasons[i].name,
			  to->reasons[i].number - from->reasons[i].number);
	json_end(json, '}');
}
