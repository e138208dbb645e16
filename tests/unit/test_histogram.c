/* Log-linear histogram of durations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dacache/domain/histogram.h"

enum { VALUES = 5000 };

static void an_empty_one_has_no_figures(void **state)
{
	static struct histogram histogram;

	(void)state;
	histogram_reset(&histogram);
	assert_int_equal(histogram_quantile(&histogram, 0.5), -1);
	assert_true(histogram_mean_us(&histogram) < 0);
	assert_int_equal(histogram_between(&histogram, 0, INT64_MAX), 0);
}

static void one_value_is_every_quantile(void **state)
{
	static struct histogram histogram;

	(void)state;
	histogram_reset(&histogram);
	histogram_add(&histogram, 84321);
	assert_int_equal(histogram_quantile(&histogram, 0), 84321);
	assert_int_equal(histogram_quantile(&histogram, 0.5), 84321);
	assert_int_equal(histogram_quantile(&histogram, 1), 84321);
	assert_true(histogram_mean_us(&histogram) == 84321);
	assert_int_equal(histogram.min_us, 84321);
	assert_int_equal(histogram.max_us, 84321);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* Durations over all sizes: 1 us to an hour. */
static void make_values(int64_t values[VALUES], uint64_t seed)
{
	for (int i = 0; i < VALUES; i++) {
		uint64_t bits = next_random(&seed) % 32;

		values[i] = (int64_t)(next_random(&seed) % ((UINT64_C(1) << bits) + 1));
	}
}

static void assert_near(int64_t got, int64_t wanted)
{
	int64_t off = got > wanted ? got - wanted : wanted - got;

	assert_true(off * 125 <= wanted); /* 0.8 % */
}

static void quantiles_are_within_their_bound(void **state)
{
	static const double quantiles[] = {0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1};
	static struct histogram histogram;
	static int64_t values[VALUES];

	(void)state;
	histogram_reset(&histogram);
	make_values(values, 42);
	for (int i = 0; i < VALUES; i++)
		histogram_add(&histogram, values[i]);
	qsort(values, VALUES, sizeof(values[0]), compare);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		int64_t rank = (int64_t)(quantiles[i] * VALUES);

		if ((double)rank < quantiles[i] * VALUES || rank == 0)
			rank++;
		assert_near(histogram_quantile(&histogram, quantiles[i]), values[rank - 1]);
	}
	assert_int_equal(histogram_quantile(&histogram, 1), values[VALUES - 1]);
	assert_int_equal(histogram_quantile(&histogram, 7), values[VALUES - 1]);
	assert_int_equal(histogram_quantile(&histogram, -7), values[0]);
}

static void a_quantile_never_exceeds_the_largest_value(void **state)
{
	static struct histogram histogram;

	(void)state;
	histogram_reset(&histogram);
	for (int64_t us = 1; us < 2000000; us += us / 7 + 1) {
		histogram_add(&histogram, us);
		for (int q = 0; q <= 100; q++) {
			int64_t got = histogram_quantile(&histogram, q / 100.0);

			assert_true(got >= 1 && got <= us);
		}
	}
}

static void values_off_the_scale_are_clamped(void **state)
{
	static struct histogram histogram;

	(void)state;
	histogram_reset(&histogram);
	histogram_add(&histogram, -5);
	histogram_add(&histogram, INT64_MAX);
	assert_int_equal(histogram.total, 2);
	assert_int_equal(histogram.min_us, 0);
	assert_int_equal(histogram_quantile(&histogram, 0), 0);
	assert_int_equal(histogram_quantile(&histogram, 1), INT64_MAX);
	assert_int_equal(histogram_between(&histogram, 1, INT64_MAX), 1);
	assert_int_equal(histogram.counts[HISTOGRAM_BUCKETS - 1], 1);
}

static void the_last_bucket_ends_at_38_hours(void **state)
{
	static struct histogram histogram;
	const int64_t end_us = INT64_C(1) << 37;

	(void)state;
	histogram_reset(&histogram);
	histogram_add(&histogram, end_us - 1);
	histogram_add(&histogram, end_us / 2);
	assert_int_equal(histogram.counts[HISTOGRAM_BUCKETS - 1], 1);
	assert_int_equal(histogram.counts[HISTOGRAM_BUCKETS - HISTOGRAM_STEPS], 1);
	assert_int_equal(histogram_between(&histogram, end_us / 2, end_us), 2);
}

static void merging_equals_adding_all_to_one(void **state)
{
	static struct histogram a;
	static struct histogram b;
	static struct histogram all;
	static int64_t values[VALUES];

	(void)state;
	histogram_reset(&a);
	histogram_reset(&b);
	histogram_reset(&all);
	make_values(values, 7);
	for (int i = 0; i < VALUES; i++) {
		histogram_add(i % 3 == 0 ? &a : &b, values[i]);
		histogram_add(&all, values[i]);
	}
	histogram_merge(&a, &b);
	assert_memory_equal(a.counts, all.counts, sizeof(all.counts));
	assert_int_equal(a.total, all.total);
	assert_int_equal(a.min_us, all.min_us);
	assert_int_equal(a.max_us, all.max_us);
	assert_true(histogram_mean_us(&a) == histogram_mean_us(&all));
	/* an empty one changes nothing, in either direction */
	histogram_reset(&b);
	histogram_merge(&a, &b);
	assert_int_equal(a.min_us, all.min_us);
	histogram_merge(&b, &all);
	assert_int_equal(b.min_us, all.min_us);
	assert_int_equal(b.total, all.total);
}

static void adjacent_ranges_count_each_value_once(void **state)
{
	static struct histogram histogram;
	static int64_t values[VALUES];
	uint64_t sum = 0;
	int64_t from = 0;

	(void)state;
	histogram_reset(&histogram);
	make_values(values, 99);
	for (int i = 0; i < VALUES; i++)
		histogram_add(&histogram, values[i]);
	for (int64_t to = 1; from < INT64_C(1) << 33; to = to * 3 / 2 + 1) {
		sum += histogram_between(&histogram, from, to);
		from = to;
	}
	assert_int_equal(sum, VALUES);
	/* below 64 us a step is a microsecond: exact */
	assert_int_equal(histogram_between(&histogram, 5, 5), 0);
	sum = 0;
	for (int i = 0; i < VALUES; i++)
		sum += values[i] >= 5 && values[i] < 9;
	assert_int_equal(histogram_between(&histogram, 5, 9), sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_has_no_figures),
		cmocka_unit_test(one_value_is_every_quantile),
		cmocka_unit_test(quantiles_are_within_their_bound),
		cmocka_unit_test(a_quantile_never_exceeds_the_largest_value),
		cmocka_unit_test(values_off_the_scale_are_clamped),
		cmocka_unit_test(the_last_bucket_ends_at_38_hours),
		cmocka_unit_test(merging_equals_adding_all_to_one),
		cmocka_unit_test(adjacent_ranges_count_each_value_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
