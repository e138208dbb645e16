/* The quota: the reserve, the pace, the ledger, and what explains a 429. */
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

/* ---- the reserve ---- */

/* A reply that leaves the quota at that; 60 s until the window ends. */
static const char *with_quota(struct rig *rig, int allowed, int used)
{
	char headers[128];

	snprintf(headers, sizeof(headers),
		 "inin-ratelimit-allowed: %d\r\ninin-ratelimit-count: %d\r\n"
		 "inin-ratelimit-reset: 60\r\n",
		 allowed, used);
	return rig_text(rig, "200 OK", headers, "{}");
}

static void the_background_leaves_a_tenth_of_the_quota(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 300, 269), 1);
	rig_script(&rig, "GET", with_quota(&rig, 300, 270), 1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_replies(&rig, 2);
	rig_get(&rig, "b", LANE_BACKGROUND, 2); /* 31 left: goes, half-way to the end */
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	assert_int_equal(rig_status(&rig).pace_us, 30000000);
	rig_pass(&rig, 30000);
	rig_run_replies(&rig, 3);
	rig_get(&rig, "c", LANE_BACKGROUND, 3); /* 30 left: waits */
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	assert_int_equal(rig_status(&rig).hold, HOLD_QUOTA_RESERVE);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 60000);
	/* Others don't wait. */
	rig_script(&rig, "GET", with_quota(&rig, 300, 271), 1);
	rig_get(&rig, "d", LANE_INTERACTIVE, 4);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig.replies[3].number, 4);
	rig_pass(&rig, 59999);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 3);
	rig_script(&rig, "GET", with_quota(&rig, 300, 1), 1);
	rig_pass(&rig, 1);
	rig_run_replies(&rig, 5);
	assert_int_equal(rig.replies[4].number, 3);
	assert_int_equal(rig_status(&rig).hold, HOLD_NONE);
	rig_down(&rig);
}

static void a_watch_leaves_the_reserve_too_and_a_recovery_does_not(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 300, 270), 2);
	rig_get(&rig, "a", LANE_WATCH, 1); /* nothing known yet: goes */
	rig_run_replies(&rig, 2);
	rig_get(&rig, "b", LANE_WATCH, 2);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	assert_int_equal(rig_status(&rig).hold, HOLD_QUOTA_RESERVE);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 60000);
	rig_get(&rig, "c", LANE_RECOVERY, 3);
	rig_run_replies(&rig, 3);
	assert_int_equal(rig.replies[2].number, 3);
	rig_script(&rig, "GET", with_quota(&rig, 300, 1), 1);
	rig_pass(&rig, 60000);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig.replies[3].number, 2);
	rig_down(&rig);
}

static void calls_in_flight_count_against_the_reserve(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 300, 268), 1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_replies(&rig, 2);
	hold_all(&rig);
	for (int i = 0; i < 4; i++)
		rig_get(&rig, "b", LANE_BACKGROUND, i);
	rig_pass(&rig, 20000); /* 32 left: two go, a third of the rest apart */
	rig_run_requests(&rig, 3);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 2);
	rig_pass(&rig, 20000);
	rig_run_requests(&rig, 4);
	rig_pass(&rig, 15000);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 3);
	rig_down(&rig);
}

static void over_half_spent_the_background_slows_down(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 300, 148), 2);
	rig_script(&rig, "GET", with_quota(&rig, 300, 151), 1);
	rig_script(&rig, "GET", with_quota(&rig, 300, 152), -1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_status(&rig).pace_us, 0); /* 152 left */
	rig_get(&rig, "b", LANE_BACKGROUND, 2);
	rig_run_replies(&rig, 3);
	rig_get(&rig, "c", LANE_WATCH, 3);
	rig_run_replies(&rig, 4);
	assert_int_equal(rig_status(&rig).pace_us, 60000000 / 120);
	rig_get(&rig, "d", LANE_WATCH, 4);
	rig_get(&rig, "e", LANE_BACKGROUND, 5);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 3);
	assert_int_equal(rig_status(&rig).hold, HOLD_NONE);
	/* Who waits for an answer does not wait for these. */
	rig_get(&rig, "f", LANE_INTERACTIVE, 6);
	rig_run_replies(&rig, 5);
	assert_int_equal(rig.replies[4].number, 6);
	rig_pass(&rig, 510);
	rig_run_replies(&rig, 6);
	assert_int_equal(rig.replies[5].number, 4);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 5);
	rig_pass(&rig, 510);
	rig_run_replies(&rig, 7);
	assert_int_equal(rig.replies[6].number, 5);
	rig_down(&rig);
}

static void the_ledger_tells_lanes_tokens_and_others(void **state)
{
	const struct quota_ledger *ledger;
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 300, 11), 1);
	rig_script(&rig, "GET", with_quota(&rig, 300, 12), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 2);
	rig_get(&rig, "b", LANE_BACKGROUND, 2);
	rig_run_replies(&rig, 3);
	ledger = tenant_ledger(rig.tenant);
	assert_int_equal(ledger->tokens, 1);
	assert_int_equal(ledger->run.lanes[LANE_INTERACTIVE], 1);
	assert_int_equal(ledger->run.lanes[LANE_BACKGROUND], 1);
	assert_int_equal(quota_ledger_others(ledger, 0), 10);
	rig_down(&rig);
}

static void a_429_comes_with_what_explains_it(void **state)
{
	const struct failure *failure;
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig.profile.max_attempts = 2;
	rig_script(&rig, "GET",
		   rig_text(&rig, SLOW_DOWN,
			    "Retry-After: 7\r\ninin-ratelimit-allowed: 300\r\n"
			    "inin-ratelimit-count: 300\r\ninin-ratelimit-reset: 7\r\n"
			    "RateLimit-Policy: \"client\";q=300;w=60\r\n",
			    "{}"),
		   -1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig.retries, 1);
	assert_int_equal(rig.retried.timeline.len, 1);
	assert_int_equal(rig.retried.timeline.items[0].next_ms, 7000);
	rig_pass(&rig, 7000);
	rig_run_replies(&rig, 2);
	failure = &rig_last(&rig)->failure;
	assert_int_equal(rig.retries, 1);
	assert_int_equal(failure->timeline.len, 2);
	assert_int_equal(failure->timeline.items[0].status, 429);
	assert_int_equal(failure->timeline.items[0].retry_after_s, 7);
	assert_int_equal(failure->timeline.items[1].waited_ms, 7000);
	assert_int_equal(failure->timeline.items[1].number, 2);
	assert_int_equal(failure->timeline.items[1].next_ms, -1);
	assert_int_equal(failure->timeline.items[1].wall_us - failure->timeline.items[0].wall_us,
			 7000000);
	assert_true(failure->limit.quota_is_own);
	assert_int_equal(failure->limit.in_flight, 1);
	assert_int_equal(failure->limit.ours, 2);
	assert_int_equal(failure->limit.others, 298);
	assert_int_equal(failure->limit.hold_ms, 7000);
	assert_string_equal(failure->limit.policy, "\"client\";q=300;w=60");
	rig_down(&rig);
}

static void a_tiny_quota_does_not_stop_the_background_for_ever(void **state)
{
	struct rig rig;

	(void)state;
	rig_up_logged_in(&rig);
	rig_script(&rig, "GET", with_quota(&rig, 4, 1), 2);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_replies(&rig, 2);
	rig_get(&rig, "b", LANE_BACKGROUND, 2);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, "GET"), 1);
	rig_pass(&rig, 60000);
	rig_run_replies(&rig, 3);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_background_leaves_a_tenth_of_the_quota),
		cmocka_unit_test(a_watch_leaves_the_reserve_too_and_a_recovery_does_not),
		cmocka_unit_test(calls_in_flight_count_against_the_reserve),
		cmocka_unit_test(over_half_spent_the_background_slows_down),
		cmocka_unit_test(the_ledger_tells_lanes_tokens_and_others),
		cmocka_unit_test(a_429_comes_with_what_explains_it),
		cmocka_unit_test(a_tiny_quota_does_not_stop_the_background_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
