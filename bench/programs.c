#include "programs.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "sha256.h"

static const char *const folders[] = {"programs", "tree"};

/* nftw(3) cannot pass data from its caller. */
static struct programs *found;

static int
add(const char *path, const struct stat *status, int type, struct FTW *place)
{
	struct program *more;

	(void)status;
	(void)place;
	if (type != FTW_F)
		return 0;
	found->files = allocate_more(found->files, found->count + 1, sizeof(*more));
	more = &found->files[found->count++];
	more->path = text_of("%s", path);
	return sha256_file(path, more->sum);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct program *)a)->path, ((const struct program *)b)->path);
}

static void
sum_up(struct programs *programs)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[32];
	struct sha256 hash;

	sha256_init(&hash);
	for (size_t i = 0; i < programs->count; i++) {
		const struct program *p = &programs->files[i];

		sha256_update(&hash, p->sum, 64);
		sha256_update(&hash, "  ", 2);
		sha256_update(&hash, p->path, strlen(p->path));
		sha256_update(&hash, "\n", 1);
	}
	sha256_final(&hash, digest);
	for (int i = 0; i < 32; i++) {
		programs->sum[2 * i] = digits[digest[i] >> 4];
		programs->sum[2 * i + 1] = digits[digest[i] & 15];
	}
	programs->sum[64] = '\0';
}

int
programs_read(struct programs *programs)
{
	int status = 0;

	*programs = (struct programs){0};
	found = programs;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && status == 0; i++)
		if (nftw(folders[i], add, 16, FTW_PHYS) != 0 && errno != ENOENT)
			status = -1;
	if (status < 0)
		fprintf(stderr, "bench: the programs cannot be read: %s\n", strerror(errno));
	if (programs->count)
		qsort(programs->files, programs->count, sizeof(*programs->files), by_path);
	sum_up(programs);
	return status;
}

void
programs_free(struct programs *programs)
{
	for (size_t i = 0; i < programs->count; i++)
		free(programs->files[i].path);
	free(programs->files);
}

void
json_programs(struct json *json, const struct programs *programs)
{
	char sum[7 + 65];

	if (programs->count == 0)
		return;
	json_array(json, "programs");
	for (size_t i = 0; i < programs->count; i++) {
		snprintf(sum, sizeof(sum), "sha256:%s", programs->files[i].sum);
		json_object(json, NULL);
		json_string(json, "path", programs->files[i].path);
		json_string(json, "sha256", sum);
		json_end(json, '}');
	}
	json_end(json, ']');
}
