/* A fixed-TTL cache replayed over look-ups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/ttl_model.h"

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, name, &value));
	return value;
}

static struct ttl_event *events_of(struct json_object *list, size_t *n)
{
	struct ttl_event *events;

	*n = json_object_array_length(list);
	events = calloc(*n + 1, sizeof(*events));
	assert_non_null(events);
	for (size_t i = 0; i < *n; i++) {
		struct json_object *pair = json_object_array_get_idx(list, i);
		double at_s = json_object_get_double(json_object_array_get_idx(pair, 0));
		const char *key = json_object_get_string(json_object_array_get_idx(pair, 1));

		events[i].at_us = (int64_t)(at_s * 1e6 + 0.5);
		events[i].key_hash = ttl_model_hash(key);
	}
	return events;
}

static void check_case(struct json_object *one)
{
	struct json_object *results = member(one, "results");
	size_t n;
	struct ttl_event *events = events_of(member(one, "events"), &n);

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = json_object_array_get_idx(results, i);
		int64_t ttl_s = json_object_get_int64(member(result, "ttl"));
		struct hit_count count;

		assert_int_equal(ttl_model_replay(events, n, ttl_s, &count), ERR_OK);
		assert_int_equal(count.hits, json_object_get_int64(member(result, "hits")));
		assert_int_equal(count.misses, json_object_get_int64(member(result, "misses")));
	}
	free(events);
}

static void vectors_hold(void **state)
{
	struct json_object *root = json_object_from_file(TEST_DATA_DIR "/ttl_replay.json");
	struct json_object *cases;

	(void)state;
	assert_non_null(root);
	cases = member(root, "cases");
	assert_true(json_object_array_length(cases) > 3);
	for (size_t i = 0; i < json_object_array_length(cases); i++)
		check_case(json_object_array_get_idx(cases, i));
	json_object_put(root);
}

static void assert_replay(const struct ttl_event *events, size_t n, int64_t ttl_s, uint64_t hits,
			  uint64_t misses)
{
	struct hit_count count;

	assert_int_equal(ttl_model_replay(events, n, ttl_s, &count), ERR_OK);
	assert_int_equal(count.hits, hits);
	assert_int_equal(count.misses, misses);
}

static void expiry_itself_is_a_miss(void **state)
{
	static const struct ttl_event events[] = {{0, 1}, {999999, 1}, {1000000, 1}};

	(void)state;
	assert_replay(events, 3, 1, 1, 2);
	assert_replay(events, 3, 0, 0, 3);
	assert_replay(events, 3, -1, 0, 3);
	assert_replay(events, 3, INT64_MAX, 2, 1);
	assert_replay(NULL, 0, 60, 0, 0);
}

static void many_keys_are_kept_apart(void **state)
{
	enum { KEYS = 10000 };
	static struct ttl_event events[2 * KEYS];

	(void)state;
	for (uint64_t i = 0; i < KEYS; i++) {
		events[i] = (struct ttl_event){(int64_t)i, i * UINT64_C(0x100000000)};
		events[KEYS + i] = (struct ttl_event){KEYS + (int64_t)i, events[i].key_hash};
	}
	assert_replay(events, (size_t)2 * KEYS, 60, KEYS, KEYS);
}

static void hashes_tell_keys_apart_and_add_up(void **state)
{
	uint64_t hash = ttl_model_hash_add(TTL_MODEL_HASH_START, "cust", 4);

	(void)state;
	assert_true(ttl_model_hash("a") == UINT64_C(0xaf63dc4c8601ec8c)); /* FNV-1a */
	assert_true(ttl_model_hash("k_1") != ttl_model_hash("k_2"));
	assert_true(ttl_model_hash_add(hash, "omer", 4) == ttl_model_hash("customer"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_hold),
		cmocka_unit_test(expiry_itself_is_a_miss),
		cmocka_unit_test(many_keys_are_kept_apart),
		cmocka_unit_test(hashes_tell_keys_apart_and_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
