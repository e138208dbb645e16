/* The rate limit as headers tell it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dacache/domain/quota.h"

enum { SECOND = 1000000 };

static struct quota read_one(const char *name, const char *value)
{
	struct quota quota = quota_none();

	quota_read_header(&quota, name, value);
	return quota;
}

static void nothing_read_is_unknown(void **state)
{
	struct quota quota = quota_none();

	(void)state;
	assert_false(quota.known);
	assert_true(quota_left(&quota, 0) == INT64_MAX);
	assert_int_equal(quota_reset_in_s(&quota, 0), -1);
	quota_read_header(&quota, "Content-Type", "300");
	quota_read_header(&quota, "inin-ratelimit-allowed", "many");
	quota_read_header(&quota, "inin-ratelimit-allowed", "-5");
	quota_read_header(&quota, "inin-ratelimit-allowed", "");
	quota_read_header(&quota, "RateLimit", "");
	quota_read_header(&quota, "RateLimit", ";;,,=,\"");
	quota_read_header(&quota, "RateLimit-Policy", "\"open");
	assert_false(quota.known);
}

static void the_tenants_own_headers(void **state)
{
	struct quota quota = quota_none();

	(void)state;
	quota_read_header(&quota, "ININ-RateLimit-Allowed", "300");
	quota_read_header(&quota, "inin-ratelimit-count", "212");
	quota_read_header(&quota, "inin-ratelimit-reset", "41");
	quota.seen_us = 10 * SECOND;
	assert_true(quota.known);
	assert_int_equal(quota.allowed, 300);
	assert_int_equal(quota.used, 212);
	assert_int_equal(quota_left(&quota, 10 * SECOND), 88);
	assert_int_equal(quota_reset_in_s(&quota, 10 * SECOND), 41);
	assert_int_equal(quota_reset_in_s(&quota, 10 * SECOND + 1), 41);
	assert_int_equal(quota_reset_in_s(&quota, 50 * SECOND), 1);
	assert_int_equal(quota_left(&quota, 51 * SECOND - 1), 88);
	/* the window has ended: all of it is there again */
	assert_int_equal(quota_reset_in_s(&quota, 51 * SECOND), 0);
	assert_int_equal(quota_left(&quota, 51 * SECOND), 300);
}

static void more_used_than_allowed_leaves_none(void **state)
{
	struct quota quota = quota_none();

	(void)state;
	quota_read_header(&quota, "inin-ratelimit-allowed", "300");
	quota_read_header(&quota, "inin-ratelimit-count", "305");
	assert_int_equal(quota_left(&quota, 0), 0);
}

static void the_list_form_of_ratelimit(void **state)
{
	struct quota quota = read_one("RateLimit", "\"default\";r=50;t=30");

	(void)state;
	assert_true(quota.known);
	assert_int_equal(quota.allowed, -1);
	assert_int_equal(quota_left(&quota, 0), 50);
	assert_int_equal(quota_reset_in_s(&quota, 0), 30);
	quota_read_header(&quota, "RateLimit-Policy", "\"default\";q=100;w=60");
	assert_int_equal(quota.allowed, 100);
	assert_int_equal(quota.used, 50);
	/* the other order gives the same */
	quota = read_one("ratelimit-policy", "\"default\";q=100;w=60");
	quota_read_header(&quota, "ratelimit", "\"default\"; r=50; t=30");
	assert_int_equal(quota.used, 50);
	assert_int_equal(quota_left(&quota, 0), 50);
}

static void of_several_limits_the_tightest_counts(void **state)
{
	struct quota quota =
		read_one("RateLimit", "\"hour\";r=900;t=3000, \"minute, of; day\";r=3;t=20");

	(void)state;
	assert_int_equal(quota_left(&quota, 0), 3);
	assert_int_equal(quota_reset_in_s(&quota, 0), 20);
	quota = read_one("RateLimit", "\"minute\";r=3;t=20,\"hour\";r=900;t=3000");
	assert_int_equal(quota_left(&quota, 0), 3);
	assert_int_equal(quota_reset_in_s(&quota, 0), 20);
	/* of several policies none can be told to be the one */
	quota_read_header(&quota, "RateLimit-Policy", "\"minute\";q=10;w=60, \"hour\";q=1000");
	assert_int_equal(quota.allowed, -1);
}

static void the_older_list_form(void **state)
{
	struct quota quota = read_one("RateLimit", "limit=100, remaining=50, reset=5");

	(void)state;
	assert_int_equal(quota.allowed, 100);
	assert_int_equal(quota.used, 50);
	assert_int_equal(quota_left(&quota, 0), 50);
	assert_int_equal(quota_reset_in_s(&quota, 0), 5);
	quota = read_one("RateLimit-Policy", "100;w=60");
	assert_int_equal(quota.allowed, 100);
}

static void the_three_header_form_in_any_order(void **state)
{
	struct quota quota = read_one("RateLimit-Remaining", "0");

	(void)state;
	assert_true(quota.known);
	assert_int_equal(quota_left(&quota, 0), 0);
	quota_read_header(&quota, "RateLimit-Limit", "100, 100;w=60, 1000;w=3600");
	quota_read_header(&quota, "RateLimit-Reset", "7");
	assert_int_equal(quota.allowed, 100);
	assert_int_equal(quota.used, 100);
	assert_int_equal(quota_left(&quota, 0), 0);
	assert_int_equal(quota_reset_in_s(&quota, 0), 7);
	assert_int_equal(quota_left(&quota, 7 * SECOND), 100);
}

static void x_ratelimit_with_seconds_or_epoch(void **state)
{
	struct quota quota = read_one("X-RateLimit-Limit", "60");

	(void)state;
	quota_read_header(&quota, "X-RateLimit-Remaining", "59");
	quota_read_header(&quota, "X-RateLimit-Reset", "12");
	assert_int_equal(quota.used, 1);
	assert_int_equal(quota_reset_in_s(&quota, 0), 12);
	quota = read_one("X-RateLimit-Reset", "1763800000");
	assert_int_equal(quota.reset_s, -1);
	quota = read_one("X-RateLimit-Reset", "1000000000");
	assert_int_equal(quota.reset_s, 1000000000);
	quota = read_one("RateLimit", "\"a\";r=5;t=999999999999999");
	assert_int_equal(quota.reset_s, -1);
	assert_int_equal(quota_left(&quota, 0), 5);
}

static void a_window_that_ended_with_an_unknown_size_is_unknown(void **state)
{
	struct quota quota = read_one("RateLimit", "\"a\";r=0;t=2");

	(void)state;
	assert_int_equal(quota_left(&quota, SECOND), 0);
	assert_true(quota_left(&quota, 2 * SECOND) == INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_read_is_unknown),
		cmocka_unit_test(the_tenants_own_headers),
		cmocka_unit_test(more_used_than_allowed_leaves_none),
		cmocka_unit_test(the_list_form_of_ratelimit),
		cmocka_unit_test(of_several_limits_the_tightest_counts),
		cmocka_unit_test(the_older_list_form),
		cmocka_unit_test(the_three_header_form_in_any_order),
		cmocka_unit_test(x_ratelimit_with_seconds_or_epoch),
		cmocka_unit_test(a_window_that_ended_with_an_unknown_size_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
