/*
 * Holm (1979): of a family of tests the least p times their number, the next times one less, and
 * so on, none less than the one before: with these, no true hypothesis of the family is rejected
 * with a greater probability than alpha.
 */
#ifndef HOLM_H
#define HOLM_H

#include <stddef.h>

void holm(double *adjusted, const double *p, size_t n);

#endif
