#ifndef ROUNDED_H
#define ROUNDED_H

#include <stdint.h>

/* What is not negative, to the nearest of so many parts: 1e3 for three decimals. What lies behind
 * these is no more than noise. */
static inline double
rounded(double value, double parts)
{
	return (double)(uint64_t)(value * parts + 0.5) / parts;
}

#endif
