#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/tier.h"

static void matrix_defaults_are_the_tutorials(void **state)
{
	struct tier_matrix matrix = tier_matrix_default();

	(void)state;
	assert_int_equal(matrix.ttl_s[TIER_DEFAULT], 300);
	assert_int_equal(matrix.ttl_s[TIER_HIGH_PRIORITY], 60);
	assert_int_equal(matrix.ttl_s[TIER_STATIC_REFERENCE], 3600);
}

static void names_go_both_ways(void **state)
{
	static const char *const names[] = {"default", "high_priority", "static_reference",
					    "custom"};

	(void)state;
	for (enum tier tier = 0; tier <= TIER_CUSTOM; tier++) {
		enum tier parsed = TIER_DEFAULT;

		assert_string_equal(tier_name(tier), names[tier]);
		assert_int_equal(tier_parse(names[tier], &parsed, NULL), ERR_OK);
		assert_int_equal(parsed, tier);
	}
}

static void typo_names_the_nearest_and_changes_nothing(void **state)
{
	enum tier tier = TIER_STATIC_REFERENCE;
	struct err err;

	(void)state;
	assert_int_equal(tier_parse("hihg_priority", &tier, &err), ERR_INVALID);
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.text,
			    "unknown tier \"hihg_priority\": did you mean high_priority?");
	assert_int_equal(tier_parse("defualt", &tier, &err), ERR_INVALID);
	assert_non_null(strstr(err.text, "did you mean default?"));
	assert_int_equal(tier, TIER_STATIC_REFERENCE);
}

static void word_far_from_all_names_them_all(void **state)
{
	enum tier tier = TIER_STATIC_REFERENCE;
	struct err err;

	(void)state;
	assert_int_equal(tier_parse("zzzzzzzz", &tier, &err), ERR_INVALID);
	assert_string_equal(err.text, "tier must be default, high_priority, static_reference or "
				      "custom, not \"zzzzzzzz\"");
	assert_int_equal(tier_parse("", &tier, &err), ERR_INVALID);
	assert_int_equal(tier_parse(NULL, &tier, &err), ERR_INVALID);
	assert_int_equal(tier_parse("Default", &tier, &err), ERR_INVALID);
	assert_int_equal(tier_parse(" default", &tier, &err), ERR_INVALID);
	assert_int_equal(tier, TIER_STATIC_REFERENCE);
}

static void ttl_finds_its_first_tier(void **state)
{
	struct tier_matrix matrix = tier_matrix_default();

	(void)state;
	assert_int_equal(tier_of_ttl(&matrix, 300), TIER_DEFAULT);
	assert_int_equal(tier_of_ttl(&matrix, 60), TIER_HIGH_PRIORITY);
	assert_int_equal(tier_of_ttl(&matrix, 3600), TIER_STATIC_REFERENCE);
	assert_int_equal(tier_of_ttl(&matrix, 61), TIER_CUSTOM);
	assert_int_equal(tier_of_ttl(&matrix, 0), TIER_CUSTOM);
	matrix.ttl_s[TIER_STATIC_REFERENCE] = 60;
	assert_int_equal(tier_of_ttl(&matrix, 60), TIER_HIGH_PRIORITY);
}

static void each_tier_keeps_its_range(void **state)
{
	(void)state;
	assert_int_equal(tier_ttl_max_s(TIER_DEFAULT), 86400);
	assert_int_equal(tier_ttl_max_s(TIER_HIGH_PRIORITY), 3600);
	assert_int_equal(tier_ttl_max_s(TIER_STATIC_REFERENCE), 86400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matrix_defaults_are_the_tutorials),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(typo_names_the_nearest_and_changes_nothing),
		cmocka_unit_test(word_far_from_all_names_them_all),
		cmocka_unit_test(ttl_finds_its_first_tier),
		cmocka_unit_test(each_tier_keeps_its_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
