#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/proposal.h"

static struct action *action_of(const char *body)
{
	struct action *action = NULL;

	assert_int_equal(action_parse(body, strlen(body), NULL, &action, NULL), ERR_OK);
	return action;
}

static void propose(const char *body, const struct local_settings *local, struct proposal *out)
{
	struct action *action = action_of(body);

	assert_int_equal(proposal_from_action(action, local, out), ERR_OK);
	action_free(&action);
}

static void local_defaults(void **state)
{
	struct local_settings local;

	(void)state;
	local_settings_init(&local);
	assert_int_equal(local.matrix.ttl_s[TIER_DEFAULT], 300);
	assert_int_equal(local.payload_kb, 12);
	assert_int_equal(local.directives.len, 0);
}

static void local_settings_are_compared_whole(void **state)
{
	struct local_settings a;
	struct local_settings b;

	(void)state;
	local_settings_init(&a);
	directive_list_add(&a.directives, "http://h", "e", DIRECTIVE_NOOP);
	assert_int_equal(local_settings_copy(&a, &b), ERR_OK);
	assert_true(local_settings_equal(&a, &b));
	b.payload_kb = 13;
	assert_false(local_settings_equal(&a, &b));
	b.payload_kb = 12;
	b.matrix.ttl_s[TIER_STATIC_REFERENCE] = 1;
	assert_false(local_settings_equal(&a, &b));
	b.matrix = a.matrix;
	directive_list_add(&b.directives, "http://h", "e", DIRECTIVE_NOOP);
	assert_false(local_settings_equal(&a, &b));
	local_settings_clear(&a);
	local_settings_clear(&b);
	assert_int_equal(a.directives.len, 0);
	assert_true(local_settings_equal(&a, &b));
}

static void action_as_it_is(void **state)
{
	struct proposal proposal;

	(void)state;
	propose("{\"id\":\"x\",\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":3600}", NULL,
		&proposal);
	assert_true(proposal.members.enabled);
	assert_string_equal(proposal.members.key, "k");
	assert_int_equal(proposal.members.ttl_s, 3600);
	assert_int_equal(proposal.tier, TIER_STATIC_REFERENCE);
	assert_int_equal(proposal.local.payload_kb, PAYLOAD_KB_DEFAULT);
	proposal_clear(&proposal);
	propose("{\"id\":\"x\",\"cacheTtl\":120}", NULL, &proposal);
	assert_int_equal(proposal.tier, TIER_CUSTOM);
	assert_int_equal(proposal.members.ttl_s, 120);
	assert_null(proposal.members.key);
	proposal_clear(&proposal);
}

static void missing_ttl_is_the_default_tiers(void **state)
{
	struct local_settings local;
	struct proposal proposal;

	(void)state;
	local_settings_init(&local);
	local.matrix.ttl_s[TIER_DEFAULT] = 77;
	propose("{\"id\":\"x\"}", &local, &proposal);
	assert_int_equal(proposal.tier, TIER_DEFAULT);
	assert_int_equal(proposal.members.ttl_s, 77);
	proposal_clear(&proposal);
}

static void invalid_ttl_stays_invalid(void **state)
{
	struct proposal proposal;

	(void)state;
	propose("{\"id\":\"x\",\"cacheTtl\":\"60\"}", NULL, &proposal);
	assert_int_equal(proposal.tier, TIER_CUSTOM);
	assert_int_equal(proposal.members.ttl_s, CACHE_TTL_INVALID);
	proposal_clear(&proposal);
}

static void local_settings_decide_the_tier(void **state)
{
	struct local_settings local;
	struct proposal proposal;

	(void)state;
	local_settings_init(&local);
	local.matrix.ttl_s[TIER_HIGH_PRIORITY] = 120;
	directive_list_add(&local.directives, "http://h", "e", DIRECTIVE_NOOP);
	propose("{\"id\":\"x\",\"cacheTtl\":120}", &local, &proposal);
	local_settings_clear(&local);
	assert_int_equal(proposal.tier, TIER_HIGH_PRIORITY);
	assert_string_equal(proposal.local.directives.items[0].source, "http://h");
	proposal_clear(&proposal);
}

static void tier_gives_the_ttl(void **state)
{
	struct proposal proposal;

	(void)state;
	propose("{\"id\":\"x\",\"cacheTtl\":300}", NULL, &proposal);
	proposal_set_tier(&proposal, TIER_HIGH_PRIORITY);
	assert_int_equal(proposal.members.ttl_s, 60);
	proposal_set_tier(&proposal, TIER_CUSTOM);
	assert_int_equal(proposal.tier, TIER_CUSTOM);
	assert_int_equal(proposal.members.ttl_s, 60);
	proposal_set_tier_ttl(&proposal, TIER_CUSTOM, 61);
	assert_int_equal(proposal.members.ttl_s, 61);
	proposal_set_tier_ttl(&proposal, TIER_DEFAULT, 500);
	assert_int_equal(proposal.members.ttl_s, 61);
	assert_int_equal(proposal.local.matrix.ttl_s[TIER_DEFAULT], 500);
	proposal_set_tier(&proposal, TIER_DEFAULT);
	assert_int_equal(proposal.members.ttl_s, 500);
	proposal_set_tier_ttl(&proposal, TIER_DEFAULT, 501);
	assert_int_equal(proposal.members.ttl_s, 501);
	proposal_set_tier_ttl(&proposal, TIER_CUSTOM, 9);
	assert_int_equal(proposal.members.ttl_s, 501);
	proposal_clear(&proposal);
}

static void assert_equal_proposals(const struct proposal *a, const struct proposal *b)
{
	assert_true(cache_members_equal(&a->members, &b->members));
	assert_int_equal(a->tier, b->tier);
	assert_true(local_settings_equal(&a->local, &b->local));
}

static void assert_round_trip(const struct proposal *proposal)
{
	struct proposal back;
	struct proposal copy;
	struct buf json;
	struct err err;

	buf_init(&json, 1 << 16);
	assert_int_equal(proposal_to_json(proposal, &json), ERR_OK);
	if (proposal_from_json(buf_str(&json), &back, &err) != ERR_OK)
		fail_msg("%s: %s", err.text, buf_str(&json));
	assert_equal_proposals(proposal, &back);
	assert_int_equal(proposal_copy(proposal, &copy), ERR_OK);
	assert_equal_proposals(proposal, &copy);
	proposal_clear(&back);
	proposal_clear(&copy);
	buf_free(&json);
}

static void drafts_come_back_as_they_were(void **state)
{
	struct proposal proposal;

	(void)state;
	propose("{\"id\":\"x\"}", NULL, &proposal);
	assert_round_trip(&proposal);
	cache_members_set(&proposal.members, true, "\xe5\xae\xa2\"\\\n_{", CACHE_TTL_INVALID);
	proposal.tier = TIER_CUSTOM;
	assert_round_trip(&proposal);
	cache_members_set(&proposal.members, false, "", INT64_MAX);
	proposal.local.payload_kb = INT64_MIN;
	proposal_set_tier_ttl(&proposal, TIER_HIGH_PRIORITY, 99999);
	directive_list_add(&proposal.local.directives, "", "", DIRECTIVE_REFRESH);
	directive_list_add(&proposal.local.directives, "htt", "e", DIRECTIVE_NOOP);
	assert_round_trip(&proposal);
	proposal_clear(&proposal);
}

static void broken_drafts_are_refused(void **state)
{
#define M "\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":60,"
#define T                                                                                          \
	"\"tier\":\"custom\",\"ttl_matrix\":{\"default\":1,\"high_priority\":2,\"static_"          \
	"reference\":3},"
#define L "\"payload_kb\":12,\"directives\":[]"
	static const char *const bad[] = {
		"",
		"{}",
		"[]",
		"{" T L "}",
		"{" M L "}",
		"{" M T "\"payload_kb\":12}",
		"{" M T "\"directives\":[]}",
		"{" M T "\"payload_kb\":1.5,\"directives\":[]}",
		"{" M T "\"payload_kb\":12,\"directives\":[1]}",
		"{" M "\"tier\":\"defualt\",\"ttl_matrix\":{\"default\":1,\"high_priority\":2,"
		"\"static_reference\":3}," L "}",
		"{" M "\"tier\":\"default\",\"ttl_matrix\":{\"default\":1,\"high_priority\":2}," L
		"}",
		"{\"cacheEnabled\":1,\"cacheKey\":\"k\",\"cacheTtl\":60," T L "}",
		"{\"cacheEnabled\":true,\"cacheKey\":5,\"cacheTtl\":60," T L "}",
		"{\"cacheEnabled\":true,\"cacheKey\":\"a\\u0000\",\"cacheTtl\":60," T L "}",
		"{\"cacheEnabled\":true,\"cacheKey\":\"k\",\"cacheTtl\":\"60\"," T L "}",
	};
	struct proposal proposal;

	(void)state;
	assert_int_equal(proposal_from_json("{" M T L "}", &proposal, NULL), ERR_OK);
	proposal_clear(&proposal);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		if (proposal_from_json(bad[i], &proposal, &err) != ERR_PARSE)
			fail_msg("let through: %s", bad[i]);
		assert_true(err.text[0] != '\0');
		assert_null(proposal.members.key);
	}
	assert_int_equal(proposal_from_json(NULL, &proposal, NULL), ERR_PARSE);
#undef M
#undef T
#undef L
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_defaults),
		cmocka_unit_test(local_settings_are_compared_whole),
		cmocka_unit_test(action_as_it_is),
		cmocka_unit_test(missing_ttl_is_the_default_tiers),
		cmocka_unit_test(invalid_ttl_stays_invalid),
		cmocka_unit_test(local_settings_decide_the_tier),
		cmocka_unit_test(tier_gives_the_ttl),
		cmocka_unit_test(drafts_come_back_as_they_were),
		cmocka_unit_test(broken_drafts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
