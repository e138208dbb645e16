#include "zipf.h"

#include <math.h>

/* Rejection-inversion (Hörmann and Derflinger, 1996) for the exponent 1: the
 * density 1/x has the integral log x, and exp inverts it. */
uint64_t zipf_draw(struct random *random, uint64_t n)
{
	const double low = log(1.5) - 1.0;
	const double squeeze = 2.0 - exp(log(2.5) - 0.5);
	double high = log((double)n + 0.5);

	for (;;) {
		double u = high + random_unit(random) * (low - high);
		double x = exp(u);
		double k = floor(x + 0.5);
		if (k < 1.0)
			k = 1.0;
		if (k > (double)n)
			k = (double)n;
		if (k - x <= squeeze || u >= log(k + 0.5) - 1.0 / k)
			return (uint64_t)k - 1;
	}
}
