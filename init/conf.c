#include "conf.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "console.h"
#include "say.h"

/* `take` returns NULL, or an error message for the value. */
struct key {
	const char *name;
	const char *(*take)(struct conf *conf, const char *value);
};

/* The same rule as make's for RUN and for suites: safe in file names and in a shell. */
static bool
is_name(const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if (!isalnum((unsigned char)*p) && (p == value || !strchr("._-", *p)))
			return false;
	return p > value && p - value <= 64;
}

/* Returns 0 unless the value is a whole number from 1 to `most`. */
static int
number(const char *value, int most)
{
	char *end;
	long n = strtol(value, &end, 10);

	return isdigit((unsigned char)*value) && !*end && n >= 1 && n <= most ? (int)n : 0;
}

/* A user's suite is kept in memory: its file system is not mounted for long. */
static bool
copy_suite(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	ssize_t n = -1;

	if (in >= 0)
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out >= 0)
		while ((n = sendfile(out, in, NULL, 65536)) > 0)
			continue;
	close(in);
	close(out);
	return n == 0;
}

static const char *
take_suite(struct conf *conf, const char *value)
{
	size_t length = strlen(value);
	char path[128], name[72];

	if (!is_name(value))
		return "a name has letters, digits, . _ and - only";
	if (length > 6 && strcmp(value + length - 6, ".suite") == 0)
		length -= 6;
	snprintf(name, sizeof(name), "%.*s", (int)length, value);
	snprintf(conf->suite, sizeof(conf->suite), "%s", name);
	snprintf(path, sizeof(path), "/etc/samebits/suites/%s.suite", name);
	if (access(path, R_OK) == 0)
		return NULL;
	snprintf(conf->suite, sizeof(conf->suite), "/tmp/%s.suite", name);
	snprintf(path, sizeof(path), "%s/%s.suite", conf->directory, name);
	if (copy_suite(path, conf->suite))
		return NULL;
	return "no such suite; there are quick, seed, probe and full, and files *.suite beside "
	       "samebits.conf";
}

static const char *
take_iterations(struct conf *conf, const char *value)
{
	conf->iterations = number(value, 10000);
	return conf->iterations ? NULL : "not a whole number from 1 to 10000";
}

static const char *
take_cpus(struct conf *conf, const char *value)
{
	conf->cpus =
		strcmp(value, "all") == 0 ? conf->machine_cpus : number(value, conf->machine_cpus);
	return conf->cpus ? NULL : "neither all nor a number of processors that this machine has";
}

static const char *
take_run(struct conf *conf, const char *value)
{
	snprintf(conf->run, sizeof(conf->run), "%s", value);
	return is_name(value) && strcmp(value, "latest") != 0
		       ? NULL
		       : "not a name of up to 64 letters, digits, . _ and -";
}

static const char *
take_label(struct conf *conf, const char *value)
{
	snprintf(conf->label, sizeof(conf->label), "%s", value);
	return is_name(value) ? NULL : "not a word of up to 64 letters, digits, . _ and -";
}

static const char *
take_end(struct conf *conf, const char *value)
{
	static const char *const ends[] = {"poweroff", "reboot", "shell"};

	for (int i = POWER_OFF; i <= SHELL; i++) {
		if (strcmp(value, ends[i]) != 0)
			continue;
		conf->end = (enum end)i;
		return NULL;
	}
	return "neither poweroff nor reboot nor shell";
}

static const char *
take_report(struct conf *conf, const char *value)
{
	(void)conf;
	return console_choose(value);
}

static const char *
take_anonymous(struct conf *conf, const char *value)
{
	conf->anonymous = *value == '1';
	return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? NULL : "neither 0 nor 1";
}

static const struct key keys[] = {
	{"suite", take_suite},	       {"iterations", take_iterations},
	{"cpus", take_cpus},	       {"run", take_run},
	{"label", take_label},	       {"end", take_end},
	{"anonymous", take_anonymous}, {"report", take_report},
};

static char *
trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Editors on other systems use other line ends and begin a file with a byte order mark. */
static bool
take_line(struct conf *conf, char *line, int place)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *problem = "no such setting; there are suite, iterations, cpus, run, label, "
			      "anonymous, end and report";
	char *name, *value;

	if (strncmp(line, mark, 3) == 0)
		line += 3;
	line[strcspn(line, "#")] = '\0';
	name = trim(line);
	if (!*name)
		return true;
	value = strchr(name, '=');
	if (value)
		*value++ = '\0';
	name = trim(name);
	value = value ? trim(value) : name + strlen(name);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(name, keys[i].name) == 0)
			problem = keys[i].take(conf, value);
	if (problem)
		say("samebits.conf, line %d: %s = %s: %s", place, name, value, problem);
	return !problem;
}

bool
conf_read(struct conf *conf, const char *directory)
{
	char path[64], line[512];
	FILE *file;
	bool good = true;

	*conf = (struct conf){.directory = directory, .suite = "quick", .run = "metal"};
	conf->iterations = 10;
	conf->cpus = 1;
	conf->machine_cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	snprintf(path, sizeof(path), "%s/samebits.conf", directory);
	file = fopen(path, "re");
	if (!file) {
		say("there is no samebits.conf on the disk's first partition");
		return false;
	}
	for (int place = 1; fgets(line, sizeof(line), file); place++)
		good = take_line(conf, line, place) && good;
	fclose(file);
	return good;
}
