#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/members.h"

static void parse(const char *json, struct cache_members *out)
{
	assert_int_equal(cache_members_from_json(json, out, NULL), ERR_OK);
}

static void assert_ttl(const char *ttl, int64_t wanted)
{
	struct cache_members members;
	char json[256];

	snprintf(json, sizeof(json), "{\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":%s}",
		 ttl);
	parse(json, &members);
	if (members.ttl_s != wanted)
		fail_msg("%s gave %lld", ttl, (long long)members.ttl_s);
	cache_members_clear(&members);
}

static void ttl_is_an_integer_of_0_to_86400(void **state)
{
	(void)state;
	assert_ttl("0", 0);
	assert_ttl("60", 60);
	assert_ttl("86400", 86400);
	assert_ttl("null", CACHE_TTL_ABSENT);
	assert_ttl("86401", CACHE_TTL_INVALID);
	assert_ttl("-1", CACHE_TTL_INVALID);
	assert_ttl("-2", CACHE_TTL_INVALID);
	assert_ttl("\"60\"", CACHE_TTL_INVALID);
	assert_ttl("60.9", CACHE_TTL_INVALID);
	assert_ttl("60.0", CACHE_TTL_INVALID);
	assert_ttl("6e1", CACHE_TTL_INVALID);
	assert_ttl("true", CACHE_TTL_INVALID);
	assert_ttl("false", CACHE_TTL_INVALID);
	assert_ttl("[60]", CACHE_TTL_INVALID);
	assert_ttl("{}", CACHE_TTL_INVALID);
	assert_ttl("\"\"", CACHE_TTL_INVALID);
	assert_ttl("9223372036854775808", CACHE_TTL_INVALID);
	assert_ttl("18446744073709551616", CACHE_TTL_INVALID);
	assert_ttl("-99999999999999999999", CACHE_TTL_INVALID);
}

static void absent_and_null_are_no_key(void **state)
{
	struct cache_members members;

	(void)state;
	parse("{}", &members);
	assert_false(members.enabled);
	assert_null(members.key);
	assert_int_equal(members.ttl_s, CACHE_TTL_ABSENT);
	parse("{\"cacheKey\":null,\"cacheEnabled\":null,\"cacheTtl\":5}", &members);
	assert_false(members.enabled);
	assert_null(members.key);
	assert_int_equal(members.ttl_s, 5);
	parse("{\"cacheKey\":5,\"cacheEnabled\":\"true\"}", &members);
	assert_false(members.enabled);
	assert_null(members.key);
	parse("{\"cacheKey\":\"\"}", &members);
	assert_string_equal(members.key, "");
	cache_members_clear(&members);
}

static void nul_in_a_key_is_seen(void **state)
{
	struct cache_members members;

	(void)state;
	parse("{\"cacheKey\":\"\\u0000nul\\u0000\"}", &members);
	assert_string_equal(members.key, "\xe2\x90\x80nul\xe2\x90\x80");
	cache_members_clear(&members);
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const bad[] = {"", "null", "[]", "1", "\"x\"", "{", "{}x", "{'a':1}"};
	struct cache_members members;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cache_members_from_json(bad[i], &members, &err) != ERR_PARSE)
			fail_msg("let through: %s", bad[i]);
	assert_int_equal(cache_members_from_json(NULL, &members, NULL), ERR_PARSE);
	assert_null(members.key);
}

static void assert_json(bool enabled, const char *key, int64_t ttl_s, const char *wanted)
{
	struct cache_members members = {0};
	struct buf json;

	buf_init(&json, 1000);
	assert_int_equal(cache_members_set(&members, enabled, key, ttl_s), ERR_OK);
	assert_int_equal(cache_members_to_json(&members, &json), ERR_OK);
	assert_string_equal(buf_str(&json), wanted);
	buf_free(&json);
	cache_members_clear(&members);
}

static void json_is_canonical(void **state)
{
	(void)state;
	assert_json(true, "\xe5\xae\xa2_{id}", 60,
		    "{\"cacheEnabled\":true,\"cacheKey\":\"\\u5ba2_{id}\",\"cacheTtl\":60}");
	assert_json(false, NULL, CACHE_TTL_ABSENT,
		    "{\"cacheEnabled\":false,\"cacheKey\":null,\"cacheTtl\":null}");
	assert_json(false, "", CACHE_TTL_INVALID,
		    "{\"cacheEnabled\":false,\"cacheKey\":\"\",\"cacheTtl\":null}");
	assert_json(true, "k", 90000,
		    "{\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":90000}");
}

static void equality_is_of_bytes(void **state)
{
	struct cache_members a = {0};
	struct cache_members b = {0};

	(void)state;
	cache_members_set(&a, true, "k", 60);
	assert_int_equal(cache_members_copy(&a, &b), ERR_OK);
	assert_ptr_not_equal(a.key, b.key);
	assert_true(cache_members_equal(&a, &b));
	cache_members_set(&b, true, "K", 60);
	assert_false(cache_members_equal(&a, &b));
	cache_members_set(&b, true, "k", 61);
	assert_false(cache_members_equal(&a, &b));
	cache_members_set(&b, false, "k", 60);
	assert_false(cache_members_equal(&a, &b));
	cache_members_set(&b, true, NULL, 60);
	assert_false(cache_members_equal(&a, &b));
	cache_members_set(&a, true, "", 60);
	assert_false(cache_members_equal(&a, &b));
	cache_members_set(&a, true, NULL, 60);
	assert_true(cache_members_equal(&a, &b));
}

static void set_takes_its_own_key(void **state)
{
	struct cache_members members = {0};

	(void)state;
	cache_members_set(&members, true, "key", 1);
	assert_int_equal(cache_members_set(&members, true, members.key + 1, 2), ERR_OK);
	assert_string_equal(members.key, "ey");
	cache_members_clear(&members);
	assert_null(members.key);
}

/* The three as a struct: every case whose key a C string can hold. */
static void golden_hashes_hold(void **state)
{
	struct json_object *file = json_object_from_file(TEST_DATA_DIR "/etag.json");
	struct json_object *cases = json_object_object_get(file, "cases");
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *payload = json_object_object_get(one, "payload");
		struct json_object *key = json_object_object_get(payload, "cacheKey");
		struct cache_members members;
		char hex[ETAG_HEX_SIZE];

		if (strlen(json_object_get_string(key)) != (size_t)json_object_get_string_len(key))
			continue;
		parse(json_object_to_json_string(payload), &members);
		assert_int_equal(cache_members_sha256(&members, hex), ERR_OK);
		assert_string_equal(hex,
				    json_object_get_string(json_object_object_get(one, "sha256")));
		cache_members_clear(&members);
		checked++;
	}
	assert_in_range(checked, 20, 1000);
	json_object_put(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ttl_is_an_integer_of_0_to_86400),
		cmocka_unit_test(absent_and_null_are_no_key),
		cmocka_unit_test(nul_in_a_key_is_seen),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(json_is_canonical),
		cmocka_unit_test(equality_is_of_bytes),
		cmocka_unit_test(set_takes_its_own_key),
		cmocka_unit_test(golden_hashes_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
