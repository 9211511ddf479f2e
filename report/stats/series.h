/* Series of values over time: where each changed, and by how much. */
#ifndef SERIES_H
#define SERIES_H

#include <jansson.h>

#include "input.h"

/*
 * Of a list of {name, values} a list of {name, enough, needed, changes: [{at, p, ratio, interval,
 * interval_level}]}. The level of each test is alpha divided by the number of series: of series
 * that never changed, some is said to have with at most the probability alpha (Bonferroni). Series
 * with fewer than `needed` values are not enough. The ratio is Hodges and Lehmann's, of the values
 * between this change and the next to those between it and the one before; none where a value is
 * not positive.
 */
json_t *series_findings(json_t *list, const struct settings *settings);

#endif
