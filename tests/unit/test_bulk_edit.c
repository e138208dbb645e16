/* One change of many, in words; and an action as an entry of a plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/bulk_edit.h"
#include "dacache/domain/plan.h"

static struct action *action_of(const char *json, const char *etag)
{
	struct action *action = NULL;
	struct err err = {0};

	assert_int_equal(action_parse(json, strlen(json), etag, &action, &err), ERR_OK);
	return action;
}

/* The proposal of an action with that key, after the words. */
static struct proposal changed(const char *key, const char *const *words, size_t n)
{
	struct proposal proposal = {.members = {.enabled = true, .ttl_s = 300}};
	struct bulk_edit edit;
	struct err err = {0};

	local_settings_init(&proposal.local);
	assert_int_equal(cache_members_set(&proposal.members, true, key, 300), ERR_OK);
	assert_int_equal(bulk_edit_parse(words, n, &edit, &err), ERR_OK);
	assert_int_equal(bulk_edit_apply(&edit, &proposal), ERR_OK);
	bulk_edit_clear(&edit);
	return proposal;
}

static void key_becomes(const char *key, const char *word, const char *wanted)
{
	struct proposal proposal = changed(key, &word, 1);

	assert_string_equal(proposal.members.key, wanted);
	proposal_clear(&proposal);
}

static void test_keys(void **state)
{
	(void)state;
	key_becomes("a_{b}_v1", "key=s/_v1/_v2/", "a_{b}_v2");
	key_becomes("a_a_a", "key=s/a/b/", "b_a_a");
	key_becomes("a_a_a", "key=s/a/b/g", "b_b_b");
	key_becomes("a_a", "key=s/a/aa/g", "aa_aa");
	key_becomes("a/b", "key=s#/#:#", "a:b");
	key_becomes("a_{b}", "key=s/{b}//", "a_");
	key_becomes("abc", "key=s/x/y/", "abc");
	key_becomes("a.c", "key=s/./-/", "a-c"); /* a text, no pattern */
	key_becomes("größe_{id}", "key=s/größe/size/", "size_{id}");
}

static void test_members(void **state)
{
	const char *const words[] = {"tier=static_reference", "disable", "payload_kb=20"};
	const char *const ttl[] = {"ttl=61", "enable"};
	struct proposal proposal = changed("k", words, 3);

	(void)state;
	assert_int_equal(proposal.members.ttl_s, 3600);
	assert_int_equal(proposal.tier, TIER_STATIC_REFERENCE);
	assert_false(proposal.members.enabled);
	assert_int_equal(proposal.local.payload_kb, 20);
	proposal_clear(&proposal);
	proposal = changed("k", ttl, 2);
	assert_int_equal(proposal.members.ttl_s, 61);
	assert_int_equal(proposal.tier, TIER_CUSTOM);
	assert_true(proposal.members.enabled);
	proposal_clear(&proposal);
}

static void test_wrong_words(void **state)
{
	static const char *const wrong[] = {
		"key=s/a/b", "key=s//b/", "key=a",   "key=",         "key=s",     "key=s/a/b/x",
		"ttl=",      "ttl=-1",    "ttl=1.5", "ttl=60s",      "tier=fast", "tier=custom",
		"tier",      "",          "Enable",  "payload_kb=x", "key=sxaxb",
	};
	const char *const both[] = {"enable", "disable"};
	const char *const two[] = {"tier=default", "ttl=3"};
	struct bulk_edit edit;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};

		assert_int_equal(bulk_edit_parse(&wrong[i], 1, &edit, &err), ERR_USAGE);
		assert_true(err.text[0] != '\0');
	}
	assert_int_equal(bulk_edit_parse(both, 2, &edit, NULL), ERR_USAGE);
	assert_int_equal(bulk_edit_parse(two, 2, &edit, NULL), ERR_USAGE);
	assert_int_equal(bulk_edit_parse(NULL, 0, &edit, NULL), ERR_USAGE);
}

/* What is written is read again, and changes nothing. */
static void goes_round(enum plan_format format, const char *json, const char *etag)
{
	struct action *action = action_of(json, etag);
	struct local_settings local;
	struct proposal before;
	struct proposal after;
	struct plan plan;
	struct buf text;
	struct err err = {0};

	local_settings_init(&local);
	local.payload_kb = 33;
	local.matrix.ttl_s[TIER_HIGH_PRIORITY] = 7;
	assert_int_equal(directive_list_add(&local.directives, "https://x.example/a?b=\"c\"",
					    "e\\f", DIRECTIVE_REFRESH),
			 ERR_OK);
	buf_init(&text, 1 << 20);
	assert_int_equal(plan_write_entry(format, action, &local, &text), ERR_OK);
	if (format == PLAN_LINES)
		assert_null(strchr(buf_str(&text), '\n'));
	assert_int_equal(plan_parse(buf_str(&text), text.len, &plan, &err), ERR_OK);
	assert_int_equal(plan.len, 1);
	assert_string_equal(plan.entries[0].id, action->id);
	assert_int_equal(proposal_from_action(action, &local, &before), ERR_OK);
	assert_int_equal(proposal_from_action(action, &local, &after), ERR_OK);
	assert_int_equal(plan_entry_apply(&plan.entries[0], &after), ERR_OK);
	assert_true(cache_members_equal(&before.members, &after.members));
	assert_true(local_settings_equal(&before.local, &after.local));
	if (etag)
		assert_string_equal(plan.entries[0].etag, etag);
	proposal_clear(&before);
	proposal_clear(&after);
	plan_clear(&plan);
	buf_free(&text);
	local_settings_clear(&local);
	action_free(&action);
}

static void test_round(void **state)
{
	static const char *const actions[] = {
		"{\"id\":\"a\",\"name\":\"A\",\"cacheEnabled\":true,\"cacheKey\":\"k\","
		"\"cacheTtl\":300}",
		"{\"id\":\"a\",\"cacheEnabled\":false,\"cacheKey\":null,\"cacheTtl\":7}",
		"{\"id\":\"a\",\"cacheKey\":\"\\\"\\\\\\u0007\\u202e\\ud83d\\ude00ü\",\"cacheTtl\":"
		"12}",
		"{\"id\":\"a\"}",
		"{\"id\":\"a\",\"cacheTtl\":\"60\"}",
		"{\"id\":\"a\",\"cacheTtl\":0,\"cacheKey\":\"\"}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		goes_round(PLAN_LINES, actions[i], "\"7\"");
		goes_round(PLAN_DOCUMENT, actions[i], NULL);
	}
}

static void test_schema_word(void **state)
{
	static const char text[] =
		"{\"$schema\":\"plan.schema.json\",\"actions\":[{\"id\":\"a\"}]}";
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_parse(text, sizeof(text) - 1, &plan, &err), ERR_OK);
	assert_int_equal(plan.len, 1);
	plan_clear(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),        cmocka_unit_test(test_members),
		cmocka_unit_test(test_wrong_words), cmocka_unit_test(test_round),
		cmocka_unit_test(test_schema_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
