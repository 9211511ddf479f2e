/*
 * Many machines: each against the others of its model, metric by metric. The other machines are as
 * many values, their medians, so a machine counts once, however often it was started.
 *
 * The ratio and its interval are those of shift.h, of the machine's starts to the others' medians.
 * Whether the machine belongs to the others is another question: machines of a model differ, and
 * its starts share what it differs by. So the test takes the machine's median as one value more:
 *   t = |median - M| / (S sqrt(1 + pi / 2k))
 * with the k others' median M and their spread S, Rousseeuw and Croux's Qn (1993), of logarithms,
 * neither of which up to half of the others can carry away. t has the distribution of Student's
 * with k / 2 degrees of freedom, rounded down, as Qn comes from half of them: its tail is never too
 * light with normal spreads (simulate prints how often one is found where there is none). Where the
 * interval has 1 in it, the machine's own starts do not tell, and p is 1.
 */
#ifndef FLEET_H
#define FLEET_H

#include <jansson.h>

#include "compare.h"

struct fleet {
	struct comparison *rows; /* a is a machine, b its others; sd is t's denominator */
	struct group *others;	 /* of each row, how many; their values are not kept */
	double *medians;	 /* of each row, that of the others' medians */
	size_t count;
};

enum { FLEET_LEAST = 3 }; /* machines of a model */

/* `models`: a list of lists, the environments that are machines of one model; an environment may be
 * of one. Corrected and judged over all rows. */
void fleet_compare(struct fleet *fleet, const struct input *input, json_t *models);
void fleet_free(struct fleet *fleet);

/* The least ratio above 1 that a row's p would have been small enough for; NaN where there is no
 * spread to go by. */
double fleet_limit(const struct comparison *row, const struct settings *settings);

#endif
