/* All findings from the input, as JSON; values that do not exist (NaN) are absent. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <jansson.h>

json_t *findings_of(json_t *input);

#endif
