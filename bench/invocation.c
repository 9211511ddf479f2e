#include "invocation.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocate.h"
#include "log.h"

/* Fewer than MOST_HELPERS words precede the program's own. */
enum { MOST_HEAD = 4096, MOST_DEPTH = 3, MOST_HELPERS = 32 };

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
add(struct invocation *invocation, const char *word)
{
	invocation->words[invocation->count++] = text_of("%s", word);
}

/* The executed file has its own name as the first word; a file that it reads is given by path. */
static void
add_file(struct invocation *invocation, const char *path, const char *name)
{
	if (invocation->file) {
		add(invocation, path);
		return;
	}
	invocation->file = text_of("%s", path);
	add(invocation, name);
}

/* A file that was brought along in programs/`folder`, by the last part of its name; NULL: none. */
static char *
brought(const char *folder, const char *name)
{
	char *path = text_of("programs/%s/%s", folder, last_part(name));

	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* Searches as execvp(3) does; NULL: not found. */
static char *
search(const char *name)
{
	const char *places = getenv("PATH");
	char *list, *rest = NULL, *path = NULL;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? text_of("%s", name) : NULL;
	list = text_of("%s", places ? places : "/usr/bin:/bin");
	for (char *d = strtok_r(list, ":", &rest); d; d = strtok_r(NULL, ":", &rest)) {
		path = text_of("%s/%s", d, name);
		if (access(path, X_OK) == 0)
			break;
		free(path);
		path = NULL;
	}
	free(list);
	return path;
}

/* Reads the first bytes of a file and adds a zero; returns how many, or -1. */
static ssize_t
read_head(const char *path, char head[MOST_HEAD + 1])
{
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		return -1;
	size = fread(head, 1, MOST_HEAD, file);
	fclose(file);
	head[size] = '\0';
	return (ssize_t)size;
}

/* The loader that a dynamic program names, in the file's first page, where linkers put it; NULL: it
 * needs none. */
static const char *
loader_of(const char *head, size_t size)
{
	Elf64_Ehdr elf;
	Elf64_Phdr part;

	if (size < sizeof(elf))
		return NULL;
	memcpy(&elf, head, sizeof(elf));
	if (memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 || elf.e_phentsize != sizeof(part))
		return NULL;
	for (size_t i = 0; i < elf.e_phnum; i++) {
		if (elf.e_phoff > size || elf.e_phoff + (i + 1) * sizeof(part) > size)
			return NULL;
		memcpy(&part, head + elf.e_phoff + i * sizeof(part), sizeof(part));
		if (part.p_type == PT_INTERP && part.p_offset < size)
			return head + part.p_offset;
	}
	return NULL;
}

static int add_program(struct invocation *invocation, const char *name, int depth);

/* Uses the words of a script's first line; `env` there only looks for the next word. */
static int
add_interpreter(struct invocation *invocation, char *line, int depth)
{
	char *rest = NULL, *word = strtok_r(line, " \t\r", &rest);

	if (word && strcmp(last_part(word), "env") == 0)
		word = strtok_r(NULL, " \t\r", &rest);
	if (!word || add_program(invocation, word, depth + 1) < 0)
		return -1;
	if (rest) /* musl leaves NULL when no word follows */
		rest += strspn(rest, " \t");
	if (rest && *rest)
		add(invocation, rest);
	return 0;
}

static void
add_loader(struct invocation *invocation, const char *loader, const char *name)
{
	char *path = brought("lib", loader);

	if (!path)
		return;
	add_file(invocation, path, path);
	add(invocation, "--library-path");
	add(invocation, "programs/lib");
	add(invocation, "--argv0");
	add(invocation, name);
	free(path);
}

/* Adds what precedes the file itself. */
static int
add_helpers(struct invocation *invocation, const char *path, const char *name, int depth)
{
	char head[MOST_HEAD + 1];
	ssize_t size = read_head(path, head);
	const char *loader;

	if (size > 2 && head[0] == '#' && head[1] == '!') {
		head[strcspn(head, "\n")] = '\0';
		if (depth < MOST_DEPTH)
			return add_interpreter(invocation, head + 2, depth);
		log_text(LOG_FATAL, "%s: its interpreters are scripts, too", name);
		return -1;
	}
	loader = size > 0 ? loader_of(head, (size_t)size) : NULL;
	if (loader)
		add_loader(invocation, loader, name);
	return 0;
}

static int
add_program(struct invocation *invocation, const char *name, int depth)
{
	char *path = brought("bin", name);
	int status;

	if (!path)
		path = search(name);
	if (!path) {
		log_text(LOG_FATAL, "cannot start %s: there is no such program here", name);
		return -1;
	}
	status = add_helpers(invocation, path, name, depth);
	if (status == 0)
		add_file(invocation, path, name);
	free(path);
	return status;
}

int
invocation_find(struct invocation *invocation, char *const *words, int count)
{
	*invocation = (struct invocation){0};
	invocation->words = allocate((size_t)count + MOST_HELPERS, sizeof(*invocation->words));
	if (add_program(invocation, words[0], 0) < 0)
		return -1;
	for (int i = 1; i < count; i++)
		add(invocation, words[i]);
	return 0;
}

void
invocation_free(struct invocation *invocation)
{
	for (int i = 0; invocation->words && i < invocation->count; i++)
		free(invocation->words[i]);
	free(invocation->words);
	free(invocation->file);
	*invocation = (struct invocation){0};
}
