/* Numbers for JSON, whatever the locale's decimal point is. */
#include "dacache/domain/decimal.h"

#include <inttypes.h>
#include <stdbool.h>

enum { US_PER_S = 1000000, DIGITS_MAX = 6 };

static const double value_limit = 1e12;

/* scaled / 10^digits, all digits shown. */
static enum err_code put_scaled(struct buf *out, uint64_t scaled, uint64_t scale, int digits,
				bool negative)
{
	return buf_printf(out, "%s%" PRIu64 ".%0*" PRIu64, negative ? "-" : "", scaled / scale,
			  digits, scaled % scale);
}

enum err_code decimal_put(struct buf *out, double value, int digits)
{
	bool negative = value < 0;
	double size = negative ? -value : value;
	uint64_t scale = 1;
	uint64_t scaled;

	if (!(size < value_limit))
		return buf_puts(out, "null");
	for (int i = 0; i < digits && i < DIGITS_MAX; i++)
		scale *= 10;
	scaled = (uint64_t)(size * (double)scale + 0.5);
	while (scale > 10 && scaled % 10 == 0) {
		scale /= 10;
		scaled /= 10;
	}
	digits = 0;
	for (uint64_t rest = scale; rest > 1; rest /= 10)
		digits++;
	if (digits == 0)
		return buf_printf(out, "%s%" PRIu64 ".0", negative ? "-" : "", scaled);
	return put_scaled(out, scaled, scale, digits, negative && scaled > 0);
}

enum err_code decimal_put_seconds(struct buf *out, int64_t us)
{
	bool negative = us < 0;
	uint64_t size = negative ? 0 - (uint64_t)us : (uint64_t)us;

	return put_scaled(out, size, US_PER_S, DIGITS_MAX, negative);
}
