/* The parts of a bar: never longer than the whole, never nothing for something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/ui/waterfall.h"

static void check(const struct exchange_times *times, int64_t scale_us, int cols,
		  const int wanted[WATERFALL_PARTS])
{
	int got[WATERFALL_PARTS];

	waterfall_columns(times, scale_us, cols, got);
	for (int i = 0; i < WATERFALL_PARTS; i++)
		assert_int_equal(got[i], wanted[i]);
}

static void parts_stand_side_by_side(void **state)
{
	const struct exchange_times times = {.queue = 10,
					     .name = 20,
					     .connect = 30,
					     .tls = 40,
					     .wait = 50,
					     .transfer = 50,
					     .total = 190};

	(void)state;
	assert_int_equal(waterfall_whole(&times), 200);
	check(&times, 200, 20, (const int[]){1, 2, 3, 4, 5, 5});
	check(&times, 400, 20, (const int[]){1, 1, 1, 2, 3, 2});
	check(&times, 200, 0, (const int[]){0, 0, 0, 0, 0, 0});
}

static void what_is_short_still_shows(void **state)
{
	const struct exchange_times times = {.name = 1, .wait = 5, .transfer = 2};
	const struct exchange_times none = {.total = 0};

	(void)state;
	check(&times, 1000000, 10, (const int[]){0, 0, 0, 0, 1, 0});
	check(&none, 1000000, 10, (const int[]){0, 0, 0, 0, 0, 0});
	check(&none, 0, 10, (const int[]){0, 0, 0, 0, 0, 0});
}

static void no_bar_is_longer_than_its_place(void **state)
{
	struct exchange_times times = {0};

	(void)state;
	for (int64_t i = 0; i < 3000; i++) {
		int columns[WATERFALL_PARTS];
		int sum = 0;

		times.queue = i * 7 % 13;
		times.name = i * 5 % 11;
		times.connect = i * 3 % 7;
		times.tls = i % 5;
		times.wait = i * 11 % 17;
		times.transfer = i;
		waterfall_columns(&times, waterfall_whole(&times) - i % 2, 14, columns);
		for (int part = 0; part < WATERFALL_PARTS; part++) {
			assert_true(columns[part] >= 0);
			sum += columns[part];
		}
		assert_int_equal(sum, waterfall_whole(&times) > 0 ? 14 : 0);
	}
}

static void times_are_read_at_a_glance(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {{0, "0us"},           {999, "999us"},      {1000, "1.0ms"},
		    {12345, "12.3ms"},    {999900, "999.9ms"}, {1000000, "1.00s"},
		    {98765432, "98.77s"}, {120000000, "120s"}};
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		waterfall_format(rows[i].us, out);
		assert_string_equal(out, rows[i].text);
	}
}

static void signs_differ_without_colour(void **state)
{
	(void)state;
	for (int i = 0; i < WATERFALL_PARTS; i++) {
		for (int k = i + 1; k < WATERFALL_PARTS; k++) {
			assert_string_not_equal(waterfall_sign(i, true), waterfall_sign(k, true));
			assert_string_not_equal(waterfall_sign(i, false), waterfall_sign(k, false));
		}
		assert_int_equal(strlen(waterfall_sign(i, false)), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_stand_side_by_side),
		cmocka_unit_test(what_is_short_still_shows),
		cmocka_unit_test(no_bar_is_longer_than_its_place),
		cmocka_unit_test(times_are_read_at_a_glance),
		cmocka_unit_test(signs_differ_without_colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
