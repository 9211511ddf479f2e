#include "machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "sha256.h"

enum { VALUE = 128 };

/* Appends the next part of a value, unless it is a placeholder that manufacturers leave; a
 * character that is not printable ASCII becomes a question mark. */
static void
join(char value[VALUE], const char *part)
{
	static const char *const fillers[] = {"",
					      "default string",
					      "not specified",
					      "not applicable",
					      "n/a",
					      "none",
					      "unknown",
					      "0",
					      "invalid",
					      "system serial number",
					      "system product name",
					      "system manufacturer"};
	static const char unfilled[] = "to be filled by ";
	size_t length = strlen(value), end = strcspn(part, "\n");

	while (end > 0 && part[end - 1] == ' ')
		end--;
	for (size_t i = 0; i < sizeof(fillers) / sizeof(*fillers); i++)
		if (strlen(fillers[i]) == end && strncasecmp(part, fillers[i], end) == 0)
			return;
	if (strncasecmp(part, unfilled, sizeof(unfilled) - 1) == 0)
		return;
	snprintf(value + length, VALUE - length, "%s%.*s", length ? " " : "", (int)end, part);
	for (char *c = value; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static void
hash(char value[VALUE])
{
	struct sha256 sum;
	unsigned char digest[32];

	sha256_init(&sum);
	sha256_update(&sum, value, strlen(value));
	sha256_final(&sum, digest);
	for (int i = 0; i < 8; i++)
		snprintf(value + 2 * i, 3, "%02x", digest[i]);
}

static void
add(FILE *json, const char *name, const char *value)
{
	if (!*value)
		return;
	fprintf(json, "%s\"%s\":\"", ftell(json) ? "," : "", name);
	for (; *value; value++)
		fprintf(json, strchr("\"\\", *value) ? "\\%c" : "%c", *value);
	putc('"', json);
}

/* Structures of the firmware (SMBIOS specification, DSP0134, 6.1): a type, the length of the part
 * with fields, fields, some of which are numbers of strings, then the strings; each string and the
 * whole list end with a zero. */
static void
join_string(char value[VALUE], const unsigned char *table, size_t size, unsigned type, size_t field)
{
	const char *string;
	size_t at = 0, end;

	while (at + 4 <= size && at + table[at + 1] < size && table[at + 1] >= 4) {
		string = (const char *)table + at + table[at + 1];
		for (end = at + table[at + 1]; end + 1 < size && (table[end] || table[end + 1]);)
			end++;
		if (end + 1 >= size)
			return;
		if (table[at] == type && field < table[at + 1]) {
			for (unsigned n = table[at + field]; n > 1 && *string; n--)
				string += strlen(string) + 1;
			if (table[at + field])
				join(value, string);
			return;
		}
		at = end + 2;
	}
}

static void
add_firmware(FILE *json, bool anonymous)
{
	static const struct {
		const char *name;
		unsigned type;
		unsigned char fields[3];
	} wanted[] = {
		{"vendor", 1, {4}},   {"product", 1, {5}},    {"serial", 1, {7}},
		{"board", 2, {4, 5}}, {"bios", 0, {4, 5, 8}},
	};
	static unsigned char table[65536];
	int fd = open("/sys/firmware/dmi/tables/DMI", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, table, sizeof(table));

	close(fd);
	for (size_t i = 0; size > 0 && i < sizeof(wanted) / sizeof(*wanted); i++) {
		char value[VALUE] = "";

		for (size_t f = 0; f < 3 && wanted[i].fields[f]; f++)
			join_string(value, table, (size_t)size, wanted[i].type,
				    wanted[i].fields[f]);
		if (anonymous && *value && strcmp(wanted[i].name, "serial") == 0)
			hash(value);
		add(json, wanted[i].name, value);
	}
}

static void
add_microcode(FILE *json)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[VALUE] = "", value[VALUE] = "";

	while (file && fgets(line, sizeof(line), file) && strncmp(line, "microcode", 9) != 0)
		line[0] = '\0';
	if (file)
		fclose(file);
	if (strchr(line, ':'))
		join(value, strchr(line, ':') + 2);
	add(json, "microcode", value);
}

/* NVMe and SCSI: model; MMC: name. Their firmware versions are in the same order. */
static void
add_disk(FILE *json, const char *partition)
{
	static const char *const files[] = {"model", "name", "firmware_rev", "rev", "fwrev"};
	char path[128], line[VALUE], value[VALUE] = "";

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "/sys/class/block/%.31s/../device/%s", partition,
			 files[i]);
		file = fopen(path, "re");
		if (file && fgets(line, sizeof(line), file))
			join(value, line);
		if (file)
			fclose(file);
	}
	add(json, "disk", value);
}

void
machine_text(char text[MACHINE_SIZE], const char *partition, bool anonymous)
{
	char *known = NULL;
	size_t size;
	FILE *json = open_memstream(&known, &size);

	*text = '\0';
	if (!json)
		return;
	add_firmware(json, anonymous);
	add_microcode(json);
	add_disk(json, partition);
	if (fclose(json) == 0 && size > 0)
		snprintf(text, MACHINE_SIZE, ",\"host\":{\"machine_id\":{%s}}}\n", known);
	free(known);
}
