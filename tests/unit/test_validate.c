#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/net_allow.h"
#include "dacache/domain/validate.h"

struct fixture {
	struct proposal proposal;
	struct findings findings;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	local_settings_init(&fixture->proposal.local);
	*state = fixture;
	if (cache_members_set(&fixture->proposal.members, true, "customer_{id}", 300))
		return -1;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	proposal_clear(&fixture->proposal);
	free(fixture);
	return 0;
}

static void set_key(struct fixture *fixture, bool enabled, const char *key)
{
	cache_members_set(&fixture->proposal.members, enabled, key,
			  fixture->proposal.members.ttl_s);
}

static void validate(struct fixture *fixture)
{
	validate_proposal(&fixture->proposal, NULL, NULL, &fixture->findings);
}

static const struct finding *only(struct fixture *fixture)
{
	assert_int_equal(fixture->findings.len, 1);
	return &fixture->findings.items[0];
}

static void assert_only(struct fixture *fixture, enum field field, bool is_error, const char *text)
{
	const struct finding *finding = only(fixture);

	assert_int_equal(finding->field, field);
	assert_int_equal(finding->is_error, is_error);
	assert_string_equal(finding->text, text);
	assert_int_equal(findings_errors(&fixture->findings), is_error);
}

static void assert_refusal(struct fixture *fixture, enum err_code code, const char *wanted)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	assert_int_equal(findings_refusal(&fixture->findings, &out), code);
	assert_string_equal(buf_str(&out), wanted);
	buf_free(&out);
}

static void golden_footprints_hold(void **state)
{
	struct json_object *file = json_object_from_file(TEST_DATA_DIR "/footprint.json");
	struct json_object *cases = json_object_object_get(file, "cases");
	size_t n = json_object_array_length(cases);

	(void)state;
	assert_in_range(n, 40, 1000);
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		int64_t key = json_object_get_int64(json_object_object_get(one, "key_bytes"));
		int64_t kb = json_object_get_int64(json_object_object_get(one, "payload_kb"));
		int64_t bytes = footprint_bytes((size_t)key, kb);

		assert_int_equal(bytes,
				 json_object_get_int64(json_object_object_get(one, "footprint")));
		assert_int_equal(bytes > FOOTPRINT_MAX_BYTES,
				 json_object_get_boolean(json_object_object_get(one, "refused")));
	}
	json_object_put(file);
}

static void footprint_saturates(void **state)
{
	(void)state;
	assert_true(footprint_bytes(0, INT64_MAX) == INT64_MAX);
	assert_true(footprint_bytes(SIZE_MAX, 0) == INT64_MAX);
	assert_true(footprint_bytes(0, INT64_MAX / 1024) == INT64_MAX);
	assert_true(footprint_bytes(0, INT64_MAX / 1024 - 1) == INT64_MAX);
	assert_true(footprint_bytes(0, INT64_MIN) == 0);
	assert_true(footprint_bytes(0, -1) == 0);
	assert_int_equal(footprint_bytes(0, 0), 281);
}

static void good_proposal_has_no_findings(void **state)
{
	struct fixture *fixture = *state;

	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	assert_refusal(fixture, ERR_OK, "");
}

static void key_faults_stand_under_the_key(void **state)
{
	struct fixture *fixture = *state;

	set_key(fixture, true, "_-_");
	validate(fixture);
	assert_only(fixture, FIELD_KEY, true, "cacheKey must contain alphanumeric characters");
	assert_refusal(fixture, ERR_INVALID,
		       "Validation failed: cacheKey must contain alphanumeric characters");
	set_key(fixture, true, "");
	validate(fixture);
	assert_only(fixture, FIELD_KEY, true, "cacheKey is empty");
	set_key(fixture, true, NULL);
	validate(fixture);
	assert_only(fixture, FIELD_KEY, true, "cacheKey is empty");
	set_key(fixture, true, "k_{a");
	validate(fixture);
	assert_only(fixture, FIELD_KEY, true, "cacheKey has a { that is not closed");
}

static void no_key_is_a_warning_while_caching_is_off(void **state)
{
	struct fixture *fixture = *state;

	set_key(fixture, false, NULL);
	validate(fixture);
	assert_only(fixture, FIELD_KEY, false,
		    "cacheKey is missing: the tenant may refuse the change");
	assert_refusal(fixture, ERR_OK, "");
	set_key(fixture, false, "");
	validate(fixture);
	assert_only(fixture, FIELD_KEY, true, "cacheKey is empty");
}

static void custom_ttl_is_0_to_86400(void **state)
{
	static const int64_t below[] = {-1, -2, -3, INT64_MIN};
	struct fixture *fixture = *state;

	proposal_set_tier(&fixture->proposal, TIER_CUSTOM);
	fixture->proposal.members.ttl_s = 86400;
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	fixture->proposal.members.ttl_s = 86401;
	validate(fixture);
	assert_only(fixture, FIELD_TTL, true, "TTL exceeds maximum allowed value of 86400 seconds");
	assert_int_equal(only(fixture)->kind, FINDING_TTL_OVER);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		fixture->proposal.members.ttl_s = below[i];
		validate(fixture);
		assert_only(fixture, FIELD_TTL, true, "cacheTtl must be an integer of 0-86400");
	}
}

static void ttl_0_is_a_warning_while_caching_is_on(void **state)
{
	struct fixture *fixture = *state;

	proposal_set_tier(&fixture->proposal, TIER_CUSTOM);
	fixture->proposal.members.ttl_s = 0;
	validate(fixture);
	assert_only(fixture, FIELD_TTL, false,
		    "cacheTtl 0 with caching on keeps nothing in the cache");
	proposal_set_tier(&fixture->proposal, TIER_HIGH_PRIORITY);
	proposal_set_tier_ttl(&fixture->proposal, TIER_HIGH_PRIORITY, 0);
	validate(fixture);
	assert_int_equal(only(fixture)->field, FIELD_TTL_HIGH_PRIORITY);
	assert_false(only(fixture)->is_error);
	fixture->proposal.members.enabled = false;
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
}

static void tier_ttls_keep_their_ranges(void **state)
{
	struct fixture *fixture = *state;

	proposal_set_tier_ttl(&fixture->proposal, TIER_HIGH_PRIORITY, 3600);
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	proposal_set_tier_ttl(&fixture->proposal, TIER_HIGH_PRIORITY, 3601);
	validate(fixture);
	assert_only(fixture, FIELD_TTL_HIGH_PRIORITY, true, "high_priority must be 0-3600 seconds");
	proposal_set_tier_ttl(&fixture->proposal, TIER_HIGH_PRIORITY, 60);
	proposal_set_tier_ttl(&fixture->proposal, TIER_STATIC_REFERENCE, 86401);
	validate(fixture);
	assert_only(fixture, FIELD_TTL_STATIC_REFERENCE, true,
		    "static_reference must be 0-86400 seconds");
	proposal_set_tier_ttl(&fixture->proposal, TIER_STATIC_REFERENCE, -1);
	validate(fixture);
	assert_int_equal(only(fixture)->field, FIELD_TTL_STATIC_REFERENCE);
	proposal_set_tier_ttl(&fixture->proposal, TIER_STATIC_REFERENCE, 0);
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
}

static void chosen_tiers_ttl_too_large_is_the_tutorials_error(void **state)
{
	struct fixture *fixture = *state;

	proposal_set_tier_ttl(&fixture->proposal, TIER_DEFAULT, 86400);
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	proposal_set_tier_ttl(&fixture->proposal, TIER_DEFAULT, 86401);
	validate(fixture);
	assert_only(fixture, FIELD_TTL_DEFAULT, true,
		    "TTL exceeds maximum allowed value of 86400 seconds");
	assert_int_equal(only(fixture)->kind, FINDING_TTL_OVER);
	proposal_set_tier_ttl(&fixture->proposal, TIER_DEFAULT, -1);
	validate(fixture);
	assert_only(fixture, FIELD_TTL_DEFAULT, true, "default must be 0-86400 seconds");
}

static void ttl_of_another_tier_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->proposal.members.ttl_s = 299;
	validate(fixture);
	assert_only(fixture, FIELD_TTL, true, "cacheTtl is not that of the tier default");
}

static void payload_decides_the_footprint(void **state)
{
	struct fixture *fixture = *state;

	set_key(fixture, true, "k");
	fixture->proposal.local.payload_kb = 9308;
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	fixture->proposal.local.payload_kb = 9309;
	validate(fixture);
	assert_only(fixture, FIELD_PAYLOAD_KB, true,
		    "Memory footprint 10485940 exceeds CXone limit of 10485760");
	assert_int_equal(only(fixture)->kind, FINDING_FOOTPRINT);
	fixture->proposal.local.payload_kb = 0;
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	fixture->proposal.local.payload_kb = -1;
	validate(fixture);
	assert_only(fixture, FIELD_PAYLOAD_KB, true, "payload_kb must be 0 or more");
	fixture->proposal.local.payload_kb = INT64_MAX;
	validate(fixture);
	assert_int_equal(only(fixture)->kind, FINDING_FOOTPRINT);
}

static void footprint_counts_bytes_of_the_key(void **state)
{
	struct fixture *fixture = *state;

	/* 430 two-byte letters, then one byte a step, at the very limit */
	char key[863] = "";

	for (int i = 0; i < 430; i++)
		memcpy(key + 2 * i, "\xc3\xa9", 2);
	key[860] = 'x';
	fixture->proposal.local.payload_kb = 9308;
	set_key(fixture, true, key);
	validate(fixture);
	assert_int_equal(fixture->findings.len, 0);
	key[861] = 'x';
	set_key(fixture, true, key);
	validate(fixture);
	assert_only(fixture, FIELD_PAYLOAD_KB, true,
		    "Memory footprint 10485761 exceeds CXone limit of 10485760");
}

static void directives_are_checked_row_by_row(void **state)
{
	struct fixture *fixture = *state;
	struct directive_list *list = &fixture->proposal.local.directives;

	directive_list_add(list, "https://h/x", "e", DIRECTIVE_NOOP);
	directive_list_add(list, "ftp://h", "", DIRECTIVE_REFRESH);
	validate(fixture);
	assert_int_equal(fixture->findings.len, 2);
	assert_int_equal(fixture->findings.items[0].field, FIELD_DIRECTIVE_SOURCE);
	assert_int_equal(fixture->findings.items[0].row, 1);
	assert_int_equal(fixture->findings.items[1].field, FIELD_DIRECTIVE_EVENT);
	assert_int_equal(fixture->findings.items[1].row, 1);
	assert_refusal(
		fixture, ERR_INVALID,
		"Validation failed: directive 2: source must begin with http:// or https://; "
		"directive 2: event_type is empty");
	list->items[1].action = DIRECTIVE_ACTIONS;
	validate(fixture);
	assert_int_equal(fixture->findings.items[2].field, FIELD_DIRECTIVE_ACTION);
}

/* Another action that has the key "TAKEN", and one that has "k_{other}". */
static const char *find_collision(void *context, const char *key, const char *exclude_id)
{
	*(const char **)context = exclude_id;
	return strcmp(key, "Taken_{id}") ? NULL : "Get Cases";
}

static const char *find_overlap(void *context, const char *key, const char *exclude_id,
				const char **other_key, struct buf *example)
{
	(void)context;
	(void)exclude_id;
	if (strncmp(key, "k_{", 3))
		return NULL;
	*other_key = "k_{other}";
	buf_puts(example, "k_42_x");
	return "Get Cases";
}

static void collision_is_refused_with_the_key(void **state)
{
	struct fixture *fixture = *state;
	const char *excluded = "";
	struct key_lookup keys = {
		.collision = find_collision, .overlap = find_overlap, .context = &excluded};
	char id[] = "da-1";
	struct action action = {.id = id};

	set_key(fixture, true, "Taken_{id}");
	validate_proposal(&fixture->proposal, &action, &keys, &fixture->findings);
	assert_only(fixture, FIELD_KEY, true, "Key collision detected: Taken_{id}");
	assert_int_equal(only(fixture)->kind, FINDING_COLLISION);
	assert_string_equal(excluded, "da-1");
	validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
	assert_null(excluded);
	set_key(fixture, true, "free_{id}");
	validate_proposal(&fixture->proposal, &action, &keys, &fixture->findings);
	assert_int_equal(fixture->findings.len, 0);
}

static void an_overlap_is_a_warning_with_an_example(void **state)
{
	struct fixture *fixture = *state;
	const char *excluded = "";
	struct key_lookup keys = {
		.collision = find_collision, .overlap = find_overlap, .context = &excluded};

	set_key(fixture, true, "k_{mine}");
	validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
	assert_only(fixture, FIELD_KEY, false,
		    "differs in placeholder names alone from the key of Get Cases: both can "
		    "produce \"k_42\"");
	set_key(fixture, true, "k_{mine}_x");
	validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
	assert_only(fixture, FIELD_KEY, false,
		    "overlaps with the key of Get Cases: both can produce \"k_42_x\"");
}

static void unknown_placeholders_are_warned_of_once(void **state)
{
	struct fixture *fixture = *state;
	char contact[] = "contactId";
	char *inputs[] = {contact};
	struct action action = {.inputs = inputs, .inputs_len = 1};

	set_key(fixture, true, "{contactId}_{ani}_{ani}_{contact}");
	validate_proposal(&fixture->proposal, &action, NULL, &fixture->findings);
	assert_int_equal(fixture->findings.len, 2);
	assert_int_equal(findings_errors(&fixture->findings), 0);
	assert_string_equal(fixture->findings.items[0].text,
			    "placeholder {ani} is not an input of the action's contract");
	assert_string_equal(fixture->findings.items[1].text,
			    "placeholder {contact} is not an input of the action's contract");
	action.inputs_len = 0;
	validate_proposal(&fixture->proposal, &action, NULL, &fixture->findings);
	assert_int_equal(fixture->findings.len, 0);
}

static void refusal_has_the_tutorials_order(void **state)
{
	struct fixture *fixture = *state;
	const char *excluded = "";
	struct key_lookup keys = {
		.collision = find_collision, .overlap = find_overlap, .context = &excluded};

	set_key(fixture, true, "Taken_{id}");
	proposal_set_tier_ttl(&fixture->proposal, TIER_DEFAULT, 86401);
	proposal_set_tier_ttl(&fixture->proposal, TIER_HIGH_PRIORITY, 3601);
	fixture->proposal.local.payload_kb = 10240;
	validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
	/* found in the order of the fields */
	assert_int_equal(fixture->findings.len, 4);
	assert_int_equal(fixture->findings.items[1].field, FIELD_TTL_DEFAULT);
	assert_int_equal(fixture->findings.items[3].field, FIELD_PAYLOAD_KB);
	assert_refusal(fixture, ERR_INVALID,
		       "Validation failed: Key collision detected: Taken_{id}; "
		       "Memory footprint 11534628 exceeds CXone limit of 10485760; "
		       "TTL exceeds maximum allowed value of 86400 seconds; "
		       "high_priority must be 0-3600 seconds");
}

static void percent_signs_are_text(void **state)
{
	struct fixture *fixture = *state;
	const char *excluded = "";
	struct key_lookup keys = {
		.collision = find_collision, .overlap = find_overlap, .context = &excluded};

	set_key(fixture, true, "k_{%s%n}");
	validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
	assert_non_null(strstr(only(fixture)->text, "\"k_42\""));
	directive_list_add(&fixture->proposal.local.directives, "%s%n", "e", DIRECTIVE_NOOP);
	validate(fixture);
	assert_string_equal(only(fixture)->text, "source must begin with http:// or https://");
}

static const char *always(void *context, const char *key, const char *exclude_id)
{
	(void)context;
	(void)key;
	(void)exclude_id;
	return "Other";
}

static void long_key_is_cut_between_characters(void **state)
{
	struct fixture *fixture = *state;
	struct key_lookup keys = {.collision = always};
	char key[801];

	for (int offset = 0; offset < 4; offset++) {
		memset(key, 'a', sizeof(key));
		for (int i = 0; i < 190; i++)
			memcpy(key + offset + 4 * i, "\xf0\x9f\x9a\x80", 4);
		key[800] = '\0';
		set_key(fixture, true, key);
		validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);

		const char *text = only(fixture)->text;

		assert_int_equal(strlen(text), strnlen(text, sizeof(only(fixture)->text)));
		assert_in_range(strlen(text), 310, 319);
		assert_string_equal(text + strlen(text) - 3, "\xe2\x80\xa6");
		/* a whole rocket, or the letters in front of the first, before the end */
		assert_memory_equal(text + strlen(text) - 7, "\xf0\x9f\x9a\x80", 4);
	}
}

static void sources_that_the_profile_refuses_are_warned_of(void **state)
{
	static const struct {
		const char *source;
		const char *text; /* NULL: none */
	} cases[] = {
		{"http://127.0.0.1:9999/hook",
		 "http:// is refused unless webhook_allow names 127.0.0.1"},
		{"http://hooks.example/", "http:// is refused unless webhook_allow names "
					  "hooks.example"},
		{"https://10.1.2.3/x",
		 "10.1.2.3, a private address, is refused unless webhook_allow names it"},
		{"https://2130706433/", "2130706433, a loopback address, is refused unless "
					"webhook_allow names it"},
		{"https://[::1]/x", "[::1], a loopback address, is refused unless webhook_allow "
				    "names it"},
		{"https://LOCALHOST/x", "LOCALHOST, a loopback address, is refused unless "
					"webhook_allow names it"},
		{"http://10.9.0.1/x", NULL},
		{"https://hooks.example/", NULL},
	};
	struct fixture *fixture = *state;
	struct directive_list *list = &fixture->proposal.local.directives;
	struct key_lookup keys = {.webhooks = NULL};
	struct net_allow *allow;
	struct err err;

	assert_int_equal(net_allow_parse("10.9.0.0/16", &allow, &err), ERR_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		directive_list_clear(list);
		directive_list_add(list, "https://hooks.example/", "a", DIRECTIVE_REFRESH);
		directive_list_add(list, cases[i].source, "b", DIRECTIVE_INVALIDATE);
		directive_list_add(list, cases[i].source, "c", DIRECTIVE_NOOP);
		keys.webhooks = allow;
		validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
		assert_int_equal(fixture->findings.len, cases[i].text != NULL);
		if (cases[i].text) {
			assert_string_equal(only(fixture)->text, cases[i].text);
			assert_int_equal(only(fixture)->field, FIELD_DIRECTIVE_SOURCE);
			assert_int_equal(only(fixture)->row, 1);
			assert_false(only(fixture)->is_error);
		}
		keys.webhooks = NULL;
		validate_proposal(&fixture->proposal, NULL, &keys, &fixture->findings);
		assert_int_equal(fixture->findings.len, 0);
	}
	net_allow_free(&allow);
}

static void errors_push_warnings_out_of_a_full_list(void **state)
{
	struct fixture *fixture = *state;
	char input[] = "none";
	char *inputs[] = {input};
	struct action action = {.inputs = inputs, .inputs_len = 1};

	set_key(fixture, true, "{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}");
	for (int i = 0; i < DIRECTIVES_MAX; i++)
		directive_list_add(&fixture->proposal.local.directives, "", "", DIRECTIVE_NOOP);
	validate_proposal(&fixture->proposal, &action, NULL, &fixture->findings);
	assert_int_equal(fixture->findings.len, FINDINGS_MAX);
	assert_int_equal(findings_errors(&fixture->findings), FINDINGS_MAX);
	fixture->proposal.local.payload_kb = -1;
	validate_proposal(&fixture->proposal, &action, NULL, &fixture->findings);
	assert_int_equal(fixture->findings.items[0].field, FIELD_PAYLOAD_KB);
}

static void fields_have_names(void **state)
{
	(void)state;
	assert_string_equal(field_name(FIELD_ENABLED), "cacheEnabled");
	assert_string_equal(field_name(FIELD_KEY), "cacheKey");
	assert_string_equal(field_name(FIELD_TTL), "cacheTtl");
	assert_string_equal(field_name(FIELD_TIER), "tier");
	assert_string_equal(field_name(FIELD_TTL_HIGH_PRIORITY), "ttl.high_priority");
	assert_string_equal(field_name(FIELD_NONE), "");
}

static void server_names_find_their_field(void **state)
{
	(void)state;
	assert_int_equal(field_from_server_name("cacheKey"), FIELD_KEY);
	assert_int_equal(field_from_server_name("CACHETTL"), FIELD_TTL);
	assert_int_equal(field_from_server_name("body.cacheEnabled"), FIELD_ENABLED);
	assert_int_equal(field_from_server_name("/cacheTtl"), FIELD_TTL);
	assert_int_equal(field_from_server_name("$['cacheKey']"), FIELD_KEY);
	assert_int_equal(field_from_server_name("#/body/cacheKey/"), FIELD_KEY);
	assert_int_equal(field_from_server_name("xcacheKey"), FIELD_NONE);
	assert_int_equal(field_from_server_name("cacheKeys"), FIELD_NONE);
	assert_int_equal(field_from_server_name("cacheKey.name"), FIELD_NONE);
	assert_int_equal(field_from_server_name("tier"), FIELD_NONE);
	assert_int_equal(field_from_server_name("..."), FIELD_NONE);
	assert_int_equal(field_from_server_name(""), FIELD_NONE);
	assert_int_equal(field_from_server_name(NULL), FIELD_NONE);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_footprints_hold),
		cmocka_unit_test(footprint_saturates),
		cmocka_unit_test(fields_have_names),
		cmocka_unit_test(server_names_find_their_field),
		WITH_FIXTURE(good_proposal_has_no_findings),
		WITH_FIXTURE(key_faults_stand_under_the_key),
		WITH_FIXTURE(no_key_is_a_warning_while_caching_is_off),
		WITH_FIXTURE(custom_ttl_is_0_to_86400),
		WITH_FIXTURE(ttl_0_is_a_warning_while_caching_is_on),
		WITH_FIXTURE(tier_ttls_keep_their_ranges),
		WITH_FIXTURE(chosen_tiers_ttl_too_large_is_the_tutorials_error),
		WITH_FIXTURE(ttl_of_another_tier_is_refused),
		WITH_FIXTURE(payload_decides_the_footprint),
		WITH_FIXTURE(footprint_counts_bytes_of_the_key),
		WITH_FIXTURE(directives_are_checked_row_by_row),
		WITH_FIXTURE(collision_is_refused_with_the_key),
		WITH_FIXTURE(an_overlap_is_a_warning_with_an_example),
		WITH_FIXTURE(unknown_placeholders_are_warned_of_once),
		WITH_FIXTURE(refusal_has_the_tutorials_order),
		WITH_FIXTURE(percent_signs_are_text),
		WITH_FIXTURE(long_key_is_cut_between_characters),
		WITH_FIXTURE(sources_that_the_profile_refuses_are_warned_of),
		WITH_FIXTURE(errors_push_warnings_out_of_a_full_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
