/* stats: reads rows and histograms of measurements on stdin (report/rows.py) and writes the
 * findings to stdout. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "findings.h"
#include "read.h"

int
main(int argc, char **argv)
{
	json_error_t error;
	json_t *input, *findings;
	int failed;

	if (argc > 1)
		refuse("%s: it reads what it needs from stdin", argv[1]);
	input = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	if (input == NULL)
		refuse("the input is not JSON: line %d: %s", error.line, error.text);
	findings = findings_of(input);
	failed = json_dumpf(findings, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15)) != 0;
	failed |= putchar('\n') == EOF || fflush(stdout) == EOF;
	json_decref(findings);
	json_decref(input);
	if (failed)
		fputs("samebits: stats: cannot write the result (status 1)\n", stderr);
	return failed;
}
