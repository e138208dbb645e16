/* Error cards: what happened, why, what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/card.h"

static const char base_url[] = "https://user@api.example.net:8443/cx";

static struct failure answered(const char *method, int status, const char *body)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_reply(&failure, status, body, strlen(body));
	strcpy(failure.method, method);
	strcpy(failure.path, "/api/v2/dataactions/da-1");
	strcpy(failure.correlation_id, "corr-7");
	failure.attempts = 1;
	return failure;
}

static struct failure unanswered(const char *method, enum transport transport, const char *text)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_transport(&failure, transport, text);
	strcpy(failure.method, method);
	strcpy(failure.path, "/api/v2/dataactions/da-1");
	failure.attempts = 1;
	return failure;
}

static struct card make(const struct failure *failure)
{
	struct card card;

	card_make(failure, "PROD", base_url, &card);
	return card;
}

static bool has_line(char lines[][256], size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (strstr(lines[i], text) != NULL)
			return true;
	}
	return false;
}

static void assert_why(struct card card, const char *text)
{
	if (!has_line(card.why, card.why_len, text))
		fail_msg("no \"%s\" in the why of %s", text, card.title);
}

static void assert_no_why(struct card card, const char *text)
{
	assert_false(has_line(card.why, card.why_len, text));
}

static void assert_todo(struct card card, const char *text)
{
	if (!has_line(card.todo, card.todo_len, text))
		fail_msg("no \"%s\" in what to do of %s", text, card.title);
}

static void assert_happened(struct card card, const char *text)
{
	if (strstr(card.happened, text) == NULL)
		fail_msg("no \"%s\" in: %s", text, card.happened);
}

static void bad_request_names_the_fields(void **state)
{
	struct failure f = answered("PUT", 400,
				    "{\"code\":\"invalid.value\",\"message\":\"cacheTtl: no\","
				    "\"details\":[{\"errorCode\":\"not.integer\",\"fieldName\":"
				    "\"cacheTtl\"}]}");
	struct card card = make(&f);

	(void)state;
	assert_string_equal(card.title, "400 bad request");
	assert_happened(card, "Nothing was changed");
	assert_why(card, "Field cacheTtl: not.integer");
	assert_why(card, "The tenant said: cacheTtl: no (invalid.value)");
	assert_why(card, "Request: PUT /api/v2/dataactions/da-1");
	assert_todo(card, "Correct the field");
	assert_string_equal(card.why[card.why_len - 1], "Correlation id: corr-7");
}

static void a_401_at_the_token_is_about_credentials(void **state)
{
	struct failure f = answered("POST", 401, "{\"error\":\"invalid_client\"}");
	struct card card;

	(void)state;
	f.at_token = true;
	card = make(&f);
	assert_string_equal(card.title, "401 not authenticated (token)");
	assert_happened(card, "credentials are wrong");
	assert_todo(card, "CXONE_CLIENT_ID");
	assert_todo(card, "CXONE_CLIENT_SECRET");
	assert_todo(card, "profile PROD");
	assert_why(card, "invalid_client");
	failure_init(&f);
	f.kind = FAILURE_UNAUTHENTICATED;
	f.at_token = true;
	card = make(&f);
	assert_string_equal(card.title, "not authenticated (token)");
	assert_happened(card, "no complete credentials");
	assert_todo(card, "CXONE_CLIENT_ID");
}

static void a_401_at_a_call_is_about_the_token(void **state)
{
	struct failure f = answered("GET", 401, "{\"code\":\"credentials.expired\"}");
	struct card card = make(&f);

	(void)state;
	assert_string_equal(card.title, "401 not authenticated");
	assert_happened(card, "renewed");
	assert_why(card, "credentials.expired");
	assert_todo(card, "same tenant");
	assert_todo(card, "dacache doctor");
}

static void a_403_shows_the_granted_scope(void **state)
{
	struct failure f = answered("PUT", 403, "{\"code\":\"missing.permissions\"}");
	struct card card;

	(void)state;
	strcpy(f.scope, "dataaction:read dataaction:writer");
	card = make(&f);
	assert_why(card, "Granted scope: dataaction:read dataaction:writer");
	assert_why(card, "Missing scope: dataaction:write");
	assert_todo(card, "Grant dataaction:write");
	strcpy(f.scope, "dataaction:read dataaction:write");
	card = make(&f);
	assert_no_why(card, "Missing scope");
	assert_todo(card, "Data Action Manager");
	assert_int_equal(card.todo_len, 1);
	f.scope[0] = '\0';
	card = make(&f);
	assert_why(card, "Granted scope: not known");
	f = answered("GET", 403, "{}");
	strcpy(f.scope, "other");
	assert_todo(make(&f), "Grant dataaction:read");
}

static void a_404_tells_action_from_address(void **state)
{
	struct failure f = answered("GET", 404, "{\"code\":\"not.found\"}");

	(void)state;
	assert_happened(make(&f), "no Data Action of that id");
	strcpy(f.path, "/api/v2/dataactions?page=1");
	assert_happened(make(&f), "no such address");
	assert_todo(make(&f), "base_url of profile PROD");
	f.at_token = true;
	assert_todo(make(&f), "token_url of profile PROD");
}

static void a_conflict_shows_both_etags(void **state)
{
	static const int statuses[] = {409, 412, 428};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct failure f = answered("PUT", statuses[i], "{\"code\":\"conflict\"}");
		struct card card;
		char title[32];

		strcpy(f.if_match, "\"12\"");
		card = make(&f);
		snprintf(title, sizeof(title), "%d conflict", statuses[i]);
		assert_string_equal(card.title, title);
		assert_happened(card, "This request wrote nothing.");
		assert_why(card, "If-Match that was sent: \"12\"");
		assert_why(card, "ETag on the server: not read again yet");
		strcpy(f.server_etag, "\"13\"");
		assert_why(make(&f), "ETag on the server: \"13\"");
		assert_todo(card, "Fetch the action again");
	}
}

static void equal_etags_are_no_change_of_someone_else(void **state)
{
	struct failure f = answered("PUT", 412, "{\"code\":\"precondition.failed\"}");
	struct card card;

	(void)state;
	strcpy(f.if_match, "\"3\"");
	strcpy(f.server_etag, "\"3\"");
	card = make(&f);
	assert_null(strstr(card.happened, "Someone else"));
	assert_happened(card, "nobody changed the Data Action");
	assert_happened(card, "This request wrote nothing.");
	assert_why(card, "ETag on the server: \"3\"");
	assert_why(card, "compares If-Match with something else");
	assert_todo(card, "Ask NICE support");
	assert_todo(card, "the ETag that came with the action");
	assert_false(has_line(card.todo, card.todo_len, "Fetch the action again"));
	f.etag_is_ours = true;
	card = make(&f);
	assert_why(card, "ETag on the server: none is sent; our hash of what was read again: "
			 "\"3\"");
	assert_todo(card, "the hash of the three members as read");
	strcpy(f.server_etag, "\"4\"");
	assert_happened(make(&f), "Someone else changed");
}

static void a_429_shows_retry_after_and_quota(void **state)
{
	struct failure f = answered("GET", 429, "{\"code\":\"too.many.requests\"}");
	struct card card = make(&f);

	(void)state;
	assert_string_equal(card.title, "429 too many requests");
	assert_why(card, "Retry-After: none sent");
	assert_todo(card, "Wait a minute");
	f.retry_after_s = 300;
	f.retry_reason = RETRY_TOO_LONG;
	quota_read_header(&f.quota, "inin-ratelimit-allowed", "300");
	quota_read_header(&f.quota, "inin-ratelimit-count", "301");
	quota_read_header(&f.quota, "inin-ratelimit-reset", "41");
	card = make(&f);
	assert_why(card, "Retry-After: 300 s");
	assert_why(card, "Quota: 301 of 300 calls used");
	assert_why(card, "ends 41 s after");
	assert_why(card, "longer than max_wait of profile PROD");
	assert_todo(card, "Wait 300 s");
	assert_todo(card, "raise max_wait in profile PROD");
	f.retry_reason = RETRY_NO_ATTEMPTS;
	f.attempts = 3;
	card = make(&f);
	assert_why(card, "Attempts: 3, all that are allowed");
	assert_todo(card, "max_attempts");
}

static void a_5xx_of_a_put_leaves_the_effect_open(void **state)
{
	struct failure f = answered("PUT", 503, "<html><title>Down</title></html>");
	struct card card = make(&f);

	(void)state;
	assert_string_equal(card.title, "503 server error");
	assert_happened(card, "may have taken effect");
	assert_why(card, "The tenant said: Down");
	assert_todo(card, "Fetch the action again");
	assert_todo(card, "correlation id");
	f = answered("GET", 500, "");
	assert_why(make(&f), "The tenant gave no reason.");
}

static void transport_failures_name_the_host(void **state)
{
	static const enum transport kinds[] = {TRANSPORT_NAME,    TRANSPORT_REFUSED,
					       TRANSPORT_TLS,     TRANSPORT_CONNECT_TIMEOUT,
					       TRANSPORT_TIMEOUT, TRANSPORT_RESET};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct failure f = unanswered("GET", kinds[i], "the library's words");
		struct card card = make(&f);

		assert_happened(card, "api.example.net:8443");
		assert_null(strstr(card.happened, "user@"));
		assert_why(card, "Base URL: https://api.example.net:8443/cx");
		assert_why(card, "Reported: the library's words");
		assert_why(card, "Correlation id: none, for there was no answer");
		card_make(&f, NULL, NULL, &card);
		assert_happened(card, "the tenant's host");
		f.at_token = true;
		assert_happened(make(&f), "token_url's host");
	}
}

static void a_tls_card_uses_its_evidence(void **state)
{
	static const struct {
		const char *words;
		const char *happened;
		const char *todo;
	} cases[] = {
		{"SSL certificate problem: self-signed certificate", "is self-signed",
		 "put it as NAME.crt"},
		{"SSL certificate problem: self-signed certificate in certificate chain",
		 "signed by someone whom", "issuer's certificate (the CA)"},
		{"SSL certificate problem: unable to get local issuer certificate",
		 "signed by someone whom", "issuer's certificate (the CA)"},
		{"SSL: no alternative certificate subject name matches target host name 'a.b'",
		 "is for another host", "as the certificate names it"},
		{"SSL certificate problem: certificate has expired", "has expired",
		 "must renew its certificate"},
		{"SSL certificate problem: certificate is not yet valid", "not valid yet",
		 "Check this machine's clock"},
		{"error:0A00010B:SSL routines::wrong version number", "does not speak TLS",
		 "Plain http:// is taken on this machine alone"},
		{"error:0A00042E:SSL routines::tlsv1 alert protocol version", "TLS 1.2 or later",
		 "allow TLS 1.2"},
		{"something new", "No secure connection", "for the host named in base_url"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct failure f = unanswered("GET", TRANSPORT_TLS, cases[i].words);

		assert_happened(make(&f), cases[i].happened);
		assert_todo(make(&f), cases[i].todo);
		assert_why(make(&f), cases[i].words);
	}
}

static void a_refused_webhook_address_names_webhook_allow(void **state)
{
	struct failure f = unanswered("POST", TRANSPORT_FORBIDDEN_URL, "http:// is not allowed");
	struct card card = make(&f);

	(void)state;
	assert_happened(card, "The profile does not allow a webhook to that address.");
	assert_null(strstr(card.happened, "this machine alone"));
	assert_todo(card, "webhook_allow of profile PROD");
	assert_todo(card, "directive's source to https://");
	f = unanswered("POST", TRANSPORT_TLS, "SSL routines::wrong version number");
	assert_todo(make(&f), "name its host in webhook_allow of profile PROD");
}

static void a_lost_put_says_that_nobody_knows(void **state)
{
	struct failure f = unanswered("PUT", TRANSPORT_TIMEOUT, NULL);
	struct card card = make(&f);

	(void)state;
	assert_happened(card, "may have taken effect");
	assert_non_null(strstr(card.todo[0], "Fetch the action again"));
	f = unanswered("PUT", TRANSPORT_REFUSED, NULL);
	assert_happened(make(&f), "Nothing was changed");
	f = unanswered("GET", TRANSPORT_TIMEOUT, NULL);
	assert_null(strstr(make(&f).happened, "taken effect"));
}

static void webhooks_do_not_blame_the_tenant(void **state)
{
	struct failure f = answered("POST", 404, "");
	struct card card = make(&f);

	(void)state;
	assert_todo(card, "the directive's source");
	assert_no_why(card, "Base URL");
	assert_why(card, "The webhook's receiver gave no reason.");
	f = unanswered("POST", TRANSPORT_NAME, NULL);
	assert_happened(make(&f), "the host of the directive's source");
}

/* Every kind by every way to come to it, also with all texts full. */
static void every_card_is_whole(void **state)
{
	static const char *const methods[] = {"GET", "PUT", "POST"};
	static struct failure f;

	(void)state;
	for (int i = 0; i < FAILURE_LOCAL * 12; i++) {
		struct card card;

		failure_init(&f);
		f.kind = (enum failure_kind)(i / 12 + 1);
		f.status = f.kind < FAILURE_TLS ? 400 : 0;
		strcpy(f.method, methods[i % 3]);
		f.at_token = i % 12 >= 6;
		if (i % 6 >= 3) {
			memset(f.message, 'm', sizeof(f.message) - 1);
			memset(f.path, 'p', sizeof(f.path) - 1);
			memset(f.scope, 's', sizeof(f.scope) - 1);
			memset(f.if_match, 'i', sizeof(f.if_match) - 1);
			memset(f.correlation_id, 'c', sizeof(f.correlation_id) - 1);
			f.details_len = FAILURE_DETAILS_MAX;
		}
		card_make(&f, "PROD", base_url, &card);
		assert_string_not_equal(card.title, "");
		assert_string_not_equal(card.happened, "");
		assert_true(card.todo_len >= 1);
		assert_true(card.why_len >= 1 && card.why_len <= CARD_LINES_MAX);
		assert_non_null(strstr(card.why[card.why_len - 1], "Correlation id: "));
		for (size_t n = 0; n < card.todo_len; n++)
			assert_non_null(strchr(".", card.todo[n][strlen(card.todo[n]) - 1]));
	}
}

/* ---- true causes ---- */

static bool tells(const struct card *card, const char *part)
{
	if (strstr(card->happened, part) != NULL)
		return true;
	for (size_t i = 0; i < card->todo_len; i++)
		if (strstr(card->todo[i], part) != NULL)
			return true;
	for (size_t i = 0; i < card->why_len; i++)
		if (strstr(card->why[i], part) != NULL)
			return true;
	return false;
}

static void a_read_has_no_members_and_no_change(void **state)
{
	struct failure f = answered("GET", 400, "{\"code\":\"bad.request\"}");
	struct card card = make(&f);

	(void)state;
	assert_false(tells(&card, "cacheKey"));
	assert_true(tells(&card, "this only reads"));
	f = answered("GET", 409, "{\"code\":\"conflict\"}");
	card = make(&f);
	assert_false(tells(&card, "Someone else"));
	assert_false(tells(&card, "If-Match"));
	f = answered("POST", 409, "{}");
	card = make(&f);
	assert_true(tells(&card, "The webhook's receiver refused the event"));
}

static void a_refused_put_changed_nothing(void **state)
{
	static const int statuses[] = {301, 400, 404, 405, 422, 451};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct failure f = answered("PUT", statuses[i], "{}");
		struct card card = make(&f);

		if (!tells(&card, "Nothing was changed."))
			fail_msg("%d: %s", statuses[i], card.happened);
	}
}

static void no_way_to_the_host_is_no_refusal(void **state)
{
	struct failure f;
	struct card card;

	(void)state;
	failure_init(&f);
	failure_from_transport(&f, TRANSPORT_REFUSED,
			       "Network is unreachable: Failed to connect to x");
	card = make(&f);
	assert_string_equal(card.title, "host not reachable");
	assert_true(tells(&card, "VPN"));
	assert_false(tells(&card, "refused"));
	failure_from_transport(&f, TRANSPORT_REFUSED, "Failed to connect to x");
	card = make(&f);
	assert_string_equal(card.title, "connection refused");
}

static void a_proxy_is_named_where_it_stands_in_the_way(void **state)
{
	struct failure f;
	struct card card;

	(void)state;
	failure_init(&f);
	failure_from_transport(&f, TRANSPORT_NAME, "Could not resolve proxy: gate.example");
	card = make(&f);
	assert_true(tells(&card, "The name of the proxy on the way was not found."));
	assert_true(tells(&card, "https_proxy"));
	failure_from_transport(&f, TRANSPORT_REFUSED, "CONNECT tunnel failed, response 407");
	card = make(&f);
	assert_true(tells(&card, "The proxy on the way did not let us through"));
}

static void a_long_wait_is_told_with_its_day(void **state)
{
	struct failure f = answered("GET", 429, "{}");
	struct card card;

	(void)state;
	f.retry_after_s = 3 * 86400;
	attempts_add(&f.timeline, &(struct call_attempt){1769868129000000, 1, 0, 0, 3 * 86400, -1,
							 429, TRANSPORT_ANSWERED});
	card = make(&f);
	assert_true(tells(&card, "Wait 259200 s (3d), until 2026-02-03 14:02:09Z"));
}

static void the_short_form_is_a_few_safe_lines(void **state)
{
	struct failure f =
		answered("PUT", 409, "{\"code\":\"conflict\",\"message\":\"\\u001b[2J\"}");
	struct card card;
	struct buf out;

	(void)state;
	strcpy(f.if_match, "\"12\"");
	strcpy(f.server_etag, "\"13\"");
	card = make(&f);
	buf_init(&out, 10000);
	assert_int_equal(card_short(&card, &out), ERR_OK);
	assert_string_equal(
		buf_str(&out),
		"409 conflict: Someone else changed the Data Action after it was read here. This "
		"request wrote nothing.\n"
		"  why: If-Match that was sent: \"12\"; ETag on the server: \"13\"; The tenant "
		"said: "
		"\\x1b[2J (conflict)\n"
		"  do: It was read again already: compare both states, member by member, and "
		"decide what is to stand.\n"
		"  Correlation id: corr-7\n");
	buf_free(&out);
	buf_init(&out, 10);
	assert_int_equal(card_short(&card, &out), ERR_LIMIT);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_request_names_the_fields),
		cmocka_unit_test(a_401_at_the_token_is_about_credentials),
		cmocka_unit_test(a_401_at_a_call_is_about_the_token),
		cmocka_unit_test(a_403_shows_the_granted_scope),
		cmocka_unit_test(a_404_tells_action_from_address),
		cmocka_unit_test(a_conflict_shows_both_etags),
		cmocka_unit_test(equal_etags_are_no_change_of_someone_else),
		cmocka_unit_test(a_tls_card_uses_its_evidence),
		cmocka_unit_test(a_refused_webhook_address_names_webhook_allow),
		cmocka_unit_test(a_429_shows_retry_after_and_quota),
		cmocka_unit_test(a_5xx_of_a_put_leaves_the_effect_open),
		cmocka_unit_test(transport_failures_name_the_host),
		cmocka_unit_test(a_lost_put_says_that_nobody_knows),
		cmocka_unit_test(webhooks_do_not_blame_the_tenant),
		cmocka_unit_test(every_card_is_whole),
		cmocka_unit_test(a_read_has_no_members_and_no_change),
		cmocka_unit_test(a_refused_put_changed_nothing),
		cmocka_unit_test(no_way_to_the_host_is_no_refusal),
		cmocka_unit_test(a_proxy_is_named_where_it_stands_in_the_way),
		cmocka_unit_test(a_long_wait_is_told_with_its_day),
		cmocka_unit_test(the_short_form_is_a_few_safe_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
