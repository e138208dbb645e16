/* The sparse histogram against the whole one, and against sorted values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/sparse_histogram.h"

enum { VALUES = 5000 };

/* From microseconds to hours, many of them the same. */
static int64_t value_at(int i)
{
	int64_t small = (int64_t)i * 7919 % 1009;

	return small << (i * 31 % 23);
}

static void fill(struct sparse_histogram *sparse, struct histogram *whole, int from, int to)
{
	int i;

	for (i = from; i < to; i++) {
		sparse_histogram_add(sparse, value_at(i));
		histogram_add(whole, value_at(i));
	}
}

static void expect_same(const struct sparse_histogram *sparse, const struct histogram *whole)
{
	static struct histogram expanded;
	double q;

	assert_int_equal(sparse->total, whole->total);
	for (q = 0; q <= 1; q += 0.01)
		assert_int_equal(sparse_histogram_quantile(sparse, q),
				 histogram_quantile(whole, q));
	histogram_reset(&expanded);
	sparse_histogram_expand(sparse, &expanded);
	assert_memory_equal(expanded.counts, whole->counts, sizeof(whole->counts));
	assert_int_equal(expanded.max_us, whole->max_us);
	assert_int_equal(expanded.min_us, whole->min_us);
}

static void it_is_the_whole_one_in_less_room(void **state)
{
	struct sparse_histogram sparse = {0};
	static struct histogram whole;

	(void)state;
	histogram_reset(&whole);
	assert_int_equal(sparse_histogram_quantile(&sparse, 0.5), -1);
	fill(&sparse, &whole, 0, VALUES);
	expect_same(&sparse, &whole);
	assert_true(sparse_histogram_bytes(&sparse) <= sizeof(whole.counts) * 2);
	sparse_histogram_clear(&sparse);
	assert_int_equal(sparse.total, 0);
}

static void merging_is_counting_both(void **state)
{
	struct sparse_histogram a = {0};
	struct sparse_histogram b = {0};
	static struct histogram whole;
	double q;

	(void)state;
	histogram_reset(&whole);
	fill(&a, &whole, 0, 100);
	fill(&b, &whole, 100, VALUES);
	for (q = 0; q <= 1; q += 0.01)
		assert_int_equal(sparse_histogram_pair_quantile(&a, &b, q),
				 histogram_quantile(&whole, q));
	sparse_histogram_merge(&a, &b);
	expect_same(&a, &whole);
	sparse_histogram_clear(&a);
	sparse_histogram_merge(&a, &b);
	sparse_histogram_merge(&a, &(struct sparse_histogram){0});
	assert_int_equal(a.total, VALUES - 100);
	sparse_histogram_clear(&a);
	sparse_histogram_clear(&b);
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* The bound that is stated: 0.8 % of the value at that rank. */
static void quantiles_are_within_the_bound(void **state)
{
	struct sparse_histogram sparse = {0};
	static int64_t values[VALUES];
	int i;

	(void)state;
	for (i = 0; i < VALUES; i++) {
		values[i] = value_at(i);
		sparse_histogram_add(&sparse, values[i]);
	}
	qsort(values, VALUES, sizeof(values[0]), compare);
	for (i = 1; i <= 100; i++) {
		int64_t exact = values[VALUES * i / 100 - 1];
		int64_t told = sparse_histogram_quantile(&sparse, i / 100.0);
		int64_t off = told > exact ? told - exact : exact - told;

		assert_true((double)off <= 0.008 * (double)exact);
	}
	sparse_histogram_clear(&sparse);
}

static void it_survives_being_written(void **state)
{
	struct sparse_histogram sparse = {0};
	struct sparse_histogram back = {0};
	static struct histogram whole;
	struct buf bytes;
	size_t len;

	(void)state;
	histogram_reset(&whole);
	buf_init(&bytes, 100000);
	assert_int_equal(sparse_histogram_encode(&sparse, &bytes), ERR_OK);
	assert_int_equal(bytes.len, 0);
	assert_int_equal(sparse_histogram_decode(NULL, 0, &back), ERR_OK);
	fill(&sparse, &whole, 0, VALUES);
	assert_int_equal(sparse_histogram_encode(&sparse, &bytes), ERR_OK);
	assert_true(bytes.len <= (size_t)sparse.len * 4 + 32);
	assert_int_equal(sparse_histogram_decode(bytes.data, bytes.len, &back), ERR_OK);
	expect_same(&back, &whole);
	/* cut off anywhere, or changed: no harm */
	for (len = 0; len < bytes.len; len++) {
		struct sparse_histogram part = {0};

		sparse_histogram_decode(bytes.data, len, &part);
		assert_true(part.total <= sparse.total);
		sparse_histogram_clear(&part);
	}
	bytes.data[0] = 99;
	sparse_histogram_clear(&back);
	assert_int_equal(sparse_histogram_decode(bytes.data, bytes.len, &back), ERR_PARSE);
	assert_int_equal(back.total, 0);
	sparse_histogram_clear(&back);
	sparse_histogram_clear(&sparse);
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_whole_one_in_less_room),
		cmocka_unit_test(merging_is_counting_both),
		cmocka_unit_test(quantiles_are_within_the_bound),
		cmocka_unit_test(it_survives_being_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
