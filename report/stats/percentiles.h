/* Merges the iterations' histograms into a curve of percentiles for each environment. */
#ifndef PERCENTILES_H
#define PERCENTILES_H

#include <jansson.h>

/* Returns the output's "percentiles" for the input's "histograms". */
json_t *percentiles_of(json_t *histograms);

#endif
