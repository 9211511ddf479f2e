#include "fileset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "log.h"
#include "probes/pages.h"

enum { NAME_BYTES = 32 };

/* In the order of --file-extra-flags' words. */
static const struct {
	const char *printed;
	int flag;
} extra_flags[] = {{"sync ", O_SYNC}, {"dsync ", O_DSYNC}, {"directio", O_DIRECT}};

enum { EXTRA_FLAGS = sizeof(extra_flags) / sizeof(extra_flags[0]) };

void
fileset_init(struct fileset *files)
{
	files->size = files->total / files->count;
	files->total = files->size * files->count;
	for (unsigned i = 0; i < EXTRA_FLAGS; i++)
		if (files->extra & 1U << i)
			files->flags |= extra_flags[i].flag;
}

void
fileset_print_flags(const struct fileset *files)
{
	char text[64] = "";

	for (unsigned i = 0; i < EXTRA_FLAGS; i++)
		strcat(text, files->extra & 1U << i ? extra_flags[i].printed : "");
	log_text(LOG_NOTICE, "Extra file open flags: %s", *text ? text : "(none)");
}

const char *
fileset_size_text(uint64_t bytes, char text[32])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes;
	int unit = 0;

	for (; value >= 1024 && unit < 4; unit++)
		value /= 1024;
	snprintf(text, 32, "%.5g%s", value, units[unit]);
	return text;
}

static const char *
file_name(unsigned file, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "test_file.%u", file);
	return name;
}

void
fileset_hint(int error, uint64_t sizes)
{
	if (error == EINVAL && sizes % 4096)
		log_text(LOG_WARNING, "O_DIRECT needs a --file-block-size and a size of files that "
				      "are multiples of the disk's blocks (512 or 4096 bytes)");
}

/* The state for writing blocks. */
struct block {
	const struct content *content;
	struct random random;
	void *data;
};

/* Writes whole blocks until the file has its size; returns the bytes written, -1 on failure. */
static int64_t
extend(const struct fileset *files, int fd, uint64_t at, struct block *block)
{
	uint64_t begin = at < files->size ? at - at % files->block : at, left;
	ssize_t n;

	for (at = begin; at < files->size; at += files->block) {
		left = files->size - at;
		content_renew(block->content, block->data, at,
			      left < files->block ? left : files->block, &block->random);
		n = pwrite(fd, block->data, files->block, (off_t)at);
		if (n != (ssize_t)files->block) {
			errno = n < 0 ? errno : ENOSPC;
			log_errno(LOG_FATAL, "Failed to write file!");
			fileset_hint(errno, at | files->block);
			return -1;
		}
	}
	if (fsync(fd) < 0) {
		log_errno(LOG_FATAL, "Failed to fsync file!");
		return -1;
	}
	return (int64_t)(at - begin);
}

/* Reports that this process may not open enough files. */
static void
complain_of_limit(const struct fileset *files, rlim_t limit)
{
	log_text(LOG_FATAL, "--file-num is %u, and only %llu open files are allowed (ulimit -n)",
		 files->count, (unsigned long long)limit);
}

/* Explains errno after a file could not be opened; false: nothing specific. */
static bool
explain(const struct fileset *files)
{
	struct rlimit limit;

	if (errno == EINVAL && files->flags & O_DIRECT)
		log_unavailable("the file system here has no O_DIRECT, which "
				"--file-extra-flags=direct asks for");
	else if (errno == EMFILE && getrlimit(RLIMIT_NOFILE, &limit) == 0)
		complain_of_limit(files, limit.rlim_cur);
	else
		return false;
	return true;
}

/* The existing content of a file is assumed to be right, as in sysbench; checksums would show
 * otherwise. Nothing would show that it is not random, so then it is written again. */
static int64_t
prepare_file(const struct fileset *files, unsigned file, struct block *block)
{
	char name[NAME_BYTES];
	bool again = block->content->random && !block->content->checked;
	struct stat st;
	int64_t written;
	int fd = open(file_name(file, name), O_CREAT | O_WRONLY | O_CLOEXEC | files->flags, 0600);

	if (fd < 0 || fstat(fd, &st) < 0) {
		if (!explain(files))
			log_errno(LOG_FATAL, "Can't open file");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	log_text(LOG_NOTICE, "%s file %s",
		 st.st_size == 0		      ? "Creating"
		 : (uint64_t)st.st_size < files->size ? "Extending existing"
						      : "Reusing existing",
		 name);
	written = extend(files, fd, again ? 0 : (uint64_t)st.st_size, block);
	close(fd);
	return written;
}

/* Returns the bytes written, -1 on failure. */
static int64_t
prepare_files(const struct fileset *files, struct block *block)
{
	int64_t n, written = 0;

	random_seed(&block->random, clock_ns(), 0);
	content_fill(block->content, block->data, files->block, &block->random);
	for (unsigned i = 0; i < files->count; i++) {
		n = prepare_file(files, i, block);
		if (n < 0)
			return -1;
		written += n;
	}
	return written;
}

int
fileset_prepare(const struct fileset *files, const struct content *content)
{
	struct block block = {.content = content};
	char *memory;
	uint64_t begin = clock_ns();
	int64_t written;
	double seconds;

	log_text(LOG_NOTICE, "%u files, %lluKb each, %lluMb total", files->count,
		 (unsigned long long)files->size / 1024, (unsigned long long)files->total >> 20);
	log_text(LOG_NOTICE, "Creating files for the test...");
	fileset_print_flags(files);
	if (pages_afford(files->block, 1) < 0)
		return -1;
	memory = allocate(1, files->block + SMALL_PAGE);
	block.data = memory + SMALL_PAGE - (uintptr_t)memory % SMALL_PAGE;
	written = prepare_files(files, &block);
	free(memory);
	if (written < 0)
		return -1;
	seconds = (double)(clock_ns() - begin) / 1e9;
	if (written)
		log_text(LOG_NOTICE, "%lld bytes written in %.2f seconds (%.2f MiB/sec).",
			 (long long)written, seconds, (double)written / 1048576 / seconds);
	else
		log_text(LOG_NOTICE, "No bytes written.");
	return 0;
}

int
fileset_remove(const struct fileset *files)
{
	char name[NAME_BYTES], first[NAME_BYTES] = "";
	unsigned left = 0;
	int error = 0;

	for (unsigned i = 0; i < files->count; i++) {
		if (unlink(file_name(i, name)) == 0 || errno == ENOENT)
			continue;
		if (left++ > 0)
			continue;
		error = errno;
		strcpy(first, name);
	}
	if (left == 0)
		return 0;
	errno = error;
	log_errno(LOG_FATAL, "Cannot remove %u of %u files; of '%s':", left, files->count, first);
	return -1;
}

static int
open_file(struct fileset *files, unsigned file, bool create)
{
	char name[NAME_BYTES], is[32], expected[32];
	struct stat st;
	int fd;

	file_name(file, name);
	log_text(LOG_DEBUG, "Opening file: %s", name);
	if (create)
		unlink(name);
	fd = open(name, O_RDWR | O_CLOEXEC | files->flags | (create ? O_CREAT : 0), 0600);
	files->fds[file] = fd;
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (explain(files))
			return -1;
		log_errno(LOG_FATAL, "Cannot %s file '%s'", create ? "create" : "open", name);
		if (!create)
			log_text(LOG_WARNING, "Did you forget to run the prepare step?");
		return -1;
	}
	if (!create && (uint64_t)st.st_size < files->size) {
		log_text(LOG_FATAL, "Size of file '%s' is %s, but at least %s is expected.", name,
			 fileset_size_text((uint64_t)st.st_size, is),
			 fileset_size_text(files->size, expected));
		log_text(LOG_WARNING, "Did you run 'prepare' with different --file-total-size or "
				      "--file-num values?");
		return -1;
	}
	return 0;
}

int
fileset_open(struct fileset *files, bool create)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && files->count >= limit.rlim_cur) {
		complain_of_limit(files, limit.rlim_cur);
		return -1;
	}
	files->fds = allocate(files->count, sizeof(*files->fds));
	memset(files->fds, -1, files->count * sizeof(*files->fds));
	for (unsigned i = 0; i < files->count; i++)
		if (open_file(files, i, create) < 0)
			return -1;
	return 0;
}

/* Allocates by writing, for file systems without another way. */
static int
fill(int fd, uint64_t from, uint64_t size)
{
	static char zeros[65536]; /* not const, otherwise the program file would contain them */
	uint64_t left;
	ssize_t n = 0;

	for (; from < size; from += (uint64_t)n) {
		left = size - from;
		n = pwrite(fd, zeros, left < sizeof(zeros) ? left : sizeof(zeros), (off_t)from);
		if (n <= 0)
			return -1;
	}
	return 0;
}

/* -1: failed, with errno. */
static int
reserve(int fd, uint64_t now, uint64_t size)
{
	do
		errno = posix_fallocate(fd, 0, (off_t)size);
	while (errno == EINTR);
	if (errno != EOPNOTSUPP && errno != ENOSYS)
		return errno ? -1 : 0;
	return fill(fd, now, size);
}

static void *
map_file(const struct fileset *files, int fd, bool to_write)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || (to_write && reserve(fd, (uint64_t)st.st_size, files->size) < 0))
		return MAP_FAILED;
	return mmap(NULL, files->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

int
fileset_map(struct fileset *files, bool to_write)
{
	files->maps = allocate(files->count, sizeof(*files->maps));
	for (unsigned i = 0; i < files->count; i++) {
		files->maps[i] = map_file(files, files->fds[i], to_write);
		if (files->maps[i] == MAP_FAILED) {
			files->maps[i] = NULL;
			log_errno(LOG_FATAL, "Cannot allocate or map file %u", i);
			return -1;
		}
	}
	return 0;
}

void
fileset_close(struct fileset *files)
{
	for (unsigned i = 0; files->maps && i < files->count; i++)
		if (files->maps[i])
			munmap(files->maps[i], files->size);
	free(files->maps);
	files->maps = NULL;
	for (unsigned i = 0; files->fds && i < files->count; i++)
		if (files->fds[i] >= 0)
			close(files->fds[i]);
	free(files->fds);
	files->fds = NULL;
}
