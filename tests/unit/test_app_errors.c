/* errors: causes, counted for all of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/app/internal.h"

enum { MINUTE = 60000000 };

struct world {
	struct clock_manual times;
	struct messages *messages;
	struct errors *errors;
};

static void told(void *context)
{
	(void)context;
}

static int up(void **state)
{
	static struct world world;

	world = (struct world){.times = {0, 1767225600000000}};
	assert_int_equal(messages_new(clock_manual(&world.times), told, &world, &world.messages),
			 ERR_OK);
	world.errors = messages_errors(world.messages);
	*state = &world;
	return 0;
}

static int down(void **state)
{
	messages_free(&((struct world *)*state)->messages);
	return 0;
}

static struct failure failed(int status, const char *code)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_reply(&failure, status, "{}", 2);
	snprintf(failure.method, sizeof(failure.method), "GET");
	snprintf(failure.path, sizeof(failure.path), "/api/v2/dataactions/a");
	snprintf(failure.code, sizeof(failure.code), "%s", code);
	return failure;
}

static void causes_are_counted_past_the_ring(void **state)
{
	struct world *world = *state;
	struct failure failure = failed(429, "x");

	messages_add_failure(world->messages, "b", &(struct failure){.kind = FAILURE_TLS});
	for (int i = 0; i < 3 * MESSAGES_MAX; i++) {
		world->times.wall_us += 1000000;
		messages_add_failure(world->messages, i % 3 == 0 ? "b" : "a", &failure);
	}
	assert_int_equal(messages_count(world->messages), MESSAGES_MAX);
	assert_non_null(errors_at(world->errors, 1));
	assert_null(errors_at(world->errors, 2));
	assert_int_equal(errors_at(world->errors, 0)->failed, 3 * MESSAGES_MAX);
	assert_int_equal(error_group_times(errors_at(world->errors, 0), "a"), 2 * MESSAGES_MAX);
	assert_int_equal(error_group_times(errors_at(world->errors, 0), "b"), MESSAGES_MAX);
	assert_int_equal(error_group_times(errors_at(world->errors, 0), "c"), 0);
	assert_int_equal(error_group_times(errors_at(world->errors, 1), "b"), 1);
	assert_int_equal(errors_at(world->errors, 0)->last_us -
				 errors_at(world->errors, 0)->first_us,
			 (3 * MESSAGES_MAX - 1) * 1000000LL);
}

static void retries_count_without_a_message(void **state)
{
	struct world *world = *state;
	struct failure failure = failed(503, "");

	messages_count_retry(world->messages, "a", &failure);
	messages_count_retry(world->messages, NULL, &failure);
	assert_int_equal(messages_count(world->messages), 0);
	assert_int_equal(errors_at(world->errors, 0)->retried, 2);
	assert_int_equal(errors_at(world->errors, 0)->failed, 0);
	assert_int_equal(error_group_times(errors_at(world->errors, 0), NULL), 2);
	assert_int_equal(error_group_times(errors_at(world->errors, 0), "a"), 1);
}

static void the_cause_met_last_comes_first(void **state)
{
	struct world *world = *state;
	struct failure one = failed(500, "");
	struct failure two = failed(404, "");
	struct cause cause;

	messages_add_failure(world->messages, "a", &one);
	messages_add_failure(world->messages, "a", &two);
	assert_int_equal(errors_at(world->errors, 0)->cause.status, 404);
	messages_add_failure(world->messages, "z", &one);
	assert_int_equal(errors_at(world->errors, 0)->cause.status, 500);
	assert_string_equal(errors_at(world->errors, 0)->newest_action, "z");
	assert_int_equal(errors_at(world->errors, 1)->cause.status, 404);
	cause_of(&two, &cause);
	assert_ptr_equal(errors_find(world->errors, &cause), errors_at(world->errors, 1));
}

static void too_many_causes_are_others(void **state)
{
	struct world *world = *state;
	uint64_t all = 0;

	for (int i = 0; i < ERRORS_CAUSES_MAX + 10; i++) {
		char code[16];
		struct failure failure;

		snprintf(code, sizeof(code), "c%d", i);
		failure = failed(400, code);
		messages_add_failure(world->messages, "a", &failure);
	}
	assert_null(errors_at(world->errors, ERRORS_CAUSES_MAX + 1));
	assert_int_equal(errors_at(world->errors, 0)->cause.kind, FAILURE_NONE);
	assert_int_equal(errors_at(world->errors, 0)->failed, 10);
	for (size_t i = 0; i <= ERRORS_CAUSES_MAX; i++)
		all += errors_at(world->errors, i)->failed;
	assert_int_equal(all, ERRORS_CAUSES_MAX + 10);
}

static void minutes_are_kept_apart(void **state)
{
	struct world *world = *state;
	struct failure failure = failed(500, "");
	double minutes[4];

	messages_add_failure(world->messages, "a", &failure);
	messages_add_failure(world->messages, "a", &failure);
	world->times.wall_us += 2 * (int64_t)MINUTE;
	messages_add_failure(world->messages, "a", &failure);
	error_group_minutes(errors_at(world->errors, 0), world->times.wall_us, minutes, 4);
	assert_true(minutes[0] < 0 && minutes[1] == 2 && minutes[2] < 0 && minutes[3] == 1);
	/* A whole turn of the ring later nothing old shows through. */
	world->times.wall_us += ERRORS_MINUTES * (int64_t)MINUTE;
	messages_add_failure(world->messages, "a", &failure);
	error_group_minutes(errors_at(world->errors, 0), world->times.wall_us, minutes, 4);
	assert_true(minutes[0] < 0 && minutes[1] < 0 && minutes[2] < 0 && minutes[3] == 1);
}

static void the_actions_it_concerned_most(void **state)
{
	struct world *world = *state;
	struct failure failure = failed(500, "");
	const char *const ids = "cabacbbde";
	const char *top[3];
	uint64_t times[3];

	for (const char *id = ids; *id; id++)
		messages_add_failure(world->messages, (char[]){*id, '\0'}, &failure);
	assert_int_equal(error_group_actions(errors_at(world->errors, 0)), 5);
	assert_int_equal(error_group_top(errors_at(world->errors, 0), top, times, 3), 3);
	assert_string_equal(top[0], "b");
	assert_string_equal(top[1], "a");
	assert_string_equal(top[2], "c");
	assert_int_equal(times[0], 3);
	assert_int_equal(times[1], 2);
}

static void seen_is_not_new(void **state)
{
	struct world *world = *state;
	struct failure one = failed(500, "");
	struct failure two = failed(404, "");

	messages_add_failure(world->messages, "a", &one);
	messages_add_failure(world->messages, "a", &two);
	errors_seen(world->errors, errors_at(world->errors, 0));
	assert_int_equal(errors_at(world->errors, 0)->fresh, 0);
	assert_int_equal(errors_at(world->errors, 1)->fresh, 1);
	errors_seen(world->errors, NULL);
	assert_int_equal(errors_at(world->errors, 1)->fresh, 0);
	assert_int_equal(errors_at(world->errors, 1)->failed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(causes_are_counted_past_the_ring, up, down),
		cmocka_unit_test_setup_teardown(retries_count_without_a_message, up, down),
		cmocka_unit_test_setup_teardown(the_cause_met_last_comes_first, up, down),
		cmocka_unit_test_setup_teardown(too_many_causes_are_others, up, down),
		cmocka_unit_test_setup_teardown(minutes_are_kept_apart, up, down),
		cmocka_unit_test_setup_teardown(the_actions_it_concerned_most, up, down),
		cmocka_unit_test_setup_teardown(seen_is_not_new, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
