/* Fuzzes suites: the input is the text of one. */
#include <stdint.h>
#include <stdlib.h>

#include "log.h"
#include "suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *text = fmemopen(NULL, size + 1, "w+"), *null = fopen("/dev/null", "we");

	if (!text || !null)
		abort();
	fwrite(data, 1, size, text);
	rewind(text);
	log_open(null, LOG_DEBUG);
	suite_free(suite_read(text, "fuzz"));
	fclose(null);
	fclose(text);
	return 0;
}
