/* Numbers for JSON, whatever the locale's decimal point is. */
#ifndef DACACHE_DOMAIN_DECIMAL_H
#define DACACHE_DOMAIN_DECIMAL_H

#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* value rounded to at most `digits` (0-6) decimals, zeros at the end left out but
 * for one: "41.5", "300.0". "null" for what is no finite number below 10^12. */
enum err_code decimal_put(struct buf *out, double value, int digits);

/* Microseconds as seconds with six decimals: "1763799600.123456". */
enum err_code decimal_put_seconds(struct buf *out, int64_t us);

#endif
