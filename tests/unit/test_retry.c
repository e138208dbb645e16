/* When to try again, and Retry-After. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/retry.h"

static const struct retry_policy policy = {.max_attempts = 3, .max_wait_s = 120};

/* Sat, 22 Nov 2025 08:26:40 GMT, the date of every vector. */
static const int64_t vector_now_s = 1763800000;

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, name, &value));
	return value;
}

static void vectors_of_retry_after_hold(void **state)
{
	struct json_object *root = json_object_from_file(TEST_DATA_DIR "/retry_after.json");
	struct json_object *cases;
	const int64_t cap_s = 86400;

	(void)state;
	assert_non_null(root);
	cases = member(root, "cases");
	assert_true(json_object_array_length(cases) > 10);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *wanted = member(one, "seconds");
		const char *value = json_object_get_string(member(one, "value"));
		int64_t seconds = -7;
		enum err_code code;

		assert_string_equal(json_object_get_string(member(one, "date")),
				    "Sat, 22 Nov 2025 08:26:40 GMT");
		code = retry_after_parse(value, vector_now_s, cap_s, &seconds);
		if (wanted == NULL) {
			assert_int_equal(code, ERR_PARSE);
			continue;
		}
		assert_int_equal(code, ERR_OK);
		if (json_object_is_type(wanted, json_type_string))
			assert_int_equal(seconds, cap_s + 1);
		else
			assert_int_equal(seconds, json_object_get_int64(wanted));
	}
	json_object_put(root);
}

static void assert_date(const char *text, int64_t now_s, int64_t wanted)
{
	int64_t seconds = -7;

	assert_int_equal(retry_after_parse(text, now_s, 1000, &seconds), ERR_OK);
	assert_int_equal(seconds, wanted);
}

static void dates_in_three_formats_count_from_now(void **state)
{
	(void)state;
	assert_date("Sat, 22 Nov 2025 08:27:40 GMT", vector_now_s, 60);
	assert_date("Saturday, 22-Nov-25 08:27:40 GMT", vector_now_s, 60);
	assert_date("Sat Nov 22 08:27:40 2025", vector_now_s, 60);
	assert_date("Thu, 01 Jan 1970 00:00:09 GMT", 0, 9);
	/* across a leap day and the end of a year */
	assert_date("Fri, 01 Mar 2024 00:00:00 GMT", 1709251195, 5);
	assert_date("Thu, 29 Feb 2024 00:00:00 GMT", 1709164799, 1);
	assert_date("Thu, 01 Jan 2026 00:00:00 GMT", 1767225595, 5);
	assert_date(" \tSat, 22 Nov 2025 08:27:40 GMT ", vector_now_s, 60);
}

static void two_digit_years_lie_within_fifty_years(void **state)
{
	(void)state;
	assert_date("Saturday, 22-Nov-75 08:26:40 GMT", vector_now_s, 1001);
	assert_date("Sunday, 22-Nov-76 08:26:40 GMT", vector_now_s, 0);
}

static void a_delay_over_the_cap_is_told_apart(void **state)
{
	int64_t seconds = 0;

	(void)state;
	assert_int_equal(retry_after_parse("120", 0, 120, &seconds), ERR_OK);
	assert_int_equal(seconds, 120);
	assert_int_equal(retry_after_parse("121", 0, 120, &seconds), ERR_OK);
	assert_int_equal(seconds, 121);
	assert_int_equal(retry_after_parse("5000", 0, 120, &seconds), ERR_OK);
	assert_int_equal(seconds, 121);
	assert_date("Sat, 22 Nov 2025 09:26:40 GMT", vector_now_s, 1001);
}

static void dates_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"Sat, 31 Nov 2025 08:26:40 GMT",
		"Sat, 22 Nov 2025 24:00:00 GMT",
		"Sat, 22 Nov 2025 08:60:00 GMT",
		"Sat, 22 Nov 2025 08:26:61 GMT",
		"Sat, 00 Nov 2025 08:26:40 GMT",
		"Sat, 29 Feb 2025 08:26:40 GMT",
		"Sat, 22 Nov 2025 08:26:40",
		"Sat, 22 Nov 2025 08:26:40 CET",
		"Sat, 22 Nov 2025 08:26:40 GMT x",
		"Sat, 22 Foo 2025 08:26:40 GMT",
		"Xyz, 22 Nov 2025 08:26:40 GMT",
		"22 Nov 2025 08:26:40 GMT",
		"Sat, 22-Nov-25 08:26:40 GMT",
		"Saturday, 22 Nov 2025 08:26:40 GMT",
		"2025-11-22T08:26:40Z",
		"Sat,",
		"Sat Nov 2",
		"0x10",
		"1e3",
		"12 34",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t seconds;

		assert_int_equal(retry_after_parse(bad[i], vector_now_s, 100, &seconds), ERR_PARSE);
	}
}

static struct retry_decision decide(enum transport transport, int status, int64_t attempt,
				    int64_t retry_after_s, double random, bool may_resend)
{
	const struct retry_input input = {
		.transport = transport,
		.status = status,
		.attempt = attempt,
		.retry_after_s = retry_after_s,
		.random = random,
		.may_resend = may_resend,
	};

	return retry_decide(&policy, &input);
}

static void assert_decision(struct retry_decision got, enum retry_reason reason, int64_t delay_ms)
{
	assert_int_equal(got.reason, reason);
	assert_int_equal(got.again, reason == RETRY_RATE_LIMIT || reason == RETRY_FAILURE);
	assert_int_equal(got.delay_ms, delay_ms);
}

static struct retry_decision answered(int status, int64_t attempt, int64_t retry_after_s,
				      double random)
{
	return decide(TRANSPORT_ANSWERED, status, attempt, retry_after_s, random, true);
}

static void success_needs_no_retry(void **state)
{
	static const int good[] = {200, 201, 204, 299, 304};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_decision(answered(good[i], 1, -1, 0.5), RETRY_NOT_NEEDED, 0);
}

static void a_4xx_is_never_retried(void **state)
{
	(void)state;
	for (int status = 400; status < 500; status++) {
		if (status != 429)
			assert_decision(answered(status, 1, 1, 0.5), RETRY_NEVER, 0);
	}
	assert_decision(answered(301, 1, -1, 0.5), RETRY_NEVER, 0);
	assert_decision(answered(600, 1, -1, 0.5), RETRY_NEVER, 0);
	assert_decision(answered(0, 1, -1, 0.5), RETRY_NEVER, 0);
}

static void a_429_waits_as_long_as_told(void **state)
{
	(void)state;
	assert_decision(answered(429, 1, 0, 0.9), RETRY_RATE_LIMIT, 0);
	assert_decision(answered(429, 1, 7, 0.9), RETRY_RATE_LIMIT, 7000);
	assert_decision(answered(429, 2, 120, 0.0), RETRY_RATE_LIMIT, 120000);
	assert_decision(answered(429, 1, 121, 0.0), RETRY_TOO_LONG, 0);
	assert_decision(answered(429, 3, 121, 0.0), RETRY_TOO_LONG, 0);
	assert_decision(answered(429, 3, 1, 0.0), RETRY_NO_ATTEMPTS, 0);
}

static void a_429_without_a_time_backs_off(void **state)
{
	const struct retry_policy long_policy = {.max_attempts = 1000, .max_wait_s = 120};
	struct retry_input input = {
		.transport = TRANSPORT_ANSWERED, .status = 429, .retry_after_s = -1};

	(void)state;
	assert_decision(answered(429, 1, -1, 0.9), RETRY_RATE_LIMIT, 2000);
	assert_decision(answered(429, 2, -1, 0.0), RETRY_RATE_LIMIT, 4000);
	assert_decision(answered(429, 3, -1, 0.0), RETRY_NO_ATTEMPTS, 0);
	input.attempt = 7;
	assert_decision(retry_decide(&long_policy, &input), RETRY_RATE_LIMIT, 120000);
	input.attempt = 999;
	assert_decision(retry_decide(&long_policy, &input), RETRY_RATE_LIMIT, 120000);
}

static void a_5xx_backs_off_with_full_jitter(void **state)
{
	(void)state;
	for (int status = 500; status < 600; status++)
		assert_decision(answered(status, 1, -1, 0.5), RETRY_FAILURE, 1000);
	assert_decision(answered(500, 1, -1, 0.0), RETRY_FAILURE, 0);
	assert_decision(answered(500, 2, -1, 0.25), RETRY_FAILURE, 1000);
	assert_decision(answered(500, 2, -1, 0.999), RETRY_FAILURE, 3996);
	assert_decision(answered(500, 3, -1, 0.5), RETRY_NO_ATTEMPTS, 0);
	/* numbers that are no random ones do no harm */
	assert_decision(answered(500, 1, -1, -3.0), RETRY_FAILURE, 0);
	assert_decision(answered(500, 1, -1, 7.0), RETRY_FAILURE, 2000);
}

static void a_503_respects_retry_after(void **state)
{
	(void)state;
	assert_decision(answered(503, 1, 9, 0.5), RETRY_FAILURE, 9000);
	assert_decision(answered(503, 2, 1, 0.5), RETRY_FAILURE, 2000);
	assert_decision(answered(503, 1, 121, 0.5), RETRY_TOO_LONG, 0);
	assert_decision(answered(500, 1, 121, 0.5), RETRY_FAILURE, 1000);
}

static void failed_connections_are_retried_for_all(void **state)
{
	static const enum transport kinds[] = {TRANSPORT_NAME, TRANSPORT_REFUSED,
					       TRANSPORT_CONNECT_TIMEOUT};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_decision(decide(kinds[i], 0, 1, -1, 0.5, false), RETRY_FAILURE, 1000);
		assert_decision(decide(kinds[i], 0, 3, -1, 0.5, true), RETRY_NO_ATTEMPTS, 0);
		assert_false(transport_is_lost_answer(kinds[i]));
	}
}

static void lost_answers_are_retried_only_where_harmless(void **state)
{
	static const enum transport kinds[] = {TRANSPORT_RESET, TRANSPORT_TIMEOUT,
					       TRANSPORT_TRUNCATED};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_decision(decide(kinds[i], 0, 1, -1, 0.5, true), RETRY_FAILURE, 1000);
		assert_decision(decide(kinds[i], 0, 1, -1, 0.5, false), RETRY_NEVER, 0);
		assert_true(transport_is_lost_answer(kinds[i]));
	}
}

static void what_cannot_get_better_is_never_retried(void **state)
{
	static const enum transport kinds[] = {TRANSPORT_TLS, TRANSPORT_TOO_LARGE,
					       TRANSPORT_FORBIDDEN_URL, TRANSPORT_CANCELLED,
					       TRANSPORT_INTERNAL};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_decision(decide(kinds[i], 0, 1, -1, 0.5, true), RETRY_NEVER, 0);
	assert_true(transport_is_lost_answer(TRANSPORT_TOO_LARGE));
	assert_true(transport_is_lost_answer(TRANSPORT_INTERNAL));
	assert_false(transport_is_lost_answer(TRANSPORT_ANSWERED));
	assert_false(transport_is_lost_answer(TRANSPORT_TLS));
	assert_false(transport_is_lost_answer(TRANSPORT_CANCELLED));
}

static void one_attempt_means_one(void **state)
{
	const struct retry_policy once = {.max_attempts = 1, .max_wait_s = 120};
	const struct retry_input input = {
		.transport = TRANSPORT_ANSWERED, .status = 500, .attempt = 1, .retry_after_s = -1};

	(void)state;
	assert_decision(retry_decide(&once, &input), RETRY_NO_ATTEMPTS, 0);
}

static void every_transport_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int a = TRANSPORT_ANSWERED; a <= TRANSPORT_INTERNAL; a++) {
		for (int b = TRANSPORT_ANSWERED; b < a; b++)
			assert_string_not_equal(transport_name((enum transport)a),
						transport_name((enum transport)b));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_retry_after_hold),
		cmocka_unit_test(dates_in_three_formats_count_from_now),
		cmocka_unit_test(two_digit_years_lie_within_fifty_years),
		cmocka_unit_test(a_delay_over_the_cap_is_told_apart),
		cmocka_unit_test(dates_that_are_none_are_refused),
		cmocka_unit_test(success_needs_no_retry),
		cmocka_unit_test(a_4xx_is_never_retried),
		cmocka_unit_test(a_429_waits_as_long_as_told),
		cmocka_unit_test(a_429_without_a_time_backs_off),
		cmocka_unit_test(a_5xx_backs_off_with_full_jitter),
		cmocka_unit_test(a_503_respects_retry_after),
		cmocka_unit_test(failed_connections_are_retried_for_all),
		cmocka_unit_test(lost_answers_are_retried_only_where_harmless),
		cmocka_unit_test(what_cannot_get_better_is_never_retried),
		cmocka_unit_test(one_attempt_means_one),
		cmocka_unit_test(every_transport_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
