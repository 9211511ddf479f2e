#ifndef ROUNDED_H
#define ROUNDED_H

#include <stdint.h>

/* Rounds a value that is not negative to multiples of 1 / parts: 1e3 for three decimals. Further
 * digits are only noise. */
static inline double
rounded(double value, double parts)
{
	return (double)(uint64_t)(value * parts + 0.5) / parts;
}

#endif
