/*
 * Finds changes of level in a series, by energy distances: E-divisive (Matteson and James 2014)
 * with alpha 1, each division over the whole of its part. The statistic of a division into m and n
 * values is that of Szekely and Rizzo (2005), m n / (m + n) times (2 E|X - Y| - E|X - X'| -
 * E|Y - Y'|); the part may change where it is greatest. Its p is the share of random permutations
 * of the values, drawn with a fixed seed, whose maximum is at least as great: exact when all orders
 * of the values are equally likely. Drawing stops early once there are enough of these to show that
 * p is not small (Besag and Clifford 1991). After a division both sides are examined again.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stddef.h>

/* Fewer values are not a level. */
enum { CHANGE_SHORTEST = 3 };

struct change {
	size_t at; /* the first value of the new level */
	double p;
};

/* The number of values that can show a change at all: the least n for which one order in
 * C(n, n / 2), and its reverse, are rarer than the level. */
size_t change_needs(double level);

/* Stores in `changes` (room for n), in the order of the series, those with a p below the level;
 * returns how many. */
size_t change_find(struct change *changes, const double *values, size_t n, double level);

#endif
