/* Causes, limits and timelines: what explains a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/action.h"
#include "dacache/domain/card.h"
#include "dacache/domain/cause.h"
#include "dacache/domain/limit.h"

/* 2026-01-31T14:02:09Z */
#define NOON 1769868129000000LL

static struct failure of_call(const char *method, const char *path, int status, const char *body)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_reply(&failure, status, body, strlen(body));
	snprintf(failure.method, sizeof(failure.method), "%s", method);
	snprintf(failure.path, sizeof(failure.path), "%s", path);
	failure.attempts = 1;
	return failure;
}

/* ---- causes ---- */

static void a_cause_is_told_by_status_and_endpoint(void **state)
{
	static const struct {
		const char *method, *path;
		int status;
		bool at_token;
		const char *text;
	} cases[] = {
		{"GET", "/api/v2/dataactions/a%2Fb", 429, false,
		 "429 too many requests  GET action"},
		{"PUT", "/x/api/v2/dataactions/a", 409, false, "409 conflict  PUT action"},
		{"GET", "/api/v2/dataactions?page=3", 500, false, "500 server error  GET list"},
		{"POST", "/oauth/token", 401, true, "401 not authenticated  token"},
		{"POST", "/hooks/a", 404, false, "404 not found  webhook"},
		{"GET", "/elsewhere", 404, false, "404 not found  GET other address"},
		{"", "", 429, false, "429 too many requests"},
		{"POST", "/oauth/token", 429, true, "429 token limit  token"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct failure failure =
			of_call(cases[i].method, cases[i].path, cases[i].status, "{}");
		struct cause cause;
		char text[128];

		failure.at_token = cases[i].at_token;
		cause_of(&failure, &cause);
		cause_text(&cause, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void causes_differ_by_what_matters_alone(void **state)
{
	struct failure one =
		of_call("GET", "/api/v2/dataactions/a", 429, "{\"code\":\"x\",\"message\":\"1\"}");
	struct failure two =
		of_call("GET", "/api/v2/dataactions/b", 429, "{\"code\":\"x\",\"message\":\"2\"}");
	struct failure other = of_call("GET", "/api/v2/dataactions/b", 429, "{\"code\":\"y\"}");
	struct cause a, b, c;

	(void)state;
	cause_of(&one, &a);
	cause_of(&two, &b);
	cause_of(&other, &c);
	assert_true(cause_equal(&a, &b));
	assert_false(cause_equal(&a, &c));
}

/* The same status and code, for the tenant has one for all its limits. */
static void each_limit_is_a_cause(void **state)
{
	static const struct {
		const char *words, *text;
	} cases[] = {
		{"Rate limit exceeded.", "429 rate limit  GET action"},
		{"Too many concurrent requests.", "429 concurrency limit  GET action"},
		{"The token limit was reached.", "429 token limit  GET action"},
		{"Slow down.", "429 too many requests  GET action"},
	};
	enum { N = sizeof(cases) / sizeof(cases[0]) };
	struct cause causes[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct failure failure;
		char body[128];
		char text[128];

		snprintf(body, sizeof(body), "{\"code\":\"too.many.requests\",\"message\":\"%s\"}",
			 cases[i].words);
		failure = of_call("GET", "/api/v2/dataactions/a", 429, body);
		cause_of(&failure, &causes[i]);
		cause_text(&causes[i], text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		for (size_t k = 0; k < i; k++)
			assert_false(cause_equal(&causes[k], &causes[i]));
	}
}

static void what_was_not_sent_is_of_the_limit_that_was_met(void **state)
{
	struct failure failure;
	struct cause cause;
	char text[128];
	struct card card;

	(void)state;
	failure_init(&failure);
	failure.kind = FAILURE_RATE_LIMITED;
	failure.retry_after_s = 97;
	failure.limit.met_before = LIMIT_CONCURRENCY;
	snprintf(failure.method, sizeof(failure.method), "GET");
	snprintf(failure.path, sizeof(failure.path), "/api/v2/dataactions/a");
	cause_of(&failure, &cause);
	cause_text(&cause, text, sizeof(text));
	assert_string_equal(text, "concurrency limit, not sent  GET action");
	card_make(&failure, NULL, NULL, &card);
	assert_string_equal(card.title, "concurrency limit, not sent");
}

/* ---- limits ---- */

static void which_limit_it_was(void **state)
{
	static const struct {
		const char *message, *code, *policy;
		bool at_token, own;
		int64_t allowed, used;
		int32_t in_flight;
		enum limit_kind kind;
	} cases[] = {
		{"Rate limit exceeded the maximum.", "", "", false, false, -1, -1, 1, LIMIT_RATE},
		{"slow down", "rate.limit.exceeded", "", false, false, -1, -1, 1, LIMIT_RATE},
		{"Too many concurrent requests", "", "", false, true, 300, 300, 8,
		 LIMIT_CONCURRENCY},
		{"no", "", "\"c\";q=10;qu=\"concurrent-requests\"", false, false, -1, -1, 1,
		 LIMIT_CONCURRENCY},
		{"no", "", "", false, true, 300, 300, 1, LIMIT_RATE},
		{"no", "", "", false, true, 300, 12, 8, LIMIT_NOT_TOLD},
		{"no", "token.rate.per.minute", "", false, true, 300, 300, 1, LIMIT_TOKEN},
		{"Too many calls per token", "", "", false, false, -1, -1, 1, LIMIT_TOKEN},
		{"no", "", "", false, true, 300, 12, 1, LIMIT_NOT_TOLD},
		{"no", "", "", false, false, 300, 300, 1,
		 LIMIT_NOT_TOLD}, /* of an earlier answer */
		{"", "", "", false, false, -1, -1, 8, LIMIT_NOT_TOLD},
		{"Rate limit exceeded", "", "", true, false, -1, -1, 1, LIMIT_TOKEN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct failure failure;
		char because[160] = "";

		failure_init(&failure);
		failure.kind = FAILURE_RATE_LIMITED;
		failure.status = 429;
		failure.at_token = cases[i].at_token;
		snprintf(failure.message, sizeof(failure.message), "%s", cases[i].message);
		snprintf(failure.code, sizeof(failure.code), "%s", cases[i].code);
		snprintf(failure.limit.policy, sizeof(failure.limit.policy), "%s", cases[i].policy);
		failure.limit.quota_is_own = cases[i].own;
		failure.limit.in_flight = cases[i].in_flight;
		failure.quota.known = cases[i].allowed >= 0;
		failure.quota.allowed = cases[i].allowed;
		failure.quota.used = cases[i].used;
		failure.quota.reset_s = 30;
		if (limit_of(&failure, because, sizeof(because)) != cases[i].kind)
			fail_msg("case %zu: %s", i, because);
		assert_true(because[0] != '\0');
	}
}

/* ---- the 429's card ---- */

static bool has(char lines[][256], size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(lines[i], text) == 0)
			return true;
	return false;
}

static void assert_fact(struct card *card, const char *text)
{
	if (has(card->why, card->why_len, text))
		return;
	for (size_t i = 0; i < card->why_len; i++)
		print_error("%s\n", card->why[i]);
	fail_msg("not there: %s", text);
}

static struct failure limited(void)
{
	struct failure failure = of_call("GET", "/api/v2/dataactions/a", 429,
					 "{\"code\":\"too.many.requests\",\"message\":\"no\"}");

	failure.quota = (struct quota){
		.known = true, .allowed = 300, .used = 300, .remaining = -1, .reset_s = 23};
	failure.retry_after_s = 30;
	failure.retry_reason = RETRY_NO_ATTEMPTS;
	failure.attempts = 2;
	failure.limit = (struct limit_evidence){
		.quota_is_own = true, .in_flight = 3, .ours = 288, .others = 12, .hold_ms = 30000};
	attempts_add(&failure.timeline,
		     &(struct call_attempt){NOON, 1, 2500, 12, 30, 30000, 429, TRANSPORT_ANSWERED});
	attempts_add(&failure.timeline, &(struct call_attempt){NOON + 30012000, 2, 30000, 1500, 30,
							       -1, 429, TRANSPORT_ANSWERED});
	return failure;
}

static void the_arithmetic_of_a_429(void **state)
{
	struct failure failure = limited();
	struct card card;

	(void)state;
	card_make(&failure, "PROD", "https://x", &card);
	assert_fact(&card, "Which limit: rate limit (the calls of its window are used up)");
	assert_fact(&card, "Retry-After: 30 s");
	assert_fact(&card, "Quota: 300 of 300 calls used");
	assert_fact(&card, "Quota window: ends 23 s after this reply");
	assert_fact(&card,
		    "Spent in the window: 288 calls by dacache, 12 by others with this client "
		    "id (or by dacache before it was started anew)");
	assert_fact(&card, "Calls of dacache under way then: 3, this one counted");
	assert_fact(&card, "Wait: 30 s for every call of dacache, as Retry-After says");
}

static bool has_step(const struct card *card, const char *part)
{
	for (size_t i = 0; i < card->todo_len; i++)
		if (strstr(card->todo[i], part) != NULL)
			return true;
	return false;
}

static void each_limit_has_its_own_advice(void **state)
{
	struct failure failure = limited();
	struct card card;

	(void)state;
	card_make(&failure, "PROD", "https://x", &card);
	assert_true(has_step(&card, "they spent 12 calls of this window"));
	failure.limit.others = 0;
	card_make(&failure, "PROD", "https://x", &card);
	assert_true(has_step(&card, "dacache spent this window alone"));

	snprintf(failure.message, sizeof(failure.message), "Too many concurrent requests.");
	failure.quota.used = 40;
	failure.retry_after_s = -1;
	card_make(&failure, "PROD", "https://x", &card);
	assert_string_equal(card.title, "429 concurrency limit");
	assert_fact(&card, "At the same time: 3 calls of dacache, this one counted; how many of "
			   "others is not known");
	assert_fact(&card, "Quota: 40 of 300 calls used; that limit was not met");
	assert_true(has_step(&card, "no window has to end"));
	assert_true(has_step(&card, "Set a smaller parallel in profile PROD"));
	assert_false(has_step(&card, "Wait"));
	assert_false(has_step(&card, "quota"));

	failure.at_token = true;
	failure.quota = quota_none();
	failure.limit =
		(struct limit_evidence){.ours = -1, .others = -1, .hold_ms = 2000, .tokens = 3};
	card_make(&failure, "PROD", "https://x", &card);
	assert_string_equal(card.title, "429 token limit (token)");
	assert_fact(&card, "Calls for a token: 3 by dacache since its start, this one counted; how "
			   "many by others is not known");
	assert_true(has_step(&card, "ask for a token at every call"));
	assert_false(has_step(&card, "parallel"));
}

static void what_is_not_known_is_not_told(void **state)
{
	struct failure failure = of_call("GET", "/api/v2/dataactions/a", 429, "{}");
	struct card card;

	(void)state;
	card_make(&failure, NULL, NULL, &card);
	for (size_t i = 0; i < card.why_len; i++) {
		assert_null(strstr(card.why[i], "Spent"));
		assert_null(strstr(card.why[i], "Quota"));
		assert_null(strstr(card.why[i], "under way"));
		assert_null(strstr(card.why[i], "-1"));
	}
	assert_int_equal(card.events_len, 0);
}

static void the_attempts_of_a_429(void **state)
{
	struct failure failure = limited();
	struct card card;

	(void)state;
	card_make(&failure, "PROD", "https://x", &card);
	assert_int_equal(card.events_len, 2);
	assert_string_equal(card.events[0],
			    "14:02:09 attempt 1 after 2.5 s in our queue: 429 after "
			    "12 ms; Retry-After 30 s; waited 30.0 s");
	assert_string_equal(
		card.events[1],
		"14:02:39 attempt 2: 429 after 1.5 s; Retry-After 30 s; not tried again");
}

static void many_attempts_keep_the_first_and_the_newest(void **state)
{
	struct attempts attempts = {0};
	struct attempts later = {0};

	(void)state;
	for (int32_t i = 1; i <= 12; i++)
		attempts_add(&attempts, &(struct call_attempt){.number = i});
	assert_int_equal(attempts.len, ATTEMPTS_KEPT);
	assert_int_equal(attempts.items[0].number, 1);
	assert_int_equal(attempts.items[1].number, 6);
	assert_int_equal(attempts.items[ATTEMPTS_KEPT - 1].number, 12);
	assert_int_equal(attempts.dropped, 4);
	attempts_add(&later, &(struct call_attempt){.number = 1});
	attempts_join(&attempts, &later);
	assert_int_equal(attempts.items[ATTEMPTS_KEPT - 1].number, 13);
	assert_int_equal(attempts.dropped, 5);
}

/* ---- the 409's timeline ---- */

static void what_led_to_a_conflict(void **state)
{
	struct failure failure = of_call("PUT", "/api/v2/dataactions/a", 409, "{}");
	struct conflict_story *story = &failure.conflict;
	struct card card;

	(void)state;
	strcpy(failure.if_match, "\"12\"");
	strcpy(failure.server_etag, "\"13\"");
	attempts_add(&failure.timeline,
		     &(struct call_attempt){NOON, 1, 0, 12, -1, -1, 409, TRANSPORT_ANSWERED});
	story->told = true;
	story->base = (struct action_sight){NOON - 60000000, 12, "\"12\"", "m.ito",
					    "2026-01-31T13:41:00Z"};
	story->server = (struct action_sight){NOON + 1000000, 13, "\"13\"", "ops",
					      "2026-01-31T14:02:00.500Z"};
	card_make(&failure, "PROD", "https://x", &card);
	assert_int_equal(card.events_len, 4);
	assert_string_equal(
		card.events[0],
		"14:01:09 read before the change, ETag \"12\", version 12; last changed by "
		"m.ito at 2026-01-31T13:41:00.000Z");
	assert_string_equal(card.events[1], "14:02:00 changed by ops (the tenant's clock), ETag "
					    "\"13\", version 13");
	assert_string_equal(card.events[2], "14:02:09 our PUT, If-Match \"12\": answered 409");
	assert_string_equal(card.events[3], "14:02:10 read again, ETag \"13\", version 13; last "
					    "changed by ops at 2026-01-31T14:02:00.500Z");
	/* A tenant that tells neither author nor date, and was not read again. */
	story->base = (struct action_sight){NOON - 60000000, -1, "", "", ""};
	story->server = (struct action_sight){.version = -1};
	card_make(&failure, "PROD", "https://x", &card);
	assert_int_equal(card.events_len, 3);
	assert_string_equal(card.events[0], "14:01:09 read before the change");
	assert_string_equal(card.events[2], "not read again since");
}

static void a_conflict_that_was_read_again_is_not_to_be_read_again(void **state)
{
	struct failure failure = of_call("PUT", "/api/v2/dataactions/a", 409, "{}");
	struct card card;

	(void)state;
	strcpy(failure.if_match, "\"12\"");
	card_make(&failure, "PROD", "https://x", &card);
	assert_true(has_step(&card, "Fetch the action again"));
	failure.conflict.server.read_us = NOON;
	card_make(&failure, "PROD", "https://x", &card);
	assert_false(has_step(&card, "Fetch the action again"));
	assert_true(has_step(&card, "m mine, s the server's, e by hand"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cause_is_told_by_status_and_endpoint),
		cmocka_unit_test(causes_differ_by_what_matters_alone),
		cmocka_unit_test(each_limit_is_a_cause),
		cmocka_unit_test(what_was_not_sent_is_of_the_limit_that_was_met),
		cmocka_unit_test(which_limit_it_was),
		cmocka_unit_test(each_limit_has_its_own_advice),
		cmocka_unit_test(a_conflict_that_was_read_again_is_not_to_be_read_again),
		cmocka_unit_test(the_arithmetic_of_a_429),
		cmocka_unit_test(what_is_not_known_is_not_told),
		cmocka_unit_test(the_attempts_of_a_429),
		cmocka_unit_test(many_attempts_keep_the_first_and_the_newest),
		cmocka_unit_test(what_led_to_a_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
