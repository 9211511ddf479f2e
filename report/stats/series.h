/* Series of values over time: where each changed, and by how much. */
#ifndef SERIES_H
#define SERIES_H

#include <jansson.h>

#include "input.h"

/*
 * For a list of {name, values}, returns a list of {name, enough, needed, changes: [{at, p, ratio,
 * interval, interval_level}]}. The level of each test is alpha divided by the number of series: the
 * probability that a change is reported for any series that never changed is at most alpha
 * (Bonferroni). Series with fewer than `needed` values are not enough. The ratio is Hodges and
 * Lehmann's, of the values between this change and the next to those between the previous change
 * and this one; absent if a value is not positive.
 */
json_t *series_findings(json_t *list, const struct settings *settings);

#endif
