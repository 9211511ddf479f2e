#include "cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"

/*
 * In a container without a cgroup namespace the path in /proc/self/cgroup is the host's, while the
 * container's own group is the root of what is mounted.
 */
static bool
read_below(const char *mount, const char *group, const char *name, const char *field,
	   uint64_t *value)
{
	char path[1024];

	snprintf(path, sizeof(path), "/sys/fs/cgroup%s%s/%s", mount, group, name);
	if (fields_read(path, field, value))
		return true;
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/%s", mount, name);
	return fields_read(path, field, value);
}

/* Whether a line's controllers, separated by commas, include this one. */
static bool
has_controller(const char *controllers, const char *wanted)
{
	size_t length = strlen(wanted);

	for (const char *p = controllers; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, wanted, length) == 0 && (p[length] == ',' || !p[length]))
			return true;
	}
	return false;
}

/* Removes components from the end of a path; false if it has too few. */
static bool
go_up(char *path, unsigned steps)
{
	char *end;

	for (; steps > 0; steps--) {
		end = strrchr(path, '/');
		if (!end || !end[1])
			return false;
		*end = '\0';
	}
	return true;
}

bool
cgroup_number_above(unsigned above, const char *controller, const char *v1, const char *v2,
		    const char *field, uint64_t *value)
{
	char line[512], mount[64], *controllers, *group;
	FILE *file = fopen("/proc/self/cgroup", "re");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!(controllers = strchr(line, ':')) || !(group = strchr(++controllers, ':')))
			continue;
		*group++ = '\0';
		if (!go_up(group, above))
			continue;
		snprintf(mount, sizeof(mount), "/%s", controller);
		if (!*controllers)
			found = v2 && read_below("", group, v2, field, value);
		else if (has_controller(controllers, controller))
			found = v1 && read_below(mount, group, v1, field, value);
	}
	if (file)
		fclose(file);
	return found;
}

bool
cgroup_number(const char *controller, const char *v1, const char *v2, const char *field,
	      uint64_t *value)
{
	return cgroup_number_above(0, controller, v1, v2, field, value);
}
