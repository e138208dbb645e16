/* Hit windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/hits.h"

enum { SECONDS = 4000 };

static void add(struct hit_windows *windows, int64_t at_s, bool hit)
{
	hit_windows_add(windows, at_s, (struct hit_count){.hits = hit, .misses = !hit});
}

static struct hit_windows *windows_new(void)
{
	struct hit_windows *windows;

	assert_int_equal(hit_windows_new(1000, &windows), ERR_OK);
	return windows;
}

static void assert_count(struct hit_count count, uint64_t hits, uint64_t misses)
{
	assert_int_equal(count.hits, hits);
	assert_int_equal(count.misses, misses);
}

static void no_look_up_has_no_rate(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	assert_count(hit_windows_sum(windows, 5, 10), 0, 0);
	assert_count(hit_windows_total(windows), 0, 0);
	assert_true(hit_rate(hit_windows_total(windows)) == -1);
	hit_windows_free(&windows);
	assert_null(windows);
	hit_windows_free(&windows);
}

static void the_rate_is_hits_of_all_look_ups(void **state)
{
	(void)state;
	assert_true(hit_rate((struct hit_count){.misses = 1}) == 0);
	assert_true(hit_rate((struct hit_count){.hits = 1}) == 1);
	assert_true(hit_rate((struct hit_count){.hits = 3, .misses = 1}) == 0.75);
}

static void a_span_ends_to_the_second(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	add(windows, 100, true);
	add(windows, 100, false);
	add(windows, 109, true);
	assert_count(hit_windows_sum(windows, 109, 10), 2, 1);
	assert_count(hit_windows_sum(windows, 110, 10), 1, 0);
	assert_count(hit_windows_sum(windows, 118, 10), 1, 0);
	assert_count(hit_windows_sum(windows, 119, 10), 0, 0);
	assert_count(hit_windows_sum(windows, 119, 100), 2, 1);
	assert_count(hit_windows_slice(windows, 110, 1, 1), 1, 0);
	assert_count(hit_windows_slice(windows, 110, 2, 8), 0, 0);
	assert_count(hit_windows_slice(windows, 110, 2, 9), 1, 1);
	hit_windows_free(&windows);
}

static void a_late_one_goes_to_its_own_second(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	add(windows, 100, true);
	add(windows, 90, false);
	add(windows, 95, true);
	add(windows, 90, true);
	assert_count(hit_windows_sum(windows, 100, 1), 1, 0);
	assert_count(hit_windows_sum(windows, 100, 10), 2, 0);
	assert_count(hit_windows_sum(windows, 100, 11), 3, 1);
	assert_count(hit_windows_slice(windows, 100, 10, 1), 1, 1);
	/* older than the windows: in the total alone */
	add(windows, 5000, true);
	add(windows, 3999, false);
	assert_count(hit_windows_sum(windows, 5000, 1000), 1, 0);
	assert_count(hit_windows_total(windows), 4, 2);
	hit_windows_free(&windows);
}

static void late_ones_among_folded_seconds_are_counted_once(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	for (int64_t second = 1; second <= 1000; second++)
		add(windows, second, true);
	for (int64_t second = 1000; second >= 1; second--)
		add(windows, second, false);
	assert_count(hit_windows_sum(windows, 1000, 300), 300, 300);
	assert_count(hit_windows_total(windows), 1000, 1000);
	struct hit_count all = hit_windows_sum(windows, 1000, 1000);
	assert_true(all.hits >= 990 && all.misses >= 990 && all.misses <= 1000);
	hit_windows_free(&windows);
}

static void expired_ones_are_told_apart(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	hit_windows_add(windows, 10, (struct hit_count){.hits = 7, .misses = 5, .expired = 2});
	hit_windows_add(windows, 11, (struct hit_count){.misses = 1});
	assert_count(hit_windows_sum(windows, 11, 10), 7, 6);
	assert_int_equal(hit_windows_sum(windows, 11, 10).expired, 2);
	assert_int_equal(hit_windows_sum(windows, 11, 1).expired, 0);
	assert_int_equal(hit_windows_total(windows).expired, 2);
	hit_windows_free(&windows);
}

static void reset_is_of_the_total_alone(void **state)
{
	struct hit_windows *windows = windows_new();

	(void)state;
	add(windows, 100, true);
	hit_windows_reset(windows);
	assert_count(hit_windows_total(windows), 0, 0);
	assert_count(hit_windows_sum(windows, 100, 10), 1, 0);
	add(windows, 101, false);
	assert_count(hit_windows_total(windows), 0, 1);
	assert_count(hit_windows_sum(windows, 101, 10), 1, 1);
	hit_windows_free(&windows);
}

/* What happened in each second, kept plainly. */
struct record {
	uint64_t hits[SECONDS];
	uint64_t misses[SECONDS];
};

static struct hit_count record_sum(const struct record *record, int from, int to)
{
	struct hit_count sum = {0};

	for (int s = from < 0 ? 0 : from; s <= to; s++) {
		sum.hits += record->hits[s];
		sum.misses += record->misses[s];
	}
	return sum;
}

static void assert_exact(const struct hit_windows *windows, const struct record *record, int now,
			 int span)
{
	struct hit_count wanted = record_sum(record, now - span + 1, now);

	assert_count(hit_windows_sum(windows, now, span), wanted.hits, wanted.misses);
}

/* Between the sums of a span shorter and longer by one coarse slot. */
static void assert_within_a_slot(const struct hit_windows *windows, const struct record *record,
				 int now, int span)
{
	struct hit_count sum = hit_windows_sum(windows, now, span);
	struct hit_count least = record_sum(record, now - span + 1 + HIT_WINDOWS_COARSE_S, now);
	struct hit_count most = record_sum(record, now - span + 1 - HIT_WINDOWS_COARSE_S, now);

	assert_true(sum.hits >= least.hits && sum.hits <= most.hits);
	assert_true(sum.misses >= least.misses && sum.misses <= most.misses);
}

static void record_second(struct hit_windows *windows, struct record *record, int second, int n)
{
	for (int i = 0; i < n; i++) {
		bool hit = (second * 7 + i * 5) % 11 < 8;

		add(windows, second, hit);
		if (hit)
			record->hits[second]++;
		else
			record->misses[second]++;
	}
}

/* Busy, quiet and silent stretches; every window is checked in every second. */
static void windows_hold_over_a_long_run(void **state)
{
	static struct record record;
	struct hit_windows *windows = windows_new();
	struct hit_count all;

	(void)state;
	memset(&record, 0, sizeof(record));
	for (int second = 0; second < SECONDS; second++) {
		int n = 3;

		if (second > 2500 && second < 2900)
			n = 0;
		else if (second > 1500)
			n = second % 37 == 0;
		record_second(windows, &record, second, n);
		assert_exact(windows, &record, second, 1);
		assert_exact(windows, &record, second, 10);
		assert_exact(windows, &record, second, 100);
		assert_exact(windows, &record, second, HIT_WINDOWS_EXACT_S);
		assert_within_a_slot(windows, &record, second, 1000);
	}
	all = record_sum(&record, 0, SECONDS - 1);
	assert_count(hit_windows_total(windows), all.hits, all.misses);
	hit_windows_free(&windows);
}

static void a_jump_far_ahead_does_no_harm(void **state)
{
	struct hit_windows *windows = windows_new();
	const int64_t far_s = INT64_C(1) << 40;

	(void)state;
	add(windows, 1, true);
	add(windows, far_s, false);
	assert_count(hit_windows_sum(windows, far_s, 1000), 0, 1);
	assert_count(hit_windows_total(windows), 1, 1);
	hit_windows_free(&windows);
}

static void a_span_of_no_seconds_is_refused(void **state)
{
	struct hit_windows *windows;

	(void)state;
	assert_int_equal(hit_windows_new(0, &windows), ERR_INVALID);
	assert_null(windows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_look_up_has_no_rate),
		cmocka_unit_test(the_rate_is_hits_of_all_look_ups),
		cmocka_unit_test(a_span_ends_to_the_second),
		cmocka_unit_test(a_late_one_goes_to_its_own_second),
		cmocka_unit_test(late_ones_among_folded_seconds_are_counted_once),
		cmocka_unit_test(expired_ones_are_told_apart),
		cmocka_unit_test(reset_is_of_the_total_alone),
		cmocka_unit_test(windows_hold_over_a_long_run),
		cmocka_unit_test(a_jump_far_ahead_does_no_harm),
		cmocka_unit_test(a_span_of_no_seconds_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
