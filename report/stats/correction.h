/* Tests of one family, corrected for their number. `adjusted` and `p` have n elements each, and a
 * test is significant when its adjusted p is below alpha. */
#ifndef CORRECTION_H
#define CORRECTION_H

#include <stddef.h>

/*
 * Holm (1979): of a family of tests the least p times their number, the next times one less, and
 * so on, none less than the one before: with these, no true hypothesis of the family is rejected
 * with a greater probability than alpha.
 */
void holm(double *adjusted, const double *p, size_t n);

/*
 * Benjamini and Hochberg (1995): the greatest p as it is, the one before times n / (n - 1), down to
 * the least times n, none more than the one after: of what is rejected, a share of alpha is
 * expected to be rejected wrongly.
 */
void benjamini_hochberg(double *adjusted, const double *p, size_t n);

#endif
