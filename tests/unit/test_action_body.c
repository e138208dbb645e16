#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/action.h"

static void put(const char *document, bool enabled, const char *key, int64_t ttl_s, bool fields,
		struct buf *out)
{
	struct cache_members wanted = {0};
	struct action *action;

	buf_init(out, 1 << 20);
	assert_int_equal(cache_members_set(&wanted, enabled, key, ttl_s), ERR_OK);
	assert_int_equal(action_parse(document, strlen(document), NULL, &action, NULL), ERR_OK);
	assert_int_equal(action_put_body(action, &wanted, fields, out), ERR_OK);
	action_free(&action);
	cache_members_clear(&wanted);
}

static void assert_document(const char *document, bool enabled, const char *key, int64_t ttl_s,
			    const char *wanted)
{
	struct buf body;

	put(document, enabled, key, ttl_s, false, &body);
	assert_string_equal(buf_str(&body), wanted);
	buf_free(&body);
}

static void assert_fields(const char *document, bool enabled, const char *key, int64_t ttl_s,
			  const char *wanted)
{
	struct buf body;

	put(document, enabled, key, ttl_s, true, &body);
	assert_string_equal(buf_str(&body), wanted);
	buf_free(&body);
}

static void members_nobody_knows_stay_byte_for_byte(void **state)
{
#define BEFORE                                                                                     \
	" { \"z\":123456789012345678901234567890, \"y\":18446744073709551615,\n\t\"d\":1.50, "     \
	"\"e\":1E5,\"m\":-0, \"m\":-0.0,\"u\":\"\\u00e9\xc3\xa9\\/\\ud800\\u0000\","               \
	"\"n\":{\"cacheTtl\":1,\"cacheKey\":\"}\\\"{\"}, \"id\":\"x\",\"\":[[],{}],"
#define AFTER ",\"last\":[1,{\"cacheEnabled\":false}] } \n"

	(void)state;
	assert_document(
		BEFORE "\"cacheEnabled\" : true , \"cacheKey\":\"old\",\"cacheTtl\":300" AFTER,
		false, "new_{id}", 60,
		BEFORE
		"\"cacheEnabled\" : false , \"cacheKey\":\"new_{id}\",\"cacheTtl\":60" AFTER);
#undef BEFORE
#undef AFTER
}

static void missing_members_are_added_at_the_end(void **state)
{
	(void)state;
	assert_document("{\"id\":\"x\"}", true, "k", 60,
			"{\"id\":\"x\",\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":60}");
	assert_document("{\"id\":\"x\"}\n", false, NULL, CACHE_TTL_ABSENT, "{\"id\":\"x\"}\n");
	assert_document("{\"id\":\"x\",\"cacheKey\":null}", false, NULL, 5,
			"{\"id\":\"x\",\"cacheKey\":null,\"cacheTtl\":5}");
}

static void key_taken_away_is_null(void **state)
{
	(void)state;
	assert_document("{\"id\":\"x\",\"cacheKey\":\"k\",\"cacheTtl\":5}", false, NULL, 5,
			"{\"id\":\"x\",\"cacheKey\":null,\"cacheTtl\":5}");
}

static void new_key_is_escaped(void **state)
{
	(void)state;
	assert_document("{\"id\":\"x\",\"cacheKey\":\"k\"}", false, "\"\\\n\xe5\xae\xa2",
			CACHE_TTL_ABSENT, "{\"id\":\"x\",\"cacheKey\":\"\\\"\\\\\\n\\u5ba2\"}");
}

/* What the three cannot hold goes out as it came while nobody changes it. */
static void odd_values_are_not_lost(void **state)
{
	(void)state;
	assert_document("{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":\"60\"}", true,
			"a\xe2\x90\x80"
			"b",
			CACHE_TTL_INVALID,
			"{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":\"60\","
			"\"cacheEnabled\":true}");
	assert_document("{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":60.9}", false,
			"a\xe2\x90\x80"
			"b",
			60, "{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":60}");
	assert_document("{\"id\":\"x\",\"cacheKey\":\"\\ud800\",\"cacheEnabled\":\"no\"}", false,
			"\xef\xbf\xbd", 60,
			"{\"id\":\"x\",\"cacheKey\":\"\\ud800\",\"cacheEnabled\":\"no\","
			"\"cacheTtl\":60}");
	assert_document("{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\"}", false, "ab", CACHE_TTL_ABSENT,
			"{\"id\":\"x\",\"cacheKey\":\"ab\"}");
}

static void every_double_of_a_name_is_changed(void **state)
{
	(void)state;
	assert_document("{\"cacheTtl\":1,\"id\":\"x\",\"cacheTtl\":2}", false, NULL, 60,
			"{\"cacheTtl\":60,\"id\":\"x\",\"cacheTtl\":60}");
	assert_document("{\"cacheTtl\":1,\"id\":\"x\",\"cacheTtl\":2}", false, NULL, 2,
			"{\"cacheTtl\":1,\"id\":\"x\",\"cacheTtl\":2}");
}

static void names_are_compared_with_escapes_undone(void **state)
{
	(void)state;
	assert_document("{\"cache\\u0054tl\":1,\"id\":\"x\"}", false, NULL, 60,
			"{\"cache\\u0054tl\":60,\"id\":\"x\"}");
	assert_document("{\"CACHETTL\":1,\"cacheTtl2\":2,\"id\":\"x\"}", false, NULL, 60,
			"{\"CACHETTL\":1,\"cacheTtl2\":2,\"id\":\"x\",\"cacheTtl\":60}");
}

static void fields_alone(void **state)
{
	(void)state;
	assert_fields("{\"id\":\"x\",\"other\":1,\"cacheKey\":\"k\",\"cacheTtl\":300,"
		      "\"cacheEnabled\":true}",
		      true, "k2", 300,
		      "{\"cacheEnabled\":true,\"cacheKey\":\"k2\",\"cacheTtl\":300}");
	assert_fields("{\"id\":\"x\"}", false, NULL, 60,
		      "{\"cacheEnabled\":false,\"cacheKey\":null,\"cacheTtl\":60}");
	assert_fields("{\"id\":\"x\",\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":300}", true,
		      "a\xe2\x90\x80"
		      "b",
		      60, "{\"cacheEnabled\":true,\"cacheKey\":\"a\\u0000b\",\"cacheTtl\":60}");
	assert_fields("{\"id\":\"x\",\"cacheTtl\":1,\"cacheTtl\":2}", false, "k", 2,
		      "{\"cacheEnabled\":false,\"cacheKey\":\"k\",\"cacheTtl\":2}");
}

static void body_past_the_maximum_is_an_error(void **state)
{
	static const char document[] = "{\"id\":\"x\",\"cacheTtl\":1}";
	struct cache_members wanted = {.ttl_s = 60};
	struct action *action;
	struct buf body;

	(void)state;
	assert_int_equal(action_parse(document, strlen(document), NULL, &action, NULL), ERR_OK);
	buf_init(&body, 10);
	assert_int_equal(action_put_body(action, &wanted, false, &body), ERR_LIMIT);
	buf_free(&body);
	action_free(&action);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_nobody_knows_stay_byte_for_byte),
		cmocka_unit_test(missing_members_are_added_at_the_end),
		cmocka_unit_test(key_taken_away_is_null),
		cmocka_unit_test(new_key_is_escaped),
		cmocka_unit_test(odd_values_are_not_lost),
		cmocka_unit_test(every_double_of_a_name_is_changed),
		cmocka_unit_test(names_are_compared_with_escapes_undone),
		cmocka_unit_test(fields_alone),
		cmocka_unit_test(body_past_the_maximum_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
