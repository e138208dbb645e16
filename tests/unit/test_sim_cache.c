#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sim/cache.h"
#include "../../src/sim/jsonio.h"
#include "../../src/sim/zipf.h"

static const int64_t second = 1000000;

/* One TTL for all: the context points to it. */
static int64_t one_ttl(void *context, size_t slot)
{
	(void)slot;
	return *(int64_t *)context;
}

static uint64_t key_number(const char *key)
{
	uint64_t hash = 5381;

	for (; *key; key++)
		hash = hash * 33 + (unsigned char)*key;
	return hash;
}

static int replay(struct json_object *events, int64_t ttl_us)
{
	struct cache *cache;
	int hits = 0;

	assert_int_equal(cache_new(one_ttl, &ttl_us, &cache), ERR_OK);
	for (size_t i = 0; i < json_object_array_length(events); i++) {
		struct json_object *event = json_object_array_get_idx(events, i);
		double at = json_object_get_double(json_object_array_get_idx(event, 0));
		const char *key = json_object_get_string(json_object_array_get_idx(event, 1));
		hits += cache_look_up(cache, 1, key_number(key), (int64_t)(at * 1e6 + 0.5), NULL);
	}
	cache_free(&cache);
	return hits;
}

static void golden_replays(void **state)
{
	struct json_object *root = NULL;
	struct json_object *cases;
	int checked = 0;

	(void)state;
	assert_int_equal(jsonio_read_file(TEST_DATA_DIR "/ttl_replay.json", &root, NULL), ERR_OK);
	cases = json_object_object_get(root, "cases");
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *events = json_object_object_get(one, "events");
		struct json_object *results = json_object_object_get(one, "results");
		for (size_t j = 0; j < json_object_array_length(results); j++) {
			struct json_object *result = json_object_array_get_idx(results, j);
			double ttl = json_object_get_double(json_object_object_get(result, "ttl"));
			assert_int_equal(
				replay(events, (int64_t)(ttl * 1e6)),
				json_object_get_int(json_object_object_get(result, "hits")));
			checked++;
		}
	}
	assert_true(checked > 10);
	json_object_put(root);
}

static void the_present_ttl_counts(void **state)
{
	struct cache *cache;
	int64_t ttl = 100 * second;
	bool expired = true;

	(void)state;
	assert_int_equal(cache_new(one_ttl, &ttl, &cache), ERR_OK);
	assert_false(cache_look_up(cache, 1, 7, 0, NULL));
	assert_true(cache_look_up(cache, 1, 7, 50 * second, NULL));
	assert_false(cache_look_up(cache, 2, 7, 50 * second, NULL)); /* each action its own */
	ttl = 20 * second;
	assert_false(cache_look_up(cache, 1, 7, 60 * second, NULL));
	assert_true(cache_look_up(cache, 1, 7, 80 * second - 1, NULL));
	assert_false(cache_look_up(cache, 1, 7, 80 * second, &expired));
	assert_true(expired);
	assert_true(cache_look_up(cache, 1, 7, 80 * second, &expired));
	assert_false(expired);
	assert_false(cache_look_up(cache, 1, 8, 80 * second, &expired));
	assert_false(expired); /* it was never there */
	ttl = 0;
	assert_false(cache_look_up(cache, 1, 7, 81 * second, &expired));
	assert_false(expired); /* nothing expires where nothing is kept */
	cache_free(&cache);
	assert_null(cache);
}

static void what_is_over_is_dropped(void **state)
{
	struct cache *cache;
	int64_t ttl = 10;
	size_t most = 0;

	(void)state;
	assert_int_equal(cache_new(one_ttl, &ttl, &cache), ERR_OK);
	for (int64_t i = 0; i < 200000; i++) {
		assert_false(cache_look_up(cache, 1, (uint64_t)i, i, NULL));
		most = cache_count(cache) > most ? cache_count(cache) : most;
	}
	assert_true(most <= 1024);
	cache_free(&cache);
}

static void it_grows_and_forgets_the_oldest(void **state)
{
	struct cache *cache;
	int64_t ttl = INT64_MAX;
	const int64_t many = 5000000;

	(void)state;
	assert_int_equal(cache_new(one_ttl, &ttl, &cache), ERR_OK);
	for (int64_t i = 0; i < 100000; i++)
		cache_look_up(cache, 1, (uint64_t)i, i, NULL);
	for (int64_t i = 0; i < 100000; i++)
		assert_true(cache_look_up(cache, 1, (uint64_t)i, 100000, NULL));
	for (int64_t i = 100000; i < many; i++)
		cache_look_up(cache, 1, (uint64_t)i, i, NULL);
	assert_true(cache_count(cache) <= 2100000);
	assert_true(cache_look_up(cache, 1, (uint64_t)many - 1, many, NULL));
	assert_false(cache_look_up(cache, 1, 0, many, NULL));
	cache_free(&cache);
}

/* With 1/k for the k-th rank, and the same seed, the shares are near. */
static void zipf_has_its_shape(void **state)
{
	struct random random = {.state = 42};
	int count[10] = {0};
	const int draws = 200000;
	const double total = 2.928968; /* the sum of 1/k to 10 */

	(void)state;
	for (int i = 0; i < draws; i++) {
		uint64_t rank = zipf_draw(&random, 10);
		assert_true(rank < 10);
		count[rank]++;
	}
	for (int k = 0; k < 10; k++) {
		double expected = draws / (total * (k + 1));
		assert_true(count[k] > expected * 0.95 && count[k] < expected * 1.05);
	}
	assert_int_equal(zipf_draw(&random, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_replays),
		cmocka_unit_test(the_present_ttl_counts),
		cmocka_unit_test(what_is_over_is_dropped),
		cmocka_unit_test(it_grows_and_forgets_the_oldest),
		cmocka_unit_test(zipf_has_its_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
