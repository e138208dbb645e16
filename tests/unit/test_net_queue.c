#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "net_rig.h"

#define SLOW_DOWN "429 Too Many Requests"

/* A tenant that has its token: one request was seen, one reply came. */
static void rig_up_logged_in(struct rig *rig)
{
	rig_up(rig);
	rig_grant(rig);
	rig_login(rig, 0);
	rig_run_replies(rig, 1);
}

static void hold_all(struct rig *rig)
{
	scripted_server_add(rig->server, (struct script_step){.match = "GET",
							      .reply = RIG_OK,
							      .then = SCRIPT_HOLD,
							      .times = -1});
}

/* ---- lanes ---- */

static void eight_calls_fly_at_most_and_four_of_the_background(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	hold_all(&rig);
	for (int i = 0; i < 6; i++)
		rig_get(&rig, "back", LANE_BACKGROUND, i);
	rig_run_requests(&rig, 5);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 4);
	for (int i = 0; i < 6; i++)
		rig_get(&rig, "front", LANE_INTERACTIVE, i);
	rig_run_requests(&rig, 9);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 8);
	assert_int_equal(rig_status(&rig).in_flight, 8);
	assert_int_equal(rig_status(&rig).queued, 4);
	assert_int_equal(rig_status(&rig).lane_in_flight[LANE_INTERACTIVE], 4);
	assert_int_equal(rig_status(&rig).lane_in_flight[LANE_BACKGROUND], 4);
	assert_int_equal(rig_status(&rig).lane_queued[LANE_INTERACTIVE], 2);
	assert_int_equal(rig_status(&rig).lane_queued[LANE_BACKGROUND], 2);
	scripted_server_release(rig.server);
	rig_run_requests(&rig, 13);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 13);
	for (int lane = 0; lane < LANES; lane++)
		assert_int_equal(rig_status(&rig).lane_in_flight[lane], 0);
	rig_down(&rig);
}

static void the_profile_says_how_many_of_the_background(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig.profile.parallel = 2;
	hold_all(&rig);
	for (int i = 0; i < 3; i++)
		rig_get(&rig, "back", LANE_BACKGROUND, i);
	rig_run_requests(&rig, 3);
	for (int i = 0; i < 5; i++)
		rig_get(&rig, "front", LANE_INTERACTIVE, i);
	rig_run_requests(&rig, 7);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).lane_in_flight[LANE_BACKGROUND], 2);
	assert_int_equal(rig_status(&rig).lane_in_flight[LANE_INTERACTIVE], 4);
	rig_down(&rig);
}

/* With one place left at a time the order can be seen at the server. */
static void a_free_place_goes_to_the_first_lane(void **state)
{
	struct rig rig;
	const struct scripted_request *last;

	(void)state;
	rig_up_logged_in(&rig);
	scripted_server_add(rig.server, (struct script_step){.match = "GET",
							     .reply = RIG_OK,
							     .then = SCRIPT_HOLD,
							     .times = 7});
	for (int i = 0; i < 7; i++)
		rig_get(&rig, "filler", LANE_INTERACTIVE, i);
	rig_run_requests(&rig, 8);
	rig_script(&rig, "GET", RIG_OK, 4);
	rig_get(&rig, "fourth", LANE_BACKGROUND, 4);
	rig_get(&rig, "third", LANE_WATCH, 3);
	rig_get(&rig, "second", LANE_RECOVERY, 2);
	rig_get(&rig, "first", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 5);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(rig.replies[i + 1].number, i + 1);
	last = scripted_server_request(rig.server, "GET", 10);
	assert_non_null(strstr(last->head, "/fourth "));
	rig_down(&rig);
}

/* ---- 429 ---- */

static void a_429_holds_every_lane_until_its_time(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 23\r\n", ""), 1);
	rig_script(&rig, "GET", RIG_OK, -1);
	rig_script(&rig, "PUT", RIG_OK, -1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_RATE_LIMIT);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 23000);
	rig_put(&rig, "b", 2);
	rig_get(&rig, "c", LANE_INTERACTIVE, 3);
	rig_pass(&rig, 22900);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 100);
	assert_int_equal(rig_status(&rig).queued, 3);
	assert_int_equal(scripted_server_requests(rig.server), 2);
	rig_pass(&rig, 100);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig_status(&rig).hold, HOLD_NONE);
	assert_int_equal(rig_last(&rig)->status, 200);
	rig_down(&rig);
}

static void a_held_call_goes_first_in_its_lane(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	scripted_server_add(rig.server, (struct script_step){.match = "GET /api/v2/dataactions/f",
							     .reply = RIG_OK,
							     .then = SCRIPT_HOLD,
							     .times = 7});
	for (int i = 0; i < 7; i++)
		rig_get(&rig, "filler", LANE_INTERACTIVE, i);
	rig_run_requests(&rig, 8);
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 1\r\n", ""), 1);
	rig_script(&rig, "GET", RIG_OK, 2);
	rig_get(&rig, "x", LANE_INTERACTIVE, 1);
	rig_get(&rig, "y", LANE_INTERACTIVE, 2);
	rig_run_requests(&rig, 9);
	rig_settle(&rig);
	rig_pass(&rig, 1000);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig.replies[1].number, 1);
	assert_int_equal(rig.replies[2].number, 2);
	assert_int_equal(rig.replies[1].reply.attempts, 2);
	rig_down(&rig);
}

static void a_429_without_a_time_waits_by_the_attempt(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", RIG_STATUS("429 Slow"), 2);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 2000);
	rig_pass(&rig, 2000);
	rig_run_requests(&rig, 3);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 4000);
	rig_pass(&rig, 4000);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->status, 200);
	rig_down(&rig);
}

static void a_retry_after_too_long_ends_the_call(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 600\r\n", ""), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_RATE_LIMITED);
	assert_int_equal(rig_last(&rig)->failure.retry_after_s, 600);
	assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_TOO_LONG);
	assert_int_equal(rig_last(&rig)->attempts, 1);
	rig_down(&rig);
}

static void assert_too_long(const struct rig_reply *kept, int64_t left_s, int64_t attempts)
{
	const struct tenant_reply *reply = &kept->reply;

	assert_int_equal(reply->failure.kind, FAILURE_RATE_LIMITED);
	assert_int_equal(reply->failure.retry_reason, RETRY_TOO_LONG);
	assert_int_equal(reply->failure.retry_after_s, left_s);
	assert_int_equal(reply->failure.status, 0);
	assert_int_equal(reply->attempts, attempts);
	assert_false(reply->lost_answer);
}

static void nothing_is_sent_while_the_wait_is_too_long(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 600\r\n", ""), 1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_status(&rig).hold, HOLD_RATE_LIMIT);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 600000);
	rig_put(&rig, "b", 2);
	rig_run_replies(&rig, 3);
	assert_too_long(&rig.replies[2], 600, 0);
	rig_pass(&rig, 479500);
	rig_get(&rig, "c", LANE_INTERACTIVE, 3);
	rig_run_replies(&rig, 4);
	assert_too_long(&rig.replies[3], 121, 0);
	rig_pass(&rig, 500); /* max_wait is left: that is waited for */
	rig_get(&rig, "d", LANE_INTERACTIVE, 4);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 4);
	assert_int_equal(scripted_server_requests(rig.server), 2);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_pass(&rig, 120000);
	rig_run_replies(&rig, 5);
	assert_int_equal(rig_last(&rig)->status, 200);
	rig_down(&rig);
}

static void what_waits_ends_when_the_wait_becomes_too_long(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	scripted_server_add(rig.server,
			    (struct script_step){
				    .match = "GET /api/v2/dataactions/late ",
				    .reply = rig_text(&rig, SLOW_DOWN, "Retry-After: 600\r\n", ""),
				    .then = SCRIPT_HOLD,
			    });
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 5\r\n", ""), 1);
	rig_get(&rig, "late", LANE_INTERACTIVE, 1);
	rig_get(&rig, "soon", LANE_INTERACTIVE, 2);
	rig_run_requests(&rig, 3);
	rig_settle(&rig);
	rig_put(&rig, "b", 3);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 5000);
	assert_int_equal(rig_status(&rig).queued, 2);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig.replies[1].number, 1);
	assert_int_equal(rig.replies[1].reply.status, 429);
	assert_too_long(&rig.replies[2], 600, 1);
	assert_too_long(&rig.replies[3], 600, 0);
	assert_int_equal(scripted_server_requests(rig.server), 3);
	rig_down(&rig);
}

static void a_date_is_a_time_too(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET",
		   rig_text(&rig, SLOW_DOWN, "Retry-After: Thu, 01 Jan 2026 00:00:40 GMT\r\n", ""),
		   1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 40000);
	rig_down(&rig);
}

static void the_last_429_ends_its_call_and_holds_the_others(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig.profile.max_attempts = 1;
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 5\r\n", ""), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_RATE_LIMITED);
	assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_NO_ATTEMPTS);
	rig_get(&rig, "b", LANE_INTERACTIVE, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 5000);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	rig_down(&rig);
}

/* ---- back-off ---- */

static void one_call_backing_off_holds_nobody_else(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET /api/v2/dataactions/bad", RIG_STATUS("500 Oops"), 1);
	rig_script(&rig, "GET", RIG_OK, 2);
	rig_get(&rig, "bad", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_BACKOFF);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 1000);
	rig_get(&rig, "good", LANE_BACKGROUND, 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig.replies[1].number, 2);
	rig_pass(&rig, 999);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 2);
	rig_pass(&rig, 1);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig.replies[2].number, 1);
	assert_int_equal(rig_last(&rig)->queue_us, 1000000);
	rig_down(&rig);
}

static void a_put_that_was_lost_waits_before_it_is_sent_again(void **state)
{
	struct rig rig;
	struct tenant_call *call;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "PUT", RIG_OK, 1);
	call = rig_put(&rig, "a", 1);
	tenant_back_off(call, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_BACKOFF);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 2000); /* half of 2^2 s */
	rig_pass(&rig, 1999);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "PUT"), 0);
	rig_pass(&rig, 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_sent(&rig, "PUT"), 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void what_is_wrong_is_not_tried_again(void **state)
{
	static const char *const replies[] = {
		RIG_STATUS("400 Bad"),     RIG_STATUS("403 No"),     RIG_STATUS("404 Gone"),
		RIG_STATUS("412 Changed"), RIG_STATUS("418 Teapot"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct rig rig;

		rig_up_logged_in(&rig);
		rig_script(&rig, "GET", replies[i], 1);
		rig_get(&rig, "a", LANE_INTERACTIVE, 1);
		rig_run_replies(&rig, 2);
		assert_int_equal(rig_last(&rig)->attempts, 1);
		assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_NEVER);
		rig_down(&rig);
	}
}

/* ---- cancelling ---- */

static void what_waits_can_be_cancelled_by_one_key(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 23\r\n", ""), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	rig_put(&rig, "b", 2);
	rig_get(&rig, "c", LANE_BACKGROUND, 3);
	assert_int_equal(tenant_cancel_waiting(rig.tenant), 2);
	assert_int_equal(rig.replies_len, 1);
	rig_run_replies(&rig, 3);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(rig.replies[i].reply.failure.kind, FAILURE_CANCELLED);
		assert_int_equal(rig.replies[i].reply.transport, TRANSPORT_CANCELLED);
		assert_false(rig.replies[i].reply.lost_answer);
	}
	assert_int_equal(rig.replies[1].reply.attempts, 1);
	assert_int_equal(rig.replies[2].reply.attempts, 0);
	assert_int_equal(rig_status(&rig).queued, 1);
	assert_int_equal(tenant_cancel_waiting(rig.tenant), 0);
	rig_down(&rig);
}

static void a_cancelled_put_tells_that_it_was_tried(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "PUT", RIG_STATUS("502 Bad"), 1);
	rig_put(&rig, "a", 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(tenant_cancel_waiting(rig.tenant), 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_CANCELLED);
	assert_true(rig_last(&rig)->earlier_5xx);
	assert_int_equal(rig_last(&rig)->attempts, 1);
	rig_down(&rig);
}

static void one_call_can_be_cancelled_but_no_put_in_flight(void **state)
{
	struct rig rig;
	struct tenant_call *get;
	struct tenant_call *put;
	struct tenant_call *queued;

	(void)state;
	rig_up_logged_in(&rig);
	hold_all(&rig);
	scripted_server_add(
		rig.server,
		(struct script_step){.match = "PUT", .reply = RIG_OK, .then = SCRIPT_HOLD});
	get = rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	put = rig_put(&rig, "b", 2);
	rig_run_requests(&rig, 3);
	queued = rig_put(&rig, "c", 3);
	assert_int_equal(rig_status(&rig).puts_in_flight, 1);
	assert_true(tenant_cancel(&queued));
	assert_true(tenant_cancel(&get));
	assert_null(get);
	assert_false(tenant_cancel(&put));
	assert_non_null(put);
	assert_int_equal(rig_status(&rig).in_flight, 1);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 2);
	assert_int_equal(rig.replies[1].number, 2);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_status(&rig).puts_in_flight, 0);
	rig_down(&rig);
}

static void a_cancelled_place_goes_to_the_next(void **state)
{
	struct rig rig;
	enum { PARALLEL = 4 }; /* as the profile has it */
	struct tenant_call *calls[PARALLEL + 1];

	(void)state;
	rig_up_logged_in(&rig);
	hold_all(&rig);
	for (int i = 0; i < PARALLEL + 1; i++)
		calls[i] = rig_get(&rig, "a", LANE_BACKGROUND, i);
	rig_run_requests(&rig, 1 + PARALLEL);
	assert_true(tenant_cancel(&calls[0]));
	rig_run_requests(&rig, 2 + PARALLEL);
	assert_int_equal(rig_status(&rig).queued, 0);
	rig_down(&rig);
}

/* ---- telling ---- */

static void the_owner_hears_of_every_move(void **state)
{
	struct rig rig;
	size_t before;

	(void)state;
	rig_up_logged_in(&rig);
	rig_settle(&rig);
	before = rig.changes;
	rig_settle(&rig);
	assert_int_equal(rig.changes, before); /* nothing moves, nothing is told */
	rig_script(&rig, "GET", rig_text(&rig, SLOW_DOWN, "Retry-After: 3\r\n", ""), 1);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	assert_true(rig.changes > before); /* it left */
	before = rig.changes;
	rig_settle(&rig);
	assert_true(rig.changes > before); /* it is held */
	before = rig.changes;
	rig_settle(&rig);
	assert_int_equal(rig.changes, before);
	rig_pass(&rig, 3000);
	rig_run_replies(&rig, 2);
	assert_true(rig.changes > before);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_calls_fly_at_most_and_four_of_the_background),
		cmocka_unit_test(the_profile_says_how_many_of_the_background),
		cmocka_unit_test(a_free_place_goes_to_the_first_lane),
		cmocka_unit_test(a_429_holds_every_lane_until_its_time),
		cmocka_unit_test(a_held_call_goes_first_in_its_lane),
		cmocka_unit_test(a_429_without_a_time_waits_by_the_attempt),
		cmocka_unit_test(a_retry_after_too_long_ends_the_call),
		cmocka_unit_test(nothing_is_sent_while_the_wait_is_too_long),
		cmocka_unit_test(what_waits_ends_when_the_wait_becomes_too_long),
		cmocka_unit_test(a_date_is_a_time_too),
		cmocka_unit_test(the_last_429_ends_its_call_and_holds_the_others),
		cmocka_unit_test(one_call_backing_off_holds_nobody_else),
		cmocka_unit_test(a_put_that_was_lost_waits_before_it_is_sent_again),
		cmocka_unit_test(what_is_wrong_is_not_tried_again),
		cmocka_unit_test(what_waits_can_be_cancelled_by_one_key),
		cmocka_unit_test(a_cancelled_put_tells_that_it_was_tried),
		cmocka_unit_test(one_call_can_be_cancelled_but_no_put_in_flight),
		cmocka_unit_test(a_cancelled_place_goes_to_the_next),
		cmocka_unit_test(the_owner_hears_of_every_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
