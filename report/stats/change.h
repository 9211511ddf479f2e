/*
 * Where the level of a series changes, by energy distances: E-divisive (Matteson and James 2014)
 * with alpha 1, each division over the whole of its part. The statistic of a division into m and n
 * values is that of Szekely and Rizzo (2005), m n / (m + n) times (2 E|X - Y| - E|X - X'| -
 * E|Y - Y'|); where it is greatest, the part may change. Its p is the share of orders of the
 * values, drawn at random from a fixed seed, whose greatest is as great: exact when the values
 * could have come in any order. Drawing ends early once as many were as great as show that p is not
 * small (Besag and Clifford 1991). A part that is divided is looked at again on both sides.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stddef.h>

/* Fewer values are no level. */
enum { CHANGE_SHORTEST = 3 };

struct change {
	size_t at; /* the first value of the new level */
	double p;
};

/* How many values can show a change at all: the least n of which one order in C(n, n / 2), and its
 * reverse, are rarer than the level. */
size_t change_needs(double level);

/* Into `changes` (room for n), in the order of the series, how many there are with a p below the
 * level. */
size_t change_find(struct change *changes, const double *values, size_t n, double level);

#endif
