/* All that is found in the input, as JSON; what does not exist (NaN) is absent there. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <jansson.h>

json_t *findings_of(json_t *input);

#endif
