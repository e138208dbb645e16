/* Numbers for JSON, whatever the locale's decimal point is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dacache/domain/decimal.h"

static void assert_decimal(double value, int digits, const char *wanted)
{
	struct buf out;

	buf_init(&out, 100);
	assert_int_equal(decimal_put(&out, value, digits), ERR_OK);
	assert_string_equal(buf_str(&out), wanted);
	buf_free(&out);
}

static void decimals_are_short_and_rounded(void **state)
{
	(void)state;
	assert_decimal(0, 3, "0.0");
	assert_decimal(300, 3, "300.0");
	assert_decimal(41.5, 3, "41.5");
	assert_decimal(41.25, 1, "41.3");
	assert_decimal(0.001, 3, "0.001");
	assert_decimal(0.0004, 3, "0.0");
	assert_decimal(0.9999996, 6, "1.0");
	assert_decimal(2.0 / 3.0, 6, "0.666667");
	assert_decimal(-1.25, 2, "-1.25");
	assert_decimal(-0.0001, 2, "0.0");
	assert_decimal(7.5, 0, "8.0");
}

static void what_is_no_number_is_null(void **state)
{
	(void)state;
	assert_decimal((double)NAN, 3, "null");
	assert_decimal((double)INFINITY, 3, "null");
	assert_decimal(-(double)INFINITY, 3, "null");
	assert_decimal(1e12, 3, "null");
	assert_decimal(999999999999.0, 3, "999999999999.0");
}

static void assert_seconds(int64_t us, const char *wanted)
{
	struct buf out;

	buf_init(&out, 100);
	assert_int_equal(decimal_put_seconds(&out, us), ERR_OK);
	assert_string_equal(buf_str(&out), wanted);
	buf_free(&out);
}

static void seconds_keep_six_decimals(void **state)
{
	(void)state;
	assert_seconds(0, "0.000000");
	assert_seconds(1763799600123456, "1763799600.123456");
	assert_seconds(1000001, "1.000001");
	assert_seconds(-1500000, "-1.500000");
	assert_seconds(INT64_MIN, "-9223372036854.775808");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_are_short_and_rounded),
		cmocka_unit_test(what_is_no_number_is_null),
		cmocka_unit_test(seconds_keep_six_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
