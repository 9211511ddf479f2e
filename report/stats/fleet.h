/*
 * Many machines: each is compared with the others of its model, metric by metric. Each of the
 * others is represented by its median, so a machine counts once, however often it was started.
 *
 * The ratio and its interval are those of shift.h, of the machine's starts to the others' medians.
 * Whether the machine belongs to the others is another question: machines of a model differ, and
 * all starts of a machine share its difference. So the test takes the machine's median as one more
 * value:
 *   t = |median - M| / (S sqrt(1 + pi / 2k))
 * with the k others' median M and their spread S, Rousseeuw and Croux's Qn (1993), of logarithms;
 * up to half of the others cannot distort either arbitrarily. t has Student's distribution with
 * k / 2 degrees of freedom, rounded down, since Qn comes from half of them: its tail is never too
 * light with normal spreads (simulate prints the false positive rate). If the interval contains 1,
 * the machine's own starts show no difference, and p is 1.
 */
#ifndef FLEET_H
#define FLEET_H

#include <jansson.h>

#include "compare.h"

struct fleet {
	struct comparison *rows; /* a is a machine, b its others; sd is t's denominator */
	struct group *others;	 /* per row, with their number; their values are not kept */
	double *medians;	 /* per row, of the others' medians */
	size_t count;
};

enum { FLEET_LEAST = 3 }; /* machines of a model */

/* `models`: a list of lists, each of the environments that are machines of one model; an
 * environment may be in only one. Corrects and judges over all rows. */
void fleet_compare(struct fleet *fleet, const struct input *input, json_t *models);
void fleet_free(struct fleet *fleet);

/* The least ratio above 1 whose p would be small enough in this row; NaN without a spread. */
double fleet_limit(const struct comparison *row, const struct settings *settings);

#endif
