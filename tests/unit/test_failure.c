/* Why a call failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/failure.h"

static struct failure from_reply(int status, const char *body)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_reply(&failure, status, body, strlen(body));
	return failure;
}

static struct failure from_transport(enum transport transport, const char *text)
{
	struct failure failure;

	failure_init(&failure);
	failure_from_transport(&failure, transport, text);
	return failure;
}

static void assert_line(const struct failure *failure, const char *wanted)
{
	char line[512];

	failure_line(failure, line, sizeof(line));
	assert_string_equal(line, wanted);
}

static void a_new_failure_knows_nothing(void **state)
{
	struct failure failure;

	(void)state;
	memset(&failure, 0x55, sizeof(failure));
	failure_init(&failure);
	assert_int_equal(failure.kind, FAILURE_NONE);
	assert_int_equal(failure.retry_after_s, -1);
	assert_false(failure.quota.known);
	assert_string_equal(failure.message, "");
	assert_int_equal(failure_exit_code(&failure), 0);
	assert_int_equal(failure_err_code(&failure), ERR_OK);
}

static void the_tenants_error_object(void **state)
{
	struct failure f = from_reply(
		400, "{\"message\":\"cacheTtl must be an\\n integer\",\"code\":\"invalid.value\","
		     "\"status\":400,\"contextId\":\"c-1\",\"details\":[{\"errorCode\":"
		     "\"not.integer\",\"fieldName\":\"cacheTtl\"}],\"errors\":[]}");

	(void)state;
	assert_int_equal(f.kind, FAILURE_BAD_REQUEST);
	assert_int_equal(f.status, 400);
	assert_string_equal(f.code, "invalid.value");
	assert_string_equal(f.message, "cacheTtl must be an integer");
	assert_string_equal(f.context_id, "c-1");
	assert_int_equal(f.details_len, 1);
	assert_string_equal(f.details[0].error_code, "not.integer");
	assert_string_equal(f.details[0].field_name, "cacheTtl");
	assert_line(&f, "400 invalid.value: cacheTtl must be an integer");
	assert_int_equal(failure_exit_code(&f), 3);
}

static void problem_json(void **state)
{
	struct failure f = from_reply(
		400, "{\"type\":\"https://example.net/problems/invalid-value\",\"title\":"
		     "\"Invalid value\",\"status\":400,\"detail\":\"cacheTtl is no integer\","
		     "\"errors\":[{\"detail\":\"integer\",\"pointer\":\"#/cacheTtl\"}]}");

	(void)state;
	assert_string_equal(f.code, "invalid-value");
	assert_string_equal(f.message, "cacheTtl is no integer");
	assert_int_equal(f.details_len, 1);
	assert_string_equal(f.details[0].field_name, "cacheTtl");
	f = from_reply(503, "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\"}");
	assert_string_equal(f.code, "");
	assert_string_equal(f.message, "Service Unavailable");
}

static void oauth_errors(void **state)
{
	struct failure f = from_reply(401, "{\"error\":\"invalid_client\",\"error_description\":"
					   "\"client not found\"}");

	(void)state;
	assert_int_equal(f.kind, FAILURE_UNAUTHENTICATED);
	assert_string_equal(f.code, "invalid_client");
	assert_string_equal(f.message, "client not found");
	f = from_reply(400, "{\"error\":\"invalid_client\",\"errorDescription\":\"no\"}");
	assert_int_equal(f.kind, FAILURE_UNAUTHENTICATED);
	assert_string_equal(f.message, "no");
	f = from_reply(400, "{\"error\":\"invalid_scope\"}");
	f.at_token = true;
	assert_int_equal(f.kind, FAILURE_BAD_REQUEST);
	assert_string_equal(f.message, "invalid_scope");
	assert_int_equal(failure_exit_code(&f), 6);
	assert_int_equal(failure_err_code(&f), ERR_UNAUTHORISED);
}

static void errors_wrapped_by_gateways(void **state)
{
	struct failure f =
		from_reply(429, "{\"error\":{\"code\":\"too.many\",\"message\":\"slow down\"}}");

	(void)state;
	assert_int_equal(f.kind, FAILURE_RATE_LIMITED);
	assert_string_equal(f.code, "too.many");
	assert_string_equal(f.message, "slow down");
	f = from_reply(404, "[{\"code\":\"not.found\",\"message\":\"gone\"}]");
	assert_string_equal(f.code, "not.found");
}

static void bodies_that_are_no_json(void **state)
{
	struct failure f = from_reply(502, "<html>\n<head><title>502 Bad Gateway</title></head>");

	(void)state;
	assert_int_equal(f.kind, FAILURE_SERVER);
	assert_string_equal(f.message, "502 Bad Gateway");
	assert_string_equal(f.code, "");
	assert_line(&f, "502 server error: 502 Bad Gateway");
	f = from_reply(503, "");
	assert_string_equal(f.message, "");
	assert_line(&f, "503 server error");
	f = from_reply(500, "upstream reset\nmore");
	assert_string_equal(f.message, "upstream reset");
	f = from_reply(500, "{\"message\":\"cut of");
	assert_string_equal(f.message, "{\"message\":\"cut of");
}

static void wrong_types_do_no_harm(void **state)
{
	static const char *const bodies[] = {
		"null",
		"true",
		"[]",
		"[1,2]",
		"[[{}]]",
		"\"text\"",
		"17",
		"{}",
		"{\"message\":7,\"code\":null,\"details\":{},\"errors\":\"x\"}",
		"{\"message\":[],\"code\":{},\"details\":[1,null,\"x\",[],{}],\"error\":[]}",
		"{\"error\":{},\"details\":[{\"errorCode\":5,\"fieldName\":false}]}",
		"{\"message\":\"\\u0000hidden\"}",
		"{\"type\":5}",
		"{\"type\":\"////\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct failure f = from_reply(409, bodies[i]);

		assert_int_equal(f.kind, FAILURE_CONFLICT);
		assert_int_equal(f.status, 409);
		assert_int_equal(f.details_len, 0);
	}
}

static void long_and_deep_bodies_are_cut(void **state)
{
	const size_t size = 3 * 1024 * 1024;
	char *body = malloc(size + 1);
	struct failure f;

	(void)state;
	assert_non_null(body);
	memset(body, '[', size);
	body[size] = '\0';
	f = from_reply(500, body);
	assert_int_equal(f.kind, FAILURE_SERVER);
	f = from_reply(500, body + size - 100000);
	assert_int_equal(f.kind, FAILURE_SERVER);
	memset(body, 'a', 5000);
	memcpy(body, "{\"code\":\"", 9);
	strcpy(body + 4000, "\"}");
	f = from_reply(500, body);
	assert_int_equal(strlen(f.code), sizeof(f.code) - 1);
	free(body);
}

static void no_more_details_than_there_is_room_for(void **state)
{
	char body[2048] = "{\"details\":[";
	struct failure f;

	(void)state;
	for (int i = 0; i < 20; i++)
		strcat(body, "{\"errorCode\":\"e\",\"fieldName\":\"body/cacheKey\"},");
	strcat(body, "{}]}");
	f = from_reply(400, body);
	assert_int_equal(f.details_len, FAILURE_DETAILS_MAX);
	assert_string_equal(f.details[7].field_name, "cacheKey");
}

static void a_second_reply_replaces_the_first(void **state)
{
	struct failure f = from_reply(400, "{\"code\":\"a\",\"message\":\"b\",\"contextId\":\"c\","
					   "\"details\":[{\"fieldName\":\"x\"}]}");

	(void)state;
	strcpy(f.path, "/kept");
	failure_from_reply(&f, 500, "", 0);
	assert_int_equal(f.kind, FAILURE_SERVER);
	assert_string_equal(f.code, "");
	assert_string_equal(f.message, "");
	assert_string_equal(f.context_id, "");
	assert_int_equal(f.details_len, 0);
	assert_string_equal(f.path, "/kept");
}

static void every_status_has_its_kind_and_exit_code(void **state)
{
	static const struct {
		int status;
		enum failure_kind kind;
		int exit_code;
		enum err_code err;
	} table[] = {
		{400, FAILURE_BAD_REQUEST, 3, ERR_INVALID},
		{401, FAILURE_UNAUTHENTICATED, 6, ERR_UNAUTHORISED},
		{403, FAILURE_FORBIDDEN, 6, ERR_UNAUTHORISED},
		{404, FAILURE_NOT_FOUND, 7, ERR_NOT_FOUND},
		{409, FAILURE_CONFLICT, 4, ERR_CONFLICT},
		{412, FAILURE_CONFLICT, 4, ERR_CONFLICT},
		{428, FAILURE_CONFLICT, 4, ERR_CONFLICT},
		{413, FAILURE_TOO_LARGE, 1, ERR_LIMIT},
		{415, FAILURE_MEDIA_TYPE, 1, ERR_INVALID},
		{429, FAILURE_RATE_LIMITED, 5, ERR_RATE_LIMITED},
		{500, FAILURE_SERVER, 1, ERR_SERVER},
		{504, FAILURE_SERVER, 1, ERR_SERVER},
		{599, FAILURE_SERVER, 1, ERR_SERVER},
		{301, FAILURE_STATUS, 1, ERR_SERVER},
		{418, FAILURE_STATUS, 1, ERR_SERVER},
		{600, FAILURE_STATUS, 1, ERR_SERVER},
		{200, FAILURE_BROKEN_REPLY, 1, ERR_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct failure f = from_reply(table[i].status, "{}");

		assert_int_equal(f.kind, table[i].kind);
		assert_int_equal(failure_exit_code(&f), table[i].exit_code);
		assert_int_equal(failure_err_code(&f), table[i].err);
	}
}

static void a_400_may_be_a_conflict(void **state)
{
	static const char *const conflicts[] = {
		"{\"code\":\"version.mismatch\"}",
		"{\"code\":\"VERSION_MISMATCH\"}",
		"{\"code\":\"bad.request\",\"message\":\"Version does not match\"}",
		"{\"code\":\"bad.request\",\"message\":\"stale version 7\"}",
	};
	static const char *const others[] = {
		"{\"code\":\"bad.request\",\"message\":\"version is missing\"}",
		"{\"code\":\"type.mismatch\",\"message\":\"cacheTtl\"}",
		"{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++)
		assert_int_equal(from_reply(400, conflicts[i]).kind, FAILURE_CONFLICT);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(from_reply(400, others[i]).kind, FAILURE_BAD_REQUEST);
}

static void every_transport_has_its_kind(void **state)
{
	static const struct {
		enum transport transport;
		enum failure_kind kind;
		int exit_code;
		enum err_code err;
	} table[] = {
		{TRANSPORT_NAME, FAILURE_NAME, 8, ERR_NETWORK},
		{TRANSPORT_REFUSED, FAILURE_REFUSED, 8, ERR_NETWORK},
		{TRANSPORT_CONNECT_TIMEOUT, FAILURE_CONNECT_TIMEOUT, 8, ERR_TIMEOUT},
		{TRANSPORT_TLS, FAILURE_TLS, 8, ERR_TLS},
		{TRANSPORT_RESET, FAILURE_RESET, 8, ERR_NETWORK},
		{TRANSPORT_TRUNCATED, FAILURE_RESET, 8, ERR_NETWORK},
		{TRANSPORT_TIMEOUT, FAILURE_TIMEOUT, 8, ERR_TIMEOUT},
		{TRANSPORT_TOO_LARGE, FAILURE_REPLY_TOO_LARGE, 1, ERR_LIMIT},
		{TRANSPORT_FORBIDDEN_URL, FAILURE_FORBIDDEN_URL, 2, ERR_USAGE},
		{TRANSPORT_CANCELLED, FAILURE_CANCELLED, 1, ERR_CANCELLED},
		{TRANSPORT_INTERNAL, FAILURE_LOCAL, 1, ERR_IO},
		{TRANSPORT_ANSWERED, FAILURE_BROKEN_REPLY, 1, ERR_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct failure f = from_transport(table[i].transport, NULL);

		strcpy(f.method, "GET");
		assert_int_equal(f.kind, table[i].kind);
		assert_int_equal(f.status, 0);
		assert_int_equal(failure_exit_code(&f), table[i].exit_code);
		assert_int_equal(failure_err_code(&f), table[i].err);
		assert_string_not_equal(f.message, "");
	}
}

static void a_put_without_an_answer_is_unknown(void **state)
{
	static const enum transport lost[] = {TRANSPORT_RESET, TRANSPORT_TIMEOUT,
					      TRANSPORT_TRUNCATED, TRANSPORT_TOO_LARGE,
					      TRANSPORT_ANSWERED};
	static const enum transport surely_not[] = {
		TRANSPORT_NAME, TRANSPORT_REFUSED,   TRANSPORT_CONNECT_TIMEOUT,
		TRANSPORT_TLS,  TRANSPORT_CANCELLED, TRANSPORT_FORBIDDEN_URL};

	(void)state;
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		struct failure f = from_transport(lost[i], NULL);

		strcpy(f.method, "PUT");
		assert_true(failure_is_unknown_outcome(&f));
		assert_int_equal(failure_exit_code(&f), 9);
		assert_int_equal(failure_err_code(&f), ERR_OUTCOME_UNKNOWN);
	}
	for (size_t i = 0; i < sizeof(surely_not) / sizeof(surely_not[0]); i++) {
		struct failure f = from_transport(surely_not[i], NULL);

		strcpy(f.method, "PUT");
		assert_false(failure_is_unknown_outcome(&f));
		assert_int_not_equal(failure_exit_code(&f), 9);
	}
}

static void lines_say_what_there_is(void **state)
{
	struct failure f = from_reply(429, "{\"code\":\"too.many.requests\"}");
	char tiny[5];

	(void)state;
	f.retry_after_s = 23;
	assert_line(&f, "429 too.many.requests (retry after 23 s)");
	failure_line(&f, tiny, sizeof(tiny));
	assert_string_equal(tiny, "429");
	f = from_transport(TRANSPORT_REFUSED, "Failed to connect to 127.0.0.1 port 9");
	assert_line(&f, "connection refused: Failed to connect to 127.0.0.1 port 9");
	f = from_transport(TRANSPORT_TIMEOUT, NULL);
	assert_line(&f, "time-out");
	failure_init(&f);
	assert_line(&f, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_failure_knows_nothing),
		cmocka_unit_test(the_tenants_error_object),
		cmocka_unit_test(problem_json),
		cmocka_unit_test(oauth_errors),
		cmocka_unit_test(errors_wrapped_by_gateways),
		cmocka_unit_test(bodies_that_are_no_json),
		cmocka_unit_test(wrong_types_do_no_harm),
		cmocka_unit_test(long_and_deep_bodies_are_cut),
		cmocka_unit_test(no_more_details_than_there_is_room_for),
		cmocka_unit_test(a_second_reply_replaces_the_first),
		cmocka_unit_test(every_status_has_its_kind_and_exit_code),
		cmocka_unit_test(a_400_may_be_a_conflict),
		cmocka_unit_test(every_transport_has_its_kind),
		cmocka_unit_test(a_put_without_an_answer_is_unknown),
		cmocka_unit_test(lines_say_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
