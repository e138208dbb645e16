#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/request_filter.h"

static char *own(const char *text)
{
	return (char *)(uintptr_t)text;
}

static bool matches(const char *words, const char *method, int status, const char *path,
		    const char *action)
{
	struct exchange exchange = {
		.status = status,
		.path = own(path),
		.action_id = own(action),
	};
	struct request_filter *filter = NULL;
	struct err err = {0};
	bool match;

	strcpy(exchange.method, method);
	assert_int_equal(request_filter_parse(words, &filter, &err), ERR_OK);
	match = request_filter_match(filter, &exchange, "Get Größe");
	request_filter_free(&filter);
	assert_null(filter);
	return match;
}

static void words_are_anded_over_the_path(void **state)
{
	static const char path[] = "/api/v2/DataActions/act-1?page=2";

	(void)state;
	assert_true(matches("", "GET", 200, path, "act-1"));
	assert_true(matches("  ", "GET", 200, path, "act-1"));
	assert_true(matches("dataactions page=2", "GET", 200, path, "act-1"));
	assert_false(matches("dataactions oauth", "GET", 200, path, "act-1"));
	assert_true(matches("!oauth act-1", "GET", 200, path, "act-1"));
	assert_false(matches("!act-1", "GET", 200, path, "act-1"));
	assert_true(matches("GRÖSSE", "GET", 200, path, "") == false);
	assert_true(matches("größe", "GET", 200, path, ""));
	assert_true(matches("\"get größe\"", "GET", 200, path, ""));
	assert_false(matches("path:größe", "GET", 200, path, ""));
	assert_true(matches("path:/API/", "GET", 200, path, ""));
	assert_true(matches("http://x", "GET", 200, "/?u=http://x", ""));
	assert_true(matches("\"path:\"", "GET", 200, "/path:x", ""));
}

static void a_status_is_one_or_a_range(void **state)
{
	(void)state;
	assert_true(matches("status:429", "GET", 429, "/", ""));
	assert_true(matches("status:=429", "GET", 429, "/", ""));
	assert_false(matches("status:429", "GET", 428, "/", ""));
	assert_true(matches("status:4xx", "GET", 400, "/", ""));
	assert_true(matches("status:4XX", "GET", 499, "/", ""));
	assert_false(matches("status:4xx", "GET", 500, "/", ""));
	assert_false(matches("status:4xx", "GET", 0, "/", ""));
	assert_true(matches("!status:2xx", "GET", 0, "/", ""));
	assert_true(matches("status:none", "GET", 0, "/", ""));
	assert_false(matches("status:none", "GET", 200, "/", ""));
	assert_true(matches("status:>=400", "GET", 400, "/", ""));
	assert_false(matches("status:>400", "GET", 400, "/", ""));
	assert_true(matches("status:>400", "GET", 401, "/", ""));
	assert_true(matches("status:<=304", "GET", 304, "/", ""));
	assert_false(matches("status:<304", "GET", 304, "/", ""));
	assert_true(matches("status:<304", "GET", 200, "/", ""));
	assert_false(matches("status:<304", "GET", 0, "/", ""));
	assert_true(matches("status:>=400 status:<500", "GET", 409, "/", ""));
}

static void actions_and_methods_are_found(void **state)
{
	(void)state;
	assert_true(matches("action:ACT", "GET", 200, "/x", "act-1"));
	assert_false(matches("action:act", "GET", 200, "/act", ""));
	assert_true(matches("action:größe", "GET", 200, "/x", "act-1"));
	assert_true(matches("action:none", "GET", 200, "/act", ""));
	assert_false(matches("action:none", "GET", 200, "/act", "none"));
	assert_true(matches("action:\"none\"", "GET", 200, "/act", "none"));
	assert_true(matches("method:put", "PUT", 200, "/", ""));
	assert_false(matches("method:put", "GET", 200, "/put", ""));
}

static void refused(const char *words, const char *wanted)
{
	struct request_filter *filter = NULL;
	struct err err = {0};

	assert_int_equal(request_filter_parse(words, &filter, &err), ERR_USAGE);
	assert_null(filter);
	assert_string_equal(err.text, wanted);
}

static void wrong_words_are_told(void **state)
{
	(void)state;
	refused("status:", "status:: a status is wanted, as 429, 4xx, >=400, or none (no answer)");
	refused("status:6xx",
		"status:6xx: a status is wanted, as 429, 4xx, >=400, or none (no answer)");
	refused("status:99",
		"status:99: a status is wanted, as 429, 4xx, >=400, or none (no answer)");
	refused("ok staus:200", "\"staus:\" is unknown: \"status:\"? (in quotes it is a word)");
	refused("\"open", "the quote before \"open\" has no end");
	refused("!", "\"!\" excludes a word: write it right behind");
}

static void values_become_words(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	request_filter_add(&out, "status", "4xx");
	request_filter_add(&out, "path", "a \"b\"");
	request_filter_add(&out, "action", "none");
	assert_string_equal(buf_str(&out), "status:4xx path:\"a b\" action:none");
	buf_free(&out);
}

static void nothing_matches_all(void **state)
{
	struct exchange exchange = {.status = 200};
	struct request_filter *filter = NULL;
	struct err err;

	(void)state;
	assert_true(request_filter_match(NULL, &exchange, NULL));
	assert_true(request_filter_is_empty(NULL));
	assert_int_equal(request_filter_parse("", &filter, &err), ERR_OK);
	assert_true(request_filter_is_empty(filter));
	request_filter_free(&filter);
	assert_int_equal(request_filter_parse("word", &filter, &err), ERR_OK);
	assert_false(request_filter_is_empty(filter));
	assert_false(request_filter_match(filter, &exchange, NULL));
	request_filter_free(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_anded_over_the_path),
		cmocka_unit_test(a_status_is_one_or_a_range),
		cmocka_unit_test(actions_and_methods_are_found),
		cmocka_unit_test(wrong_words_are_told),
		cmocka_unit_test(values_become_words),
		cmocka_unit_test(nothing_matches_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
