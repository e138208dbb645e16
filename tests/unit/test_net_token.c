#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "net_rig.h"

static const struct scripted_request *token_request_seen(struct rig *rig, size_t nth)
{
	const struct scripted_request *request =
		scripted_server_request(rig->server, RIG_TOKEN, nth);

	assert_non_null(request);
	return request;
}

static void the_body_carries_the_credentials(void **state)
{
	struct rig rig;
	struct tenant_status status;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_login(&rig, 1);
	assert_int_equal(rig.replies_len, 0);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	assert_string_equal(token_request_seen(&rig, 0)->body,
			    "grant_type=client_credentials&client_id=demo"
			    "&client_secret=s3cret%26more"
			    "&scope=dataaction%3Aread+dataaction%3Awrite");
	assert_null(strstr(token_request_seen(&rig, 0)->head, "Authorization"));
	assert_non_null(strstr(token_request_seen(&rig, 0)->head,
			       "Content-Type: application/x-www-form-urlencoded\r\n"));
	status = rig_status(&rig);
	assert_true(status.has_token);
	assert_true(status.can_write);
	assert_int_equal(status.token_expires_in_s, 3600);
	assert_string_equal(status.scope, "dataaction:read dataaction:write");
	rig_down(&rig);
}

static void basic_credentials_are_form_encoded_first(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.profile.auth_style = AUTH_BASIC;
	profile_set_text(&rig.profile.client_id, "de mo:1");
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_string_equal(token_request_seen(&rig, 0)->body,
			    "grant_type=client_credentials"
			    "&scope=dataaction%3Aread+dataaction%3Awrite");
	/* de+mo%3A1:s3cret%26more */
	assert_non_null(strstr(token_request_seen(&rig, 0)->head,
			       "Authorization: Basic ZGUrbW8lM0ExOnMzY3JldCUyNm1vcmU=\r\n"));
	rig_down(&rig);
}

static void a_profile_may_name_the_token_url(void **state)
{
	struct rig rig;
	char url[128];

	(void)state;
	rig_up(&rig);
	snprintf(url, sizeof(url), "%s/auth", scripted_server_url(rig.server));
	profile_set_text(&rig.profile.token_url, url);
	rig_script(&rig, "POST /auth ", RIG_GRANT, 1);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void calls_share_one_token(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET", RIG_OK, -1);
	for (int i = 0; i < 6; i++)
		rig_get(&rig, "a", LANE_INTERACTIVE, i);
	rig_login(&rig, 6);
	rig_run_replies(&rig, 7);
	rig_get(&rig, "a", LANE_INTERACTIVE, 7);
	rig_run_replies(&rig, 8);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 1);
	assert_non_null(strstr(scripted_server_request(rig.server, "GET", 0)->head,
			       "Authorization: Bearer tok-one\r\n"));
	rig_down(&rig);
}

/* One call at `ms` after the token came; returns how many tokens were asked for
 * by then. */
static size_t tokens_after(const char *expires_in, int64_t ms)
{
	struct rig rig;
	char body[128];
	size_t tokens;

	rig_up(&rig);
	snprintf(body, sizeof(body), "{\"access_token\":\"tok\"%s}", expires_in);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", body), -1);
	rig_script(&rig, "GET", RIG_OK, -1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	rig_pass(&rig, ms);
	rig_get(&rig, "a", LANE_INTERACTIVE, 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->status, 200);
	tokens = rig_sent(&rig, RIG_TOKEN);
	rig_down(&rig);
	return tokens;
}

static void it_is_renewed_a_minute_before_its_end(void **state)
{
	(void)state;
	assert_int_equal(tokens_after(",\"expires_in\":3600", 3539999), 1);
	assert_int_equal(tokens_after(",\"expires_in\":3600", 3540000), 2);
	assert_int_equal(tokens_after("", 3539999), 1);
	assert_int_equal(tokens_after("", 3540000), 2);
	assert_int_equal(tokens_after(",\"expires_in\":\"3600\"", 3540000), 2);
}

static void a_short_one_is_renewed_at_half_its_life(void **state)
{
	(void)state;
	assert_int_equal(tokens_after(",\"expires_in\":10", 4999), 1);
	assert_int_equal(tokens_after(",\"expires_in\":10", 5000), 2);
	assert_int_equal(tokens_after(",\"expires_in\":100", 49999), 1);
	assert_int_equal(tokens_after(",\"expires_in\":100", 50000), 2);
}

static void one_without_life_serves_what_waited_for_it(void **state)
{
	(void)state;
	assert_int_equal(tokens_after(",\"expires_in\":0", 0), 2);
}

static void its_life_counts_from_when_the_request_left(void **state)
{
	struct rig rig;
	struct script_step slow = {.match = RIG_TOKEN, .reply = RIG_GRANT, .then = SCRIPT_HOLD};

	(void)state;
	rig_up(&rig);
	scripted_server_add(rig.server, slow);
	rig_login(&rig, 1);
	rig_run_requests(&rig, 1);
	rig_pass(&rig, 20000);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_status(&rig).token_expires_in_s, 3580);
	rig_down(&rig);
}

static void an_idle_tenant_renews_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	rig_pass(&rig, 7200000);
	rig_settle(&rig);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 1);
	assert_false(rig_status(&rig).has_token);
	rig_down(&rig);
}

/* ---- 401 ---- */

static void a_401_renews_once_and_replays_once(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", "{\"access_token\":\"first\"}"),
		   1);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", "{\"access_token\":\"second\"}"),
		   1);
	rig_script(&rig, "GET", RIG_STATUS("401 Unauthorized"), 1);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_last(&rig)->attempts, 2);
	assert_non_null(
		strstr(scripted_server_request(rig.server, "GET", 0)->head, "Bearer first"));
	assert_non_null(
		strstr(scripted_server_request(rig.server, "GET", 1)->head, "Bearer second"));
	rig_down(&rig);
}

static void a_second_401_is_the_error(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "PUT",
		   rig_text(&rig, "401 Unauthorized", "ININ-Correlation-Id: c-9\r\n",
			    "{\"message\":\"No.\",\"code\":\"authentication.required\"}"),
		   2);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_UNAUTHENTICATED);
	assert_false(rig_last(&rig)->failure.at_token);
	assert_int_equal(rig_last(&rig)->failure.attempts, 2);
	assert_string_equal(rig_last(&rig)->failure.code, "authentication.required");
	assert_string_equal(rig_last(&rig)->correlation_id, "c-9");
	assert_int_equal(rig_sent(&rig, "PUT"), 2);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 2);
	rig_down(&rig);
}

static void calls_that_fail_together_renew_together(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	for (int i = 0; i < 5; i++) {
		scripted_server_add(rig.server,
				    (struct script_step){.match = "GET",
							 .reply = RIG_STATUS("401 Unauthorized"),
							 .then = SCRIPT_HOLD});
		rig_get(&rig, "a", LANE_INTERACTIVE, i);
	}
	rig_run_requests(&rig, 6);
	rig_script(&rig, "GET", RIG_OK, 5);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(rig.replies[i].reply.status, 200);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 2);
	rig_down(&rig);
}

static void the_replay_does_not_use_up_an_attempt(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.random = 0.0;
	rig_grant(&rig);
	rig_script(&rig, "GET", RIG_STATUS("401 Unauthorized"), 1);
	rig_script(&rig, "GET", RIG_STATUS("500 Oops"), 2);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_last(&rig)->attempts, 4);
	rig_down(&rig);
}

/* ---- failures of the token itself ---- */

static void invalid_client_fails_all_that_wait_and_is_not_retried(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN,
		   rig_text(&rig, "401 Unauthorized", "ININ-Correlation-Id: c-1\r\n",
			    "{\"error\":\"invalid_client\",\"error_description\":\"who?\"}"),
		   1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_get(&rig, "b", LANE_BACKGROUND, 2);
	rig_put(&rig, "c", 3);
	rig_run_replies(&rig, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct tenant_reply *reply = &rig.replies[i].reply;

		assert_int_equal(reply->failure.kind, FAILURE_UNAUTHENTICATED);
		assert_true(reply->failure.at_token);
		assert_int_equal(reply->failure.status, 401);
		assert_int_equal(reply->status, 401);
		assert_string_equal(reply->failure.code, "invalid_client");
		assert_string_equal(reply->failure.message, "who?");
		assert_string_equal(reply->failure.path, "/oauth/token");
		assert_string_equal(reply->failure.correlation_id, "c-1");
		assert_int_equal(reply->latency_us, -1);
		assert_false(reply->lost_answer);
	}
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_down(&rig);
}

static void refused_credentials_are_not_shown_again_by_what_nobody_asked_for(void **state)
{
	static const enum lane lanes[] = {LANE_WATCH, LANE_BACKGROUND, LANE_RECOVERY};
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN,
		   rig_text(&rig, "401 Unauthorized", "", "{\"error\":\"invalid_client\"}"), 1);
	rig_grant(&rig);
	rig_script(&rig, "GET", RIG_OK, -1);
	rig_get(&rig, "a", LANE_WATCH, 1);
	rig_run_replies(&rig, 1);
	for (size_t i = 0; i < 3; i++) {
		rig_get(&rig, "a", lanes[i], 2);
		rig_run_replies(&rig, 2 + i);
		assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_UNAUTHENTICATED);
		assert_true(rig_last(&rig)->failure.at_token);
	}
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 3);
	rig_run_replies(&rig, 5);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_get(&rig, "a", LANE_WATCH, 4);
	rig_run_replies(&rig, 6);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void the_next_call_asks_for_a_token_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, RIG_STATUS("400 Bad"), 1);
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_true(rig_last(&rig)->failure.at_token);
	rig_login(&rig, 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void a_5xx_of_the_token_is_retried(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, RIG_STATUS("503 Busy"), 2);
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_requests(&rig, 1);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_BACKOFF);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 1000); /* 2 s, half of it by chance */
	rig_pass(&rig, 1000);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 2000);
	rig_pass(&rig, 2000);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void the_attempts_of_the_token_end(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.random = 0.0;
	rig_script(&rig, RIG_TOKEN, RIG_STATUS("500 Oops"), 3);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_SERVER);
	assert_true(rig_last(&rig)->failure.at_token);
	assert_int_equal(rig_last(&rig)->failure.attempts, 3);
	assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_NO_ATTEMPTS);
	rig_down(&rig);
}

static void a_429_of_the_token_holds_the_queue(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "429 Slow", "Retry-After: 23\r\n", ""), 1);
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_requests(&rig, 1);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_RATE_LIMIT);
	assert_int_equal(rig_status(&rig).hold_ends_in_ms, 23000);
	rig_pass(&rig, 22999);
	rig_settle(&rig);
	assert_int_equal(scripted_server_requests(rig.server), 1);
	rig_pass(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	rig_down(&rig);
}

static void a_token_answer_that_is_lost_is_not_retried(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	scripted_server_add(rig.server,
			    (struct script_step){.match = RIG_TOKEN, .then = SCRIPT_RESET});
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_RESET);
	assert_true(rig_last(&rig)->failure.at_token);
	/* The PUT itself never left. */
	assert_false(rig_last(&rig)->lost_answer);
	rig_down(&rig);
}

static void a_grant_without_a_token_is_a_broken_reply(void **state)
{
	static const char *const bodies[] = {
		"<html>hello</html>",
		"{}",
		"[]",
		"{\"access_token\":\"\"}",
		"{\"access_token\":17}",
		"{\"access_token\":\"a\\r\\nX-Evil: 1\"}",
		"{\"access_token\":\"tok\",\"token_type\":\"mac\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct rig rig;

		rig_up(&rig);
		rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", bodies[i]), 1);
		rig_login(&rig, 1);
		rig_run_replies(&rig, 1);
		assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_BROKEN_REPLY);
		assert_true(rig_last(&rig)->failure.at_token);
		assert_string_not_equal(rig_last(&rig)->failure.message, "");
		rig_down(&rig);
	}
}

static void missing_credentials_send_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	profile_set_text(&rig.profile.client_secret, NULL);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_UNAUTHENTICATED);
	assert_true(rig_last(&rig)->failure.at_token);
	assert_non_null(strstr(rig_last(&rig)->failure.message, "CXONE_CLIENT_SECRET"));
	assert_non_null(strstr(rig_last(&rig)->failure.message, "profile test"));
	assert_int_equal(rig_last(&rig)->attempts, 0);
	profile_set_text(&rig.profile.client_id, "");
	rig_login(&rig, 2);
	rig_run_replies(&rig, 2);
	assert_non_null(strstr(rig_last(&rig)->failure.message, "CXONE_CLIENT_ID"));
	assert_int_equal(scripted_server_requests(rig.server), 0);
	rig_down(&rig);
}

/* ---- scope ---- */

static bool can_write_with(const char *body)
{
	struct rig rig;
	bool can_write;

	rig_up(&rig);
	assert_true(rig_status(&rig).can_write);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", body), 1);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	can_write = rig_status(&rig).can_write;
	rig_down(&rig);
	return can_write;
}

static void the_scope_decides_about_writing(void **state)
{
	(void)state;
	assert_true(can_write_with("{\"access_token\":\"t\"}"));
	assert_true(can_write_with(
		"{\"access_token\":\"t\",\"scope\":\"dataaction:write dataaction:read\"}"));
	assert_false(can_write_with("{\"access_token\":\"t\",\"scope\":\"dataaction:read\"}"));
	assert_false(can_write_with("{\"access_token\":\"t\",\"scope\":\"dataaction:writes\"}"));
	assert_false(can_write_with("{\"access_token\":\"t\",\"scope\":\"\"}"));
}

static void a_failure_tells_the_scope(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "PUT", RIG_STATUS("403 No"), 1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_FORBIDDEN);
	assert_string_equal(rig_last(&rig)->failure.scope, "dataaction:read dataaction:write");
	rig_down(&rig);
}

static void a_forgotten_token_is_asked_for_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	tenant_forget_token(rig.tenant);
	assert_false(rig_status(&rig).has_token);
	assert_string_equal(rig_status(&rig).scope, "");
	rig_login(&rig, 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 2);
	rig_down(&rig);
}

static const char other_grant[] =
	"{\"access_token\":\"tok-two\",\"token_type\":\"bearer\",\"expires_in\":3600}";

/* The secret was revoked: nothing goes on until another stands in the profile. */
static void new_credentials_go_on_after_a_revoked_secret(void **state)
{
	struct rig rig;
	const struct scripted_request *request;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, RIG_GRANT, 1);
	rig_script(&rig, RIG_TOKEN,
		   rig_text(&rig, "401 Unauthorized", "", "{\"error\":\"invalid_client\"}"), 1);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", other_grant), 1);
	rig_script(&rig, "PUT", RIG_STATUS("401 Unauthorized"), 1);
	rig_script(&rig, "PUT", RIG_OK, 1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_UNAUTHENTICATED);
	assert_true(rig_last(&rig)->failure.at_token);
	assert_false(rig_last(&rig)->lost_answer);
	assert_false(rig_status(&rig).has_token);

	profile_set_text(&rig.profile.client_secret, "brand-new-one");
	tenant_forget_token(rig.tenant);
	rig_put(&rig, "a", 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	request = scripted_server_request(rig.server, RIG_TOKEN, 2);
	assert_non_null(strstr(request->body, "&client_secret=brand-new-one&"));
	request = scripted_server_request(rig.server, "PUT", 1);
	assert_non_null(strstr(request->head, "\r\nAuthorization: Bearer tok-two\r\n"));
	for (size_t i = 0; i < rig.exchanges_len; i++)
		assert_null(strstr(rig.exchanges[i].request_body, "brand-new-one"));
	rig_down(&rig);
}

/* What a 429 and the quota said was said to the old client. */
static void a_hold_ends_with_the_credentials_it_was_for(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET",
		   rig_text(&rig, "429 Slow",
			    "Retry-After: 60\r\ninin-ratelimit-allowed: 300\r\n"
			    "inin-ratelimit-count: 300\r\n",
			    ""),
		   1);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_BACKGROUND, 1);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(rig_status(&rig).hold, HOLD_RATE_LIMIT);
	tenant_forget_token(rig.tenant);
	assert_int_equal(rig_status(&rig).hold, HOLD_NONE);
	assert_false(rig_status(&rig).quota.known);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 2);
	rig_down(&rig);
}

/* A 401 to the old token, after the new one came. */
static void a_late_401_does_not_cost_the_new_token(void **state)
{
	struct rig rig;
	const struct scripted_request *request;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, RIG_GRANT, 1);
	rig_script(&rig, RIG_TOKEN, rig_text(&rig, "200 OK", "", other_grant), 1);
	scripted_server_add(rig.server,
			    (struct script_step){.match = "GET",
						 .reply = RIG_STATUS("401 Unauthorized"),
						 .then = SCRIPT_HOLD});
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_requests(&rig, 2);
	tenant_forget_token(rig.tenant);
	rig_login(&rig, 2);
	rig_run_replies(&rig, 1);
	scripted_server_release(rig.server);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_sent(&rig, RIG_TOKEN), 2);
	request = scripted_server_request(rig.server, "GET", 1);
	assert_non_null(strstr(request->head, "\r\nAuthorization: Bearer tok-two\r\n"));
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_body_carries_the_credentials),
		cmocka_unit_test(basic_credentials_are_form_encoded_first),
		cmocka_unit_test(a_profile_may_name_the_token_url),
		cmocka_unit_test(calls_share_one_token),
		cmocka_unit_test(it_is_renewed_a_minute_before_its_end),
		cmocka_unit_test(a_short_one_is_renewed_at_half_its_life),
		cmocka_unit_test(one_without_life_serves_what_waited_for_it),
		cmocka_unit_test(its_life_counts_from_when_the_request_left),
		cmocka_unit_test(an_idle_tenant_renews_nothing),
		cmocka_unit_test(a_401_renews_once_and_replays_once),
		cmocka_unit_test(a_second_401_is_the_error),
		cmocka_unit_test(calls_that_fail_together_renew_together),
		cmocka_unit_test(the_replay_does_not_use_up_an_attempt),
		cmocka_unit_test(invalid_client_fails_all_that_wait_and_is_not_retried),
		cmocka_unit_test(refused_credentials_are_not_shown_again_by_what_nobody_asked_for),
		cmocka_unit_test(the_next_call_asks_for_a_token_again),
		cmocka_unit_test(a_5xx_of_the_token_is_retried),
		cmocka_unit_test(the_attempts_of_the_token_end),
		cmocka_unit_test(a_429_of_the_token_holds_the_queue),
		cmocka_unit_test(a_token_answer_that_is_lost_is_not_retried),
		cmocka_unit_test(a_grant_without_a_token_is_a_broken_reply),
		cmocka_unit_test(missing_credentials_send_nothing),
		cmocka_unit_test(the_scope_decides_about_writing),
		cmocka_unit_test(a_failure_tells_the_scope),
		cmocka_unit_test(a_forgotten_token_is_asked_for_again),
		cmocka_unit_test(new_credentials_go_on_after_a_revoked_secret),
		cmocka_unit_test(a_hold_ends_with_the_credentials_it_was_for),
		cmocka_unit_test(a_late_401_does_not_cost_the_new_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
