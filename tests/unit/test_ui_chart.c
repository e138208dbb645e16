/* Numbers and ticks of the charts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"

static const int spans_s[] = {60, 120, 300, 600, 900, 1800, 3600, 10800, 21600, 43200, 86400};

static void assert_count(uint64_t n, const char *expected)
{
	char text[32];

	chart_format_count(n, text, sizeof text);
	assert_string_equal(text, expected);
	assert_true(text_width(text) <= 5);
}

static void test_counts_are_short(void **state)
{
	(void)state;
	assert_count(0, "0");
	assert_count(999, "999");
	assert_count(9999, "9,999");
	assert_count(10000, "10.0k");
	assert_count(12449, "12.4k");
	assert_count(99949, "99.9k");
	assert_count(99950, "100k");
	assert_count(999499, "999k");
	assert_count(999500, "1.0M");
	assert_count(123456789, "123M");
	assert_count(UINT64_C(12345678901), "12.3G");
}

static void assert_us(double us, const char *expected)
{
	char text[32];

	chart_format_us(us, text, sizeof text);
	assert_string_equal(text, expected);
}

static void test_times_have_a_unit(void **state)
{
	(void)state;
	assert_us(84000, "84 ms");
	assert_us(350, "0.35 ms");
	assert_us(4120, "4.12 ms");
	assert_us(1234000, "1234 ms");
	assert_us(15200000, "15.2 s");
}

static void assert_ms(int64_t us, const char *expected)
{
	char text[32];

	chart_format_ms(us, text, sizeof text);
	assert_string_equal(text, expected);
	assert_true(text_width(text) <= 5);
}

/* Rounding adds little to what the histogram is off by. */
static void test_milliseconds_have_three_figures(void **state)
{
	(void)state;
	assert_ms(0, "0.000");
	assert_ms(350, "0.350");
	assert_ms(9994, "9.99");
	assert_ms(9995, "10.0");
	assert_ms(12500, "12.5");
	assert_ms(99949, "99.9");
	assert_ms(99950, "100");
	assert_ms(125000, "125");
	assert_ms(1250000, "1250");
	assert_ms(99999499, "99999");
	assert_ms(100000000, "100s");
	assert_ms(INT64_C(9999000000), "9999s");
	for (int64_t us = 1000; us < 99000000; us += us / 97) {
		char text[32];

		chart_format_ms(us, text, sizeof text);
		assert_true(fabs(strtod(text, NULL) * 1000 - (double)us) <= (double)us * 0.00501);
	}
}

/* Rising, whole units, the first "... ago", the last what was asked for. */
static void check_time_ticks(int span_s, int cols)
{
	struct chart chart = {0};
	size_t last;

	chart_ticks_time(&chart, cols, span_s, "now");
	last = chart.tick_count - 1;
	assert_in_range(chart.tick_count, 2, CHART_TICKS_MAX);
	assert_string_equal(chart.ticks[last].text, "now");
	assert_true(chart.ticks[0].at == 0 && chart.ticks[last].at == 1);
	assert_non_null(strstr(chart.ticks[0].text, " ago"));
	for (size_t i = 0; i < last; i++) {
		assert_true(chart.ticks[i].at < chart.ticks[i + 1].at);
		assert_null(strchr(chart.ticks[i].text, '.'));
	}
}

static void test_time_ticks_fit_each_window_and_width(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spans_s / sizeof spans_s[0]; i++)
		for (int cols = 16; cols <= 240; cols++)
			check_time_ticks(spans_s[i], cols);
}

static void test_time_ticks_say_where_they_stand(void **state)
{
	struct chart chart = {0};

	(void)state;
	chart_ticks_time(&chart, 73, 300, "14:02:09");
	assert_int_equal(chart.tick_count, 6);
	assert_string_equal(chart.ticks[0].text, "5m ago");
	assert_string_equal(chart.ticks[1].text, "4m");
	assert_float_equal(chart.ticks[1].at, 0.2, 1e-9);
	assert_string_equal(chart.ticks[5].text, "14:02:09");
	chart_ticks_time(&chart, 73, 86400, "now");
	assert_string_equal(chart.ticks[0].text, "24h ago");
	assert_string_equal(chart.ticks[1].text, "18h");
}

static void test_log_ticks_are_decades(void **state)
{
	struct chart chart = {0};

	(void)state;
	chart_ticks_log(&chart, 32, 1000, 1e6);
	assert_int_equal(chart.tick_count, 4);
	assert_string_equal(chart.ticks[0].text, "1ms");
	assert_string_equal(chart.ticks[1].text, "10ms");
	assert_float_equal(chart.ticks[1].at, 1.0 / 3, 1e-9);
	assert_string_equal(chart.ticks[3].text, "1s");
	/* With room, twos and fives between them */
	chart_ticks_log(&chart, 73, 1000, 1e6);
	assert_int_equal(chart.tick_count, 10);
	assert_string_equal(chart.ticks[1].text, "2ms");
	assert_string_equal(chart.ticks[2].text, "5ms");
}

static void test_plots_leave_room_for_axes(void **state)
{
	(void)state;
	assert_int_equal(chart_plot_cols(40), 32);
	assert_int_equal(chart_plot_cols(5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_are_short),
		cmocka_unit_test(test_times_have_a_unit),
		cmocka_unit_test(test_milliseconds_have_three_figures),
		cmocka_unit_test(test_time_ticks_fit_each_window_and_width),
		cmocka_unit_test(test_time_ticks_say_where_they_stand),
		cmocka_unit_test(test_log_ticks_are_decades),
		cmocka_unit_test(test_plots_leave_room_for_axes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
