/* What a reply's header says of the cache nearest the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/cache_header.h"

static const char *name_of(enum cache_says says)
{
	if (says == CACHE_SAYS_HIT)
		return "hit";
	return says == CACHE_SAYS_MISS ? "miss" : "none";
}

static const char *text(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	assert_true(json_object_object_get_ex(object, name, &value));
	return json_object_get_string(value);
}

static void vectors_hold(void **state)
{
	struct json_object *root = json_object_from_file(TEST_DATA_DIR "/cache_header.json");
	struct json_object *cases;

	(void)state;
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "cases", &cases));
	assert_true(json_object_array_length(cases) > 10);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);

		assert_string_equal(
			name_of(cache_header_says(text(one, "header"), text(one, "value"))),
			text(one, "says"));
	}
	json_object_put(root);
}

static void assert_says(const char *name, const char *value, const char *wanted)
{
	assert_string_equal(name_of(cache_header_says(name, value)), wanted);
}

static void names_in_any_case(void **state)
{
	(void)state;
	assert_says("x-cache", "hit", "hit");
	assert_says("CACHE-STATUS", "A; HIT", "hit");
	assert_says("Age", "hit", "none");
	assert_says("X-Cache-Lookup", "HIT", "none");
}

static void words_of_other_caches(void **state)
{
	(void)state;
	assert_says("X-Cache", "TCP_MEM_HIT from a23-1 (AkamaiGHost/11)", "hit");
	assert_says("X-Cache", "TCP_REFRESH_MISS from a23-1", "miss");
	assert_says("X-Cache", "HIT-CLUSTER", "hit");
	assert_says("X-Cache", "Miss from cloudfront", "miss");
	assert_says("X-Cache", "LambdaGeneratedResponse from hit", "none");
	assert_says("X-Cache", "__", "none");
}

static void lists_with_gaps_and_quotes(void **state)
{
	(void)state;
	assert_says("X-Cache", "MISS,HIT, ,", "hit");
	assert_says("X-Cache", ", ,", "none");
	assert_says("Cache-Status", "A;hit,\t", "hit");
	assert_says("Cache-Status", "A; fwd=miss; detail=\", B; hit\"", "miss");
	assert_says("Cache-Status", "A; detail=\"\\\"; hit\"", "none");
	assert_says("Cache-Status", "A; hit=?1", "hit");
	assert_says("Cache-Status", "A; hit=?0", "miss");
	assert_says("Cache-Status", "A; hitch; forward=1", "none");
	assert_says("Cache-Status", "A; \"unfinished", "none");
	assert_says("Cache-Status", "A; \"unfinished\\", "none");
	assert_says("Cache-Status", ";", "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_hold),
		cmocka_unit_test(names_in_any_case),
		cmocka_unit_test(words_of_other_caches),
		cmocka_unit_test(lists_with_gaps_and_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
