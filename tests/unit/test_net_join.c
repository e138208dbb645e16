/* Equal reads are one call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net_rig.h"

/* A tenant that has its token, and keeps the first GET open. */
static void rig_up_held(struct rig *rig)
{
	rig_up(rig);
	rig_grant(rig);
	rig_login(rig, 0);
	rig_run_replies(rig, 1);
	scripted_server_add(rig->server, (struct script_step){.match = "GET",
							      .reply = RIG_OK,
							      .then = SCRIPT_HOLD,
							      .times = 1});
	rig_script(rig, "GET", RIG_OK, -1);
}

static struct tenant_call *read_one(struct rig *rig, int number)
{
	return rig_read(rig, "a", NULL, LANE_INTERACTIVE, number);
}

static void reads_that_wait_or_are_under_way_are_one(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	read_one(&rig, 1);
	read_one(&rig, 2);
	assert_int_equal(rig_status(&rig).queued, 1);
	rig_run_requests(&rig, 2);
	read_one(&rig, 3);
	rig_read(&rig, "b", NULL, LANE_INTERACTIVE, 4);
	rig_run_replies(&rig, 2); /* b's */
	assert_int_equal(rig_last(&rig)->status, 200);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 5);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	for (size_t i = 2; i < 5; i++) {
		assert_int_equal(rig.replies[i].number, i - 1);
		assert_string_equal(rig.replies[i].body, "{}");
		assert_int_equal(rig.replies[i].reply.told_before, i > 2);
	}
	/* The next one is a call of its own. */
	read_one(&rig, 9);
	rig_run_replies(&rig, 6);
	assert_int_equal(rig_sent(&rig, "GET"), 3);
	rig_down(&rig);
}

static void a_failure_is_told_to_each_and_marked_after_the_first_person(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_login(&rig, 0);
	rig_run_replies(&rig, 1);
	rig_script(&rig, "GET", RIG_STATUS("404 Gone"), 1);
	rig_read(&rig, "a", NULL, LANE_WATCH, 1);
	read_one(&rig, 2);
	read_one(&rig, 3);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(rig.replies[i].reply.failure.kind, FAILURE_NOT_FOUND);
	assert_false(rig.replies[2].reply.told_before);
	assert_true(rig.replies[3].reply.told_before);
	rig_down(&rig);
}

/* A 304 tells those alone who know that state. */
static void a_conditional_read_serves_its_like_alone(void **state)
{
	const struct scripted_request *sent;
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	rig_read(&rig, "a", "\"1\"", LANE_WATCH, 1);
	rig_run_requests(&rig, 2);
	rig_read(&rig, "a", "\"1\"", LANE_WATCH, 2);
	read_one(&rig, 3);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig.replies[1].number, 3);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	/* One that still waits is asked without its condition. */
	rig_read(&rig, "a", "\"1\"", LANE_WATCH, 4);
	read_one(&rig, 5);
	assert_int_equal(rig_status(&rig).lane_queued[LANE_INTERACTIVE], 1);
	assert_int_equal(rig_status(&rig).lane_queued[LANE_WATCH], 0);
	rig_run_replies(&rig, 6);
	assert_int_equal(rig_sent(&rig, "GET"), 3);
	sent = scripted_server_request(rig.server, "GET", 2);
	assert_non_null(sent);
	assert_null(strstr(sent->head, "If-None-Match"));
	rig_down(&rig);
}

static void what_settles_a_change_is_not_shared(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	rig_get(&rig, "a", LANE_RECOVERY, 1);
	read_one(&rig, 2);
	assert_int_equal(rig_status(&rig).queued, 2);
	assert_int_equal(tenant_cancel_waiting(rig.tenant), 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig.replies[1].number, 2);
	rig_run_requests(&rig, 2);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig_last(&rig)->status, 200);
	rig_down(&rig);
}

/* It may tell of the state before the change. */
static void a_read_from_before_a_change_is_not_joined(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	rig_script(&rig, "PUT", RIG_OK, -1);
	read_one(&rig, 1);
	rig_run_requests(&rig, 2);
	rig_pass(&rig, 5);
	rig_put(&rig, "a", 2);
	rig_run_replies(&rig, 2);
	read_one(&rig, 3);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	rig_down(&rig);
}

static void who_goes_takes_no_answer_from_the_others(void **state)
{
	struct tenant_call *first, *second, *third;
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	first = read_one(&rig, 1);
	second = read_one(&rig, 2);
	third = read_one(&rig, 3);
	rig_run_requests(&rig, 2);
	assert_true(tenant_cancel(&first));
	assert_true(tenant_cancel(&second));
	assert_int_equal(rig_status(&rig).in_flight, 1);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig.replies[1].number, 3);
	assert_false(rig_last(&rig)->told_before);
	(void)third;
	/* The last who goes takes the call along. */
	first = read_one(&rig, 4);
	second = read_one(&rig, 5);
	assert_true(tenant_cancel(&first));
	assert_int_equal(rig_status(&rig).queued, 1);
	assert_true(tenant_cancel(&second));
	assert_int_equal(rig_status(&rig).queued, 0);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	rig_down(&rig);
}

static void what_waits_is_cancelled_for_all(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	rig_read(&rig, "a", NULL, LANE_WATCH, 1);
	read_one(&rig, 2);
	assert_int_equal(tenant_cancel_waiting(rig.tenant), 1);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig.replies[1].reply.failure.kind, FAILURE_CANCELLED);
	assert_int_equal(rig.replies[2].reply.failure.kind, FAILURE_CANCELLED);
	assert_int_equal(rig_sent(&rig, "GET"), 0);
	rig_down(&rig);
}

static void the_first_who_is_told_may_free_the_tenant(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_held(&rig);
	read_one(&rig, 1);
	read_one(&rig, 2);
	rig_run_requests(&rig, 2);
	rig.free_tenant = true;
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 2);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_that_wait_or_are_under_way_are_one),
		cmocka_unit_test(a_failure_is_told_to_each_and_marked_after_the_first_person),
		cmocka_unit_test(a_conditional_read_serves_its_like_alone),
		cmocka_unit_test(what_settles_a_change_is_not_shared),
		cmocka_unit_test(a_read_from_before_a_change_is_not_joined),
		cmocka_unit_test(who_goes_takes_no_answer_from_the_others),
		cmocka_unit_test(what_waits_is_cancelled_for_all),
		cmocka_unit_test(the_first_who_is_told_may_free_the_tenant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
