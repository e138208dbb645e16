/* HAR 1.2. Its form is also held against a schema in tests/cli/requests.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/har.h"

/* The writer changes no text. */
static char *own(const char *text)
{
	return (char *)(uintptr_t)text;
}

static struct exchange sample(void)
{
	return (struct exchange){
		.number = 7,
		.run = 3,
		.wall_us = 1769868129123000,
		.endpoint = ENDPOINT_PUT,
		.method = "PUT",
		.url = own("https://h.example/a/b?page=2&q=a%20b%26+c&flag&=x#top"),
		.action_id = own("act-1"),
		.status = 200,
		.transport = TRANSPORT_ANSWERED,
		.attempt = 2,
		.times = {.queue = 2000000,
			  .name = 1,
			  .connect = 20,
			  .tls = 300,
			  .wait = 4000,
			  .transfer = 50000,
			  .total = 54321},
		.bytes_sent = 150,
		.bytes_received = 1020,
		.header_bytes_received = 20,
		.request_headers = own("Content-Type: application/json\nIf-Match: \"12\"\n"),
		.request_body = own("{\"a\":\"***\"}"),
		.request_body_len = 11,
		.request_size = 14,
		.response_headers = own("Content-Type: text/plain; charset=utf-8\nLocation: /x\n"),
		.response_body = own("gr\xc3\xbc\xc3\x9f"),
		.response_body_len = 6,
		.response_size = 3000,
		.flags = EXCHANGE_REQUEST_MASKED | EXCHANGE_RESPONSE_CUT,
		.http_version = "1.1",
	};
}

/* The log of these exchanges, read by json-c; the caller puts it. */
static struct json_object *log_of(const struct exchange *exchanges, size_t n)
{
	struct json_object *whole;
	struct json_object *log;
	struct har har;
	struct buf out;

	buf_init(&out, 1000000);
	assert_int_equal(har_begin(&har, &out, "1.0", "masked"), ERR_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(har_add(&har, &exchanges[i]), ERR_OK);
	assert_int_equal(har_end(&har), ERR_OK);
	whole = json_tokener_parse(buf_str(&out));
	buf_free(&out);
	assert_non_null(whole);
	log = json_object_get(json_object_object_get(whole, "log"));
	json_object_put(whole);
	return log;
}

static struct json_object *entry_of(struct json_object *log, size_t i)
{
	return json_object_array_get_idx(json_object_object_get(log, "entries"), i);
}

/* a.b.c of an object. */
static struct json_object *at(struct json_object *object, const char *path)
{
	char name[64];

	while (*path != '\0') {
		size_t len = strcspn(path, ".");

		memcpy(name, path, len);
		name[len] = '\0';
		object = json_object_object_get(object, name);
		path += len + (path[len] == '.');
	}
	return object;
}

static void is_text(struct json_object *object, const char *path, const char *wanted)
{
	assert_non_null(at(object, path));
	assert_string_equal(json_object_get_string(at(object, path)), wanted);
}

static void a_call_has_all_members(void **state)
{
	struct exchange exchange = sample();
	struct json_object *log = log_of(&exchange, 1);
	struct json_object *entry = entry_of(log, 0);

	(void)state;
	is_text(log, "version", "1.2");
	is_text(log, "creator.name", "dacache");
	is_text(log, "creator.version", "1.0");
	is_text(log, "comment", "masked");
	/* Two seconds of queue before it left at 14:02:09.123 */
	is_text(entry, "startedDateTime", "2026-01-31T14:02:07.123Z");
	is_text(entry, "request.method", "PUT");
	is_text(entry, "request.url", exchange.url);
	is_text(entry, "request.httpVersion", "HTTP/1.1");
	is_text(entry, "request.headers",
		"[ { \"name\": \"Content-Type\", \"value\": \"application\\/json\" }, "
		"{ \"name\": \"If-Match\", \"value\": \"\\\"12\\\"\" } ]");
	is_text(entry, "request.queryString",
		"[ { \"name\": \"page\", \"value\": \"2\" }, "
		"{ \"name\": \"q\", \"value\": \"a b& c\" }, "
		"{ \"name\": \"flag\", \"value\": \"\" }, "
		"{ \"name\": \"\", \"value\": \"x\" } ]");
	is_text(entry, "request.postData.mimeType", "application/json");
	is_text(entry, "request.postData.text", "{\"a\":\"***\"}");
	is_text(entry, "request.postData.comment", "secrets masked: ***");
	is_text(entry, "request.headersSize", "136");
	is_text(entry, "request.bodySize", "14");
	is_text(entry, "response.status", "200");
	is_text(entry, "response.content.size", "3000");
	is_text(entry, "response.content.compression", "2000");
	is_text(entry, "response.content.mimeType", "text/plain; charset=utf-8");
	is_text(entry, "response.content.text", "gr\xc3\xbc\xc3\x9f");
	is_text(entry, "response.content.comment", "cut: the first 6 of 3000 bytes");
	is_text(entry, "response.redirectURL", "/x");
	is_text(entry, "response.headersSize", "20");
	is_text(entry, "response.bodySize", "1000");
	is_text(entry, "cache", "{ }");
	is_text(entry, "_dacache.number", "7");
	is_text(entry, "_dacache.run", "3");
	is_text(entry, "_dacache.endpoint", "put");
	is_text(entry, "_dacache.attempt", "2");
	is_text(entry, "_dacache.actionId", "act-1");
	is_text(entry, "_dacache.requestMasked", "true");
	is_text(entry, "_dacache.responseCut", "true");
	assert_null(at(entry, "_error"));
	json_object_put(log);
}

static void the_parts_add_up(void **state)
{
	struct exchange exchange = sample();
	struct json_object *log = log_of(&exchange, 1);
	struct json_object *entry = entry_of(log, 0);

	(void)state;
	is_text(entry, "time", "2054.321");
	is_text(entry, "timings.blocked", "2000.000");
	is_text(entry, "timings.dns", "0.001");
	is_text(entry, "timings.connect", "0.320");
	is_text(entry, "timings.ssl", "0.300");
	is_text(entry, "timings.send", "0");
	is_text(entry, "timings.wait", "4.000");
	is_text(entry, "timings.receive", "50.000");
	json_object_put(log);
}

static void a_kept_connection_has_no_first_parts(void **state)
{
	struct exchange exchange = sample();
	struct json_object *log;

	(void)state;
	exchange.times = (struct exchange_times){.wait = 1500, .transfer = 500, .total = 2000};
	log = log_of(&exchange, 1);
	is_text(entry_of(log, 0), "time", "2.000");
	is_text(entry_of(log, 0), "timings.blocked", "-1");
	is_text(entry_of(log, 0), "timings.dns", "-1");
	is_text(entry_of(log, 0), "timings.connect", "-1");
	is_text(entry_of(log, 0), "timings.ssl", "-1");
	is_text(entry_of(log, 0), "startedDateTime", "2026-01-31T14:02:09.123Z");
	json_object_put(log);
}

static void a_call_without_an_answer_says_why(void **state)
{
	struct exchange exchange = {
		.method = "GET",
		.url = own("http://127.0.0.1:1"),
		.transport = TRANSPORT_REFUSED,
		.attempt = 1,
		.times = {.connect = 5, .total = 5},
		.error = "Connection \"refused\"",
	};
	struct json_object *log = log_of(&exchange, 1);
	struct json_object *entry = entry_of(log, 0);

	(void)state;
	is_text(entry, "_error", "Connection \"refused\"");
	is_text(entry, "_dacache.transport", "connection refused");
	is_text(entry, "response.status", "0");
	is_text(entry, "response.httpVersion", "");
	is_text(entry, "response.headers", "[ ]");
	is_text(entry, "response.content", "{ \"size\": 0, \"mimeType\": \"x-unknown\" }");
	is_text(entry, "response.headersSize", "-1");
	is_text(entry, "response.bodySize", "-1");
	is_text(entry, "request.headersSize", "-1");
	is_text(entry, "request.bodySize", "0");
	is_text(entry, "request.queryString", "[ ]");
	assert_null(at(entry, "request.postData"));
	json_object_put(log);
}

static void check_content(const char *body, size_t len, const char *text, const char *encoding)
{
	struct exchange exchange = sample();
	struct json_object *log;

	exchange.response_body = own(body);
	exchange.response_body_len = len;
	log = log_of(&exchange, 1);
	is_text(entry_of(log, 0), "response.content.text", text);
	if (encoding != NULL)
		is_text(entry_of(log, 0), "response.content.encoding", encoding);
	else
		assert_null(at(entry_of(log, 0), "response.content.encoding"));
	json_object_put(log);
}

static void bytes_that_are_no_text_are_in_base64(void **state)
{
	(void)state;
	check_content("\xff", 1, "/w==", "base64");
	check_content("a\xff", 2, "Yf8=", "base64");
	check_content("a\xff\xfe", 3, "Yf/+", "base64");
	check_content("a\0bc", 4, "YQBiYw==", "base64");
	check_content("a\n\x01\"", 4, "a\n\x01\"", NULL);
}

static void entries_are_told_apart(void **state)
{
	struct exchange exchanges[] = {sample(), sample(), sample()};
	struct json_object *log = log_of(exchanges, 3);

	(void)state;
	assert_int_equal(json_object_array_length(at(log, "entries")), 3);
	json_object_put(log);
	log = log_of(NULL, 0);
	assert_int_equal(json_object_array_length(at(log, "entries")), 0);
	json_object_put(log);
}

static void a_full_buffer_is_told(void **state)
{
	struct exchange exchange = sample();
	struct har har;
	struct buf out;

	(void)state;
	buf_init(&out, 300);
	assert_int_equal(har_begin(&har, &out, "1.0", NULL), ERR_OK);
	assert_int_equal(har_add(&har, &exchange), ERR_LIMIT);
	assert_int_equal(har_end(&har), ERR_LIMIT);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_has_all_members),
		cmocka_unit_test(the_parts_add_up),
		cmocka_unit_test(a_kept_connection_has_no_first_parts),
		cmocka_unit_test(a_call_without_an_answer_says_why),
		cmocka_unit_test(bytes_that_are_no_text_are_in_base64),
		cmocka_unit_test(entries_are_told_apart),
		cmocka_unit_test(a_full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
