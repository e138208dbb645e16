#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "net_rig.h"

static void on_list(void *context, const struct tenant_reply *reply)
{
	assert_int_equal(reply->failure.kind, FAILURE_NONE);
	*(bool *)context = true;
}

static void a_page_is_asked_for_by_number_and_size(void **state)
{
	struct rig rig;
	bool listed = false;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET /api/v2/dataactions?page=3&pageSize=50 ", RIG_OK, 1);
	assert_int_equal(tenant_list(rig.tenant, 3, 50, LANE_INTERACTIVE, on_list, &listed, NULL),
			 ERR_OK);
	assert_false(listed);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_true(listed);
	rig_down(&rig);
}

static void ids_are_escaped(void **state)
{
	static const struct {
		const char *id;
		const char *line;
	} rows[] = {
		{"abc-1_2.3~4", "GET /api/v2/dataactions/abc-1_2.3~4 "},
		{"a/b?c#d e%f", "GET /api/v2/dataactions/a%2Fb%3Fc%23d%20e%25f "},
		{"..", "GET /api/v2/dataactions/%2E%2E "},
		{"\xc3\xa9", "GET /api/v2/dataactions/%C3%A9 "},
	};
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rig_script(&rig, rows[i].line, RIG_OK, 1);
		rig_get(&rig, rows[i].id, LANE_INTERACTIVE, 1);
		rig_run_replies(&rig, i + 1);
		assert_int_equal(rig_last(&rig)->status, 200);
		assert_string_equal(rig.exchanges[i + 1].action_id, rows[i].id);
	}
	rig_down(&rig);
}

static void on_nothing(void *context, const struct tenant_reply *reply)
{
	(void)context;
	(void)reply;
	fail();
}

static void calls_without_what_they_need_are_refused(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	assert_int_equal(tenant_get(rig.tenant, "", NULL, LANE_INTERACTIVE, on_nothing, NULL, NULL),
			 ERR_USAGE);
	assert_int_equal(tenant_put(rig.tenant, "", "\"1\"", "{}", 2, LANE_INTERACTIVE, on_nothing,
				    NULL, NULL),
			 ERR_USAGE);
	assert_int_equal(
		tenant_put(rig.tenant, "a", "", "{}", 2, LANE_INTERACTIVE, on_nothing, NULL, NULL),
		ERR_USAGE);
	assert_int_equal(tenant_put(rig.tenant, "a", NULL, "{}", 2, LANE_INTERACTIVE, on_nothing,
				    NULL, NULL),
			 ERR_USAGE);
	rig_settle(&rig);
	rig_down(&rig);
}

static void a_put_carries_the_etag_byte_for_byte(void **state)
{
	struct rig rig;
	const struct scripted_request *request;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "PUT /api/v2/dataactions/a ",
		   rig_text(&rig, "200 OK", "ETag: W/\"x, y\"\r\nININ-Correlation-Id: c-5\r\n",
			    "{\"id\":\"a\"}"),
		   1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	request = scripted_server_request(rig.server, "PUT", 0);
	assert_non_null(strstr(request->head, "\r\nIf-Match: \"7\"\r\n"));
	assert_non_null(strstr(request->head, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(request->head, "\r\nAccept: application/json\r\n"));
	assert_string_equal(request->body, "{\"cacheTtl\":60}");
	assert_string_equal(rig.replies[0].etag, "W/\"x, y\"");
	assert_string_equal(rig.replies[0].body, "{\"id\":\"a\"}");
	assert_string_equal(rig_last(&rig)->correlation_id, "c-5");
	assert_int_equal(rig_last(&rig)->attempts, 1);
	assert_true(rig_last(&rig)->latency_us > 0);
	rig_down(&rig);
}

static void not_modified_is_no_failure(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n", 1);
	rig_get(&rig, "a", LANE_WATCH, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 304);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_NONE);
	assert_null(strstr(scripted_server_request(rig.server, "GET", 0)->head, "If-None-Match"));
	rig_down(&rig);
}

static void on_conditional(void *context, const struct tenant_reply *reply)
{
	assert_int_equal(reply->failure.kind, FAILURE_NONE);
	assert_int_equal(reply->transport, TRANSPORT_ANSWERED);
	assert_string_equal(reply->body, "");
	assert_int_equal(reply->body_len, 0);
	assert_string_equal(reply->etag, "\"7\"");
	*(int *)context = reply->status;
}

static void a_get_may_be_conditional(void **state)
{
	struct rig rig;
	int status = 0;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"7\"\r\n\r\n", 1);
	assert_int_equal(
		tenant_get(rig.tenant, "a", "\"7\"", LANE_WATCH, on_conditional, &status, NULL),
		ERR_OK);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	assert_int_equal(status, 304);
	assert_non_null(strstr(scripted_server_request(rig.server, "GET", 0)->head,
			       "\r\nIf-None-Match: \"7\"\r\n"));
	rig_down(&rig);
}

static void a_failure_tells_everything(void **state)
{
	struct rig rig;
	const struct failure *failure;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "PUT",
		   rig_text(&rig, "412 Precondition Failed",
			    "ININ-Correlation-Id: c-7\r\ninin-ratelimit-allowed: 300\r\n"
			    "inin-ratelimit-count: 12\r\ninin-ratelimit-reset: 30\r\n",
			    "{\"message\":\"It changed.\",\"code\":\"precondition.failed\","
			    "\"contextId\":\"x-1\"}"),
		   1);
	rig_put(&rig, "a b", 1);
	rig_run_replies(&rig, 1);
	failure = &rig_last(&rig)->failure;
	assert_int_equal(failure->kind, FAILURE_CONFLICT);
	assert_int_equal(failure->status, 412);
	assert_string_equal(failure->method, "PUT");
	assert_string_equal(failure->path, "/api/v2/dataactions/a%20b");
	assert_string_equal(failure->code, "precondition.failed");
	assert_string_equal(failure->message, "It changed.");
	assert_string_equal(failure->correlation_id, "c-7");
	assert_string_equal(failure->context_id, "x-1");
	assert_string_equal(failure->if_match, "\"7\"");
	assert_int_equal(failure->attempts, 1);
	assert_int_equal(failure->retry_reason, RETRY_NEVER);
	assert_int_equal(failure->retry_after_s, -1);
	assert_int_equal(failure->quota.allowed, 300);
	assert_int_equal(failure->quota.used, 12);
	assert_int_equal(rig_sent(&rig, "PUT"), 1);
	assert_int_equal(rig_status(&rig).quota.used, 12);
	rig_down(&rig);
}

/* ---- lost answers ---- */

static void a_put_whose_answer_is_lost_is_left_alone(void **state)
{
	static const struct script_step losses[] = {
		{.match = "PUT", .then = SCRIPT_CLOSE},
		{.match = "PUT", .then = SCRIPT_RESET},
		{.match = "PUT",
		 .reply = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
		 .then = SCRIPT_CLOSE},
		{.match = "PUT", .reply = "HTTP/1.1 200 OK\r\nETag: ", .then = SCRIPT_CLOSE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		struct rig rig;

		rig_up(&rig);
		rig_grant(&rig);
		rig_script(&rig, "GET", RIG_OK, 1);
		scripted_server_add(rig.server, losses[i]);
		rig_get(&rig, "a", LANE_INTERACTIVE, 1);
		rig_run_replies(&rig, 1);
		rig_put(&rig, "a", 2);
		rig_run_replies(&rig, 2);
		assert_true(rig_last(&rig)->lost_answer);
		assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_RESET);
		assert_int_equal(rig_last(&rig)->status, 0);
		assert_int_equal(rig_last(&rig)->attempts, 1);
		assert_int_equal(rig_sent(&rig, "PUT"), 1);
		rig_down(&rig);
	}
}

static void a_get_whose_answer_is_lost_is_tried_again(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.random = 0.0;
	rig_grant(&rig);
	scripted_server_add(rig.server, (struct script_step){.match = "GET",
							     .reply = "HTTP/1.1 200 OK\r\n"
								      "Content-Length: 9\r\n\r\n{",
							     .then = SCRIPT_CLOSE});
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 200);
	assert_int_equal(rig_last(&rig)->attempts, 2);
	assert_false(rig_last(&rig)->lost_answer);
	rig_down(&rig);
}

static void a_put_after_a_5xx_goes_again_with_the_same_etag(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.random = 0.0;
	rig_grant(&rig);
	rig_script(&rig, "PUT", RIG_STATUS("502 Bad Gateway"), 1);
	rig_script(&rig, "PUT", RIG_STATUS("412 No"), 1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->status, 412);
	assert_true(rig_last(&rig)->earlier_5xx);
	assert_int_equal(rig_last(&rig)->attempts, 2);
	for (size_t i = 0; i < 2; i++)
		assert_non_null(strstr(scripted_server_request(rig.server, "PUT", i)->head,
				       "\r\nIf-Match: \"7\"\r\n"));
	rig_down(&rig);
}

static void a_5xx_at_the_end_is_no_earlier_one(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.profile.max_attempts = 1;
	rig_grant(&rig);
	rig_script(&rig, "PUT", RIG_STATUS("500 Oops"), 1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_SERVER);
	assert_false(rig_last(&rig)->earlier_5xx);
	assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_NO_ATTEMPTS);
	rig_down(&rig);
}

static void a_put_that_found_nobody_may_go_again(void **state)
{
	struct rig rig;
	struct scripted_server *nobody;

	(void)state;
	rig_up(&rig);
	rig.random = 0.0;
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	nobody = scripted_server_new(rig.loop, NULL);
	profile_set_text(&rig.profile.base_url, scripted_server_url(nobody));
	scripted_server_free(nobody);
	rig_put(&rig, "a", 2);
	rig_run_replies(&rig, 2);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_REFUSED);
	assert_int_equal(rig_last(&rig)->attempts, 3);
	assert_false(rig_last(&rig)->lost_answer);
	assert_int_equal(rig_last(&rig)->failure.retry_reason, RETRY_NO_ATTEMPTS);
	rig_down(&rig);
}

static void a_foreign_http_url_sends_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	profile_set_text(&rig.profile.base_url, "http://example.com");
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->failure.kind, FAILURE_FORBIDDEN_URL);
	assert_true(rig_last(&rig)->failure.at_token);
	assert_false(rig_last(&rig)->lost_answer);
	assert_int_equal(rig.exchanges[0].bytes_sent, 0);
	rig_down(&rig);
}

/* ---- what a reply says of caches ---- */

static enum cache_says says(const char *hit_header)
{
	struct rig rig;
	enum cache_says out;

	rig_up(&rig);
	profile_set_text(&rig.profile.hit_header, hit_header);
	rig_grant(&rig);
	rig_script(&rig, "GET", rig_text(&rig, "200 OK", "X-Cache: Hit from cloudfront\r\n", "{}"),
		   1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	out = rig_last(&rig)->cache_says;
	rig_down(&rig);
	return out;
}

static void only_the_profile_s_header_counts(void **state)
{
	(void)state;
	assert_int_equal(says(NULL), CACHE_SAYS_NONE);
	assert_int_equal(says("Cache-Status"), CACHE_SAYS_NONE);
	assert_int_equal(says("X-Cache"), CACHE_SAYS_HIT);
}

/* ---- the log ---- */

static void exchanges_are_logged_without_secrets(void **state)
{
	struct rig rig;
	const struct exchange *token;
	const struct exchange *put;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "PUT",
		   rig_text(&rig, "200 OK", "Set-Cookie: sid=abc\r\n", "tok-one s3cret&more"), 1);
	rig_put(&rig, "a", 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig.exchanges_len, 2);
	token = &rig.exchanges[0];
	put = &rig.exchanges[1];
	assert_int_equal(token->number, 1);
	assert_int_equal(token->endpoint, ENDPOINT_TOKEN);
	assert_string_equal(token->method, "POST");
	assert_string_equal(token->path, "/oauth/token");
	assert_string_equal(token->action_id, "");
	assert_non_null(strstr(token->request_body, "client_id=demo&client_secret=***&scope="));
	assert_non_null(strstr(token->response_body, "\"access_token\":\"***\""));
	assert_null(strstr(token->response_body, "tok-one"));

	assert_int_equal(put->number, 2);
	assert_int_equal(put->endpoint, ENDPOINT_PUT);
	assert_string_equal(put->action_id, "a");
	assert_int_equal(put->status, 200);
	assert_int_equal(put->attempt, 1);
	assert_int_equal(put->wall_us, rig.times.wall_us);
	assert_string_equal(put->http_version, "1.1");
	assert_non_null(strstr(put->url, "http://127.0.0.1:"));
	/* As they left, those that nobody here gave with them */
	assert_int_equal(strncmp(put->request_headers, "Host: 127.0.0.1:", 16), 0);
	assert_non_null(strstr(put->request_headers, "\nUser-Agent: dacache/"));
	assert_non_null(strstr(put->request_headers, "\nContent-Length: 15\n"));
	assert_non_null(strstr(put->request_headers, "\nAuthorization: Bearer ***\n"
						     "Accept: application/json\n"
						     "Content-Type: application/json\n"
						     "If-Match: \"7\"\n"));
	assert_string_equal(put->request_body, "{\"cacheTtl\":60}");
	assert_string_equal(put->response_headers, "Set-Cookie: ***\nContent-Length: 19\n");
	assert_string_equal(put->response_body, "*** ***");
	rig_down(&rig);
}

static void basic_credentials_are_masked(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig.profile.auth_style = AUTH_BASIC;
	rig_grant(&rig);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_non_null(strstr(rig.exchanges[0].request_headers, "Authorization: Basic ***\n"));
	rig_down(&rig);
}

static void errors_do_not_tell_secrets(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN,
		   rig_text(&rig, "400 Bad", "",
			    "{\"error\":\"invalid_request\","
			    "\"error_description\":\"no such secret: s3cret&more!\"}"),
		   1);
	rig_login(&rig, 1);
	rig_run_replies(&rig, 1);
	assert_string_equal(rig_last(&rig)->failure.message, "no such secret: ***!");
	rig_down(&rig);
}

static void every_attempt_is_logged_with_its_wait(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET", RIG_STATUS("500 Oops"), 1);
	rig_script(&rig, "GET", RIG_OK, 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_pass(&rig, 400);
	rig_run_requests(&rig, 2);
	rig_settle(&rig);
	rig_pass(&rig, 1500);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig.exchanges_len, 3);
	assert_int_equal(rig.exchanges[1].attempt, 1);
	assert_int_equal(rig.exchanges[1].status, 500);
	assert_int_equal(rig.exchanges[1].times.queue, 400000);
	assert_int_equal(rig.exchanges[2].attempt, 2);
	assert_int_equal(rig.exchanges[2].times.queue, 1500000);
	assert_int_equal(rig_last(&rig)->queue_us, 1900000);
	rig_down(&rig);
}

static void long_bodies_are_cut_in_the_log_alone(void **state)
{
	struct rig rig;
	struct buf body;

	(void)state;
	rig_up(&rig);
	buf_init(&body, SIZE_MAX);
	while (body.len < 100000)
		buf_puts(&body, "\xc3\xa9\xe2\x82\xac-");
	rig_grant(&rig);
	rig_script(&rig, "GET", rig_text(&rig, "200 OK", "", buf_str(&body)), 1);
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_run_replies(&rig, 1);
	assert_int_equal(rig_last(&rig)->body_len, body.len);
	assert_true(rig.exchanges[1].response_body_len <= EXCHANGE_BODY_KEPT);
	assert_true(rig.exchanges[1].response_body_len > EXCHANGE_BODY_KEPT - 4);
	assert_int_equal(rig.exchanges[1].flags, EXCHANGE_RESPONSE_CUT);
	assert_int_equal(rig.exchanges[1].response_size, 100002);
	assert_int_equal(rig.exchanges[1].header_bytes_received,
			 strlen("HTTP/1.1 200 OK\r\nContent-Length: 100002\r\n\r\n"));
	assert_int_equal(
		rig.exchanges[1].bytes_received,
		100002 + (int64_t)strlen("HTTP/1.1 200 OK\r\nContent-Length: 100002\r\n\r\n"));
	rig_down(&rig);
	buf_free(&body);
}

static void of_a_page_the_log_keeps_little(void **state)
{
	struct rig rig;
	struct buf body;
	bool listed = false;

	(void)state;
	rig_up(&rig);
	buf_init(&body, SIZE_MAX);
	while (body.len < 100000)
		buf_puts(&body, "{\"token\":\"abcdefgh\"} tok-one ");
	rig_grant(&rig);
	rig_script(&rig, "GET", rig_text(&rig, "200 OK", "", buf_str(&body)), 1);
	assert_int_equal(tenant_list(rig.tenant, 1, 100, LANE_BACKGROUND, on_list, &listed, NULL),
			 ERR_OK);
	for (int i = 0; i < 300 && !listed; i++)
		assert_int_equal(loop_turn(rig.loop, 100000, NULL), ERR_OK);
	assert_true(strlen(rig.exchanges[1].response_body) < 1024 + 64);
	assert_int_equal(rig.exchanges[1].flags, EXCHANGE_RESPONSE_CUT | EXCHANGE_RESPONSE_MASKED);
	assert_null(strstr(rig.exchanges[1].response_body, "abc"));
	assert_null(strstr(rig.exchanges[1].response_body, "tok-"));
	rig_down(&rig);
	buf_free(&body);
}

/* ---- the end ---- */

static void a_tenant_may_be_freed_inside_a_callback(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	rig_script(&rig, "GET", RIG_OK, -1);
	rig.free_tenant = true;
	for (int i = 0; i < 12; i++)
		rig_get(&rig, "a", i % 2 ? LANE_BACKGROUND : LANE_INTERACTIVE, i);
	rig_run_replies(&rig, 1);
	assert_null(rig.tenant);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 1);
	rig_down(&rig);
}

static void a_tenant_may_be_freed_when_its_token_fails(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_script(&rig, RIG_TOKEN, RIG_STATUS("400 Bad"), 1);
	rig.free_tenant = true;
	rig_get(&rig, "a", LANE_INTERACTIVE, 1);
	rig_get(&rig, "b", LANE_INTERACTIVE, 2);
	rig_run_replies(&rig, 1);
	assert_null(rig.tenant);
	rig_down(&rig);
}

static void calls_end_silently_with_their_tenant(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig);
	rig_grant(&rig);
	scripted_server_add(
		rig.server,
		(struct script_step){.match = "PUT", .reply = RIG_OK, .then = SCRIPT_HOLD});
	rig_put(&rig, "a", 1);
	rig_run_requests(&rig, 2);
	rig_get(&rig, "b", LANE_WATCH, 2);
	tenant_free(&rig.tenant);
	scripted_server_release(rig.server);
	rig_settle(&rig);
	assert_int_equal(rig.replies_len, 0);
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_is_asked_for_by_number_and_size),
		cmocka_unit_test(ids_are_escaped),
		cmocka_unit_test(calls_without_what_they_need_are_refused),
		cmocka_unit_test(a_put_carries_the_etag_byte_for_byte),
		cmocka_unit_test(not_modified_is_no_failure),
		cmocka_unit_test(a_get_may_be_conditional),
		cmocka_unit_test(a_failure_tells_everything),
		cmocka_unit_test(a_put_whose_answer_is_lost_is_left_alone),
		cmocka_unit_test(a_get_whose_answer_is_lost_is_tried_again),
		cmocka_unit_test(a_put_after_a_5xx_goes_again_with_the_same_etag),
		cmocka_unit_test(a_5xx_at_the_end_is_no_earlier_one),
		cmocka_unit_test(a_put_that_found_nobody_may_go_again),
		cmocka_unit_test(a_foreign_http_url_sends_nothing),
		cmocka_unit_test(only_the_profile_s_header_counts),
		cmocka_unit_test(exchanges_are_logged_without_secrets),
		cmocka_unit_test(basic_credentials_are_masked),
		cmocka_unit_test(errors_do_not_tell_secrets),
		cmocka_unit_test(every_attempt_is_logged_with_its_wait),
		cmocka_unit_test(long_bodies_are_cut_in_the_log_alone),
		cmocka_unit_test(of_a_page_the_log_keeps_little),
		cmocka_unit_test(a_tenant_may_be_freed_inside_a_callback),
		cmocka_unit_test(a_tenant_may_be_freed_when_its_token_fails),
		cmocka_unit_test(calls_end_silently_with_their_tenant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
