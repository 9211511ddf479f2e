/* Corrects tests of one family for their number. `adjusted` and `p` have n elements each, and a
 * test is significant when its adjusted p is below alpha. */
#ifndef CORRECTION_H
#define CORRECTION_H

#include <stddef.h>

/*
 * Holm (1979): the least p of a family times the number of tests, the next times one less, and so
 * on, each at least the previous one: with these, the probability of rejecting any true hypothesis
 * of the family is at most alpha.
 */
void holm(double *adjusted, const double *p, size_t n);

/*
 * Benjamini and Hochberg (1995): the greatest p unchanged, the previous one times n / (n - 1), down
 * to the least times n, each at most the next one: of all rejections, a share of alpha is expected
 * to be wrong.
 */
void benjamini_hochberg(double *adjusted, const double *p, size_t n);

#endif
