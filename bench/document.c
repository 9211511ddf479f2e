#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "allocate.h"
#include "clock.h"
#include "platform.h"
#include "sha256.h"

static void
write_identity(struct json *json, const struct programs *programs)
{
	char text[7 + 65] = "sha256:";

	json_object(json, "identity");
	json_string(json, "rootfs", getenv("SAMEBITS_ROOTFS"));
	json_string(json, "init", getenv("SAMEBITS_INIT"));
	if (sha256_file("/proc/self/exe", text + 7) == 0)
		json_string(json, "bench", text);
	if (programs->count) {
		strcpy(text + 7, programs->sum);
		json_string(json, "programs", text);
	}
	json_end(json, '}');
}

static void
write_head(struct json *json, const char *suite, const struct programs *programs, uint64_t begin_ns,
	   uint64_t waited_ns)
{
	const char *environment = getenv("SAMEBITS_ENVIRONMENT");
	const char *iteration = getenv("SAMEBITS_ITERATION");

	if (!environment)
		environment = platform_container();
	if (!environment)
		environment = "native";
	json_string(json, "schema", "samebits-result-1");
	json_string(json, "run", getenv("SAMEBITS_RUN"));
	json_string(json, "environment", environment);
	json_uint(json, "iteration", iteration ? strtoul(iteration, NULL, 10) : 1);
	json_string(json, "suite", suite);
	if (waited_ns)
		json_double(json, "wait_ms", (double)waited_ns / 1e6);
	write_identity(json, programs);
	json_programs(json, programs);
	json_platform(json, begin_ns);
}

int
document_begin(struct document *document, const char *suite, uint64_t begin_ns, uint64_t waited_ns)
{
	uint64_t now = clock_ns();

	document->json.comma = false;
	if (programs_read(&document->programs) < 0)
		return -1;
	if (document->programs.count)
		waited_ns += clock_ns() - now;
	document->json.out = open_text(&document->text, &document->size);
	json_object(&document->json, NULL);
	write_head(&document->json, suite, &document->programs, begin_ns, waited_ns);
	json_array(&document->json, "experiments");
	return 0;
}

/* A program may have run with files that an earlier one had changed. */
static bool
programs_changed(const struct programs *before)
{
	struct programs now;
	bool changed;

	if (before->count == 0)
		return false;
	changed = programs_read(&now) < 0 || strcmp(now.sum, before->sum) != 0;
	programs_free(&now);
	return changed;
}

int
document_end(struct document *document, const char *error, bool interrupted, FILE *out)
{
	struct json *json = &document->json;
	int result = programs_changed(&document->programs);

	if (result && !error)
		error = "a program changed its own files or data";
	if (result)
		fputs("bench: a program changed its own files or data (programs/, tree/)\n",
		      stderr);
	json_end(json, ']');
	json_string(json, "status", interrupted ? "incomplete" : error ? "failed" : "complete");
	json_string(json, "error", error);
	json_end(json, '}');
	putc('\n', json->out);
	if (fclose(json->out) != 0 ||
	    fwrite(document->text, 1, document->size, out) != document->size || fflush(out) != 0) {
		perror("bench: cannot write the result");
		result = -1;
	}
	free(document->text);
	programs_free(&document->programs);
	return result;
}
