/* Histograms of the iterations, merged: a curve of percentiles for each environment. */
#ifndef PERCENTILES_H
#define PERCENTILES_H

#include <jansson.h>

/* The output's "percentiles", of the input's "histograms". */
json_t *percentiles_of(json_t *histograms);

#endif
