/* plan: the three forms of a file, its strictness, and merging an entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/plan.h"

static void parse_good(const char *text, struct plan *plan)
{
	struct err err = {0};

	assert_int_equal(plan_parse(text, strlen(text), plan, &err), ERR_OK);
	assert_int_equal(plan->errors_len, 0);
}

static size_t put_error(const struct plan_error *error, char *out, size_t size)
{
	char place[48];

	snprintf(place, sizeof(place), error->column ? "%zu:%zu" : "%zu", error->line,
		 error->column);
	return (size_t)snprintf(out, size, "%s %s %s\n", place, error->id ? error->id : "-",
				error->text);
}

/* All errors as "LINE[:COLUMN] ID TEXT\n", and how many entries there are. */
static void expect_errors(const char *text, const char *wanted, size_t entries)
{
	struct plan plan;
	struct err err = {0};
	char all[4096] = "";
	size_t used = 0;

	assert_int_equal(plan_parse(text, strlen(text), &plan, &err), ERR_INVALID);
	for (size_t i = 0; i < plan.errors_len; i++)
		used += put_error(&plan.errors[i], all + used, sizeof(all) - used);
	assert_string_equal(all, wanted);
	assert_int_equal(plan.len, entries);
	assert_true(err.text[0] != '\0');
	plan_clear(&plan);
}

static void expect_two(const char *text, size_t first_line, size_t second_line)
{
	struct plan plan;

	parse_good(text, &plan);
	assert_int_equal(plan.len, 2);
	assert_string_equal(plan.entries[0].id, "a");
	assert_int_equal(plan.entries[0].line, first_line);
	assert_int_equal(plan.entries[0].ttl_s, 7);
	assert_string_equal(plan.entries[1].id, "b");
	assert_int_equal(plan.entries[1].line, second_line);
	plan_clear(&plan);
}

static void three_forms(void **state)
{
	(void)state;
	expect_two("[{\"id\":\"a\",\"cacheTtl\":7},\n\n {\"id\":\"b\"}]\n", 1, 3);
	expect_two("\n{\"actions\": [\n{\"id\":\"a\",\"cacheTtl\":7},\n{\"id\":\"b\"}\n]\n}", 3, 4);
	expect_two("{\"id\":\"a\",\"cacheTtl\":7}\r\n\n  {\"id\":\"b\"}", 1, 3);
}

static void one_object_over_many_lines(void **state)
{
	struct plan plan;

	(void)state;
	parse_good("\n{\n\"id\":\"a\"\n}\n", &plan);
	assert_int_equal(plan.len, 1);
	assert_int_equal(plan.entries[0].line, 2);
	plan_clear(&plan);
	parse_good("[]", &plan);
	assert_int_equal(plan.len, 0);
	plan_clear(&plan);
}

static void every_member(void **state)
{
	const char *text =
		"[{\"id\":\"a\",\"name\":\"N\",\"cacheKey\":\"k_{x}\",\"cacheEnabled\":false,"
		"\"tier\":\"high_priority\",\"ttlMatrix\":{\"default\":1,\"high_priority\":2,"
		"\"static_reference\":3},\"payloadKb\":24,\"directives\":[{\"source\":"
		"\"https://x/"
		"\",\"event_type\":\"e\",\"action\":\"noop\"}],\"etag\":\"\\\"9\\\"\"}]";
	struct plan plan;
	const struct plan_entry *entry;

	(void)state;
	parse_good(text, &plan);
	entry = &plan.entries[0];
	assert_string_equal(entry->name, "N");
	assert_true(entry->has_key);
	assert_string_equal(entry->key, "k_{x}");
	assert_true(entry->has_enabled);
	assert_false(entry->enabled);
	assert_true(entry->has_tier);
	assert_int_equal(entry->tier, TIER_HIGH_PRIORITY);
	assert_false(entry->has_ttl);
	assert_true(entry->has_tier_ttl[TIER_STATIC_REFERENCE]);
	assert_int_equal(entry->tier_ttl_s[TIER_STATIC_REFERENCE], 3);
	assert_true(entry->has_payload_kb);
	assert_int_equal(entry->payload_kb, 24);
	assert_true(entry->has_directives);
	assert_int_equal(entry->directives.len, 1);
	assert_string_equal(entry->etag, "\"9\"");
	plan_clear(&plan);
}

static void mistyped_values(void **state)
{
	(void)state;
	expect_errors("[{\"id\":\"a\",\"cacheTtl\":\"60\"},\n{\"id\":\"b\",\"cacheTtl\":60.9},\n"
		      "{\"id\":\"c\",\"cacheTtl\":true},\n{\"id\":\"d\",\"cacheTtl\":null},\n"
		      "{\"id\":\"e\",\"cacheTtl\":99999999999999999999},\n{\"id\":\"f\"}]",
		      "1 a cacheTtl must be an integer, without quotes\n"
		      "2 b cacheTtl must be an integer\n"
		      "3 c cacheTtl must be an integer\n"
		      "4 d cacheTtl must be an integer, not null (left out, it stays as it is)\n"
		      "5 e cacheTtl is far too large\n",
		      6);
	expect_errors("{\"id\":\"a\",\"cacheEnabled\":1,\n\"cacheKey\":2,\n\"tier\":3,\n"
		      "\"ttlMatrix\":[],\n\"payloadKb\":\"4\",\n\"directives\":{},\n\"etag\":\"\"}",
		      "1 a cacheEnabled must be true or false\n"
		      "2 a cacheKey must be a text, or null for none\n"
		      "3 a tier must be default, high_priority or static_reference\n"
		      "4 a ttlMatrix must be an object\n"
		      "5 a payloadKb must be an integer, without quotes\n"
		      "6 a directives must be a list\n"
		      "7 a etag must be a text that is not empty\n",
		      1);
}

static void unknown_members(void **state)
{
	(void)state;
	expect_errors(
		"{\"id\":\"a\",\n\"cacheTTL\":60,\n\"zzz\":1,\n"
		"\"ttlMatrix\":{\"high_prority\":30},\n\"directives\":[{\"source\":"
		"\"https://x/\",\"event_type\":\"e\",\"action\":\"noop\",\"url\":1}]}",
		"2 a unknown member 'cacheTTL'; did you mean 'cacheTtl'?\n"
		"3 a unknown member 'zzz'\n"
		"4 a ttlMatrix: unknown member 'high_prority'; did you mean 'high_priority'?\n"
		"5 a directive 1: unknown member 'url'; there are source, event_type, "
		"action\n",
		1);
	expect_errors("{\"actions\":[],\n\"more\":1}", "2 - beside actions nothing is known here\n",
		      0);
}

static void unknown_words(void **state)
{
	(void)state;
	expect_errors("[{\"id\":\"a\",\"tier\":\"high_prority\"},\n"
		      "{\"id\":\"b\",\"tier\":\"custom\"},\n{\"id\":\"c\",\"directives\":[{"
		      "\"source\":\"https://x/\",\"event_type\":\"e\",\"action\":\"refrsh\"}]}]",
		      "1 a unknown tier 'high_prority'; did you mean 'high_priority'?\n"
		      "2 b tier custom: give cacheTtl instead\n"
		      "3 c directive 1: unknown action \"refrsh\": did you mean refresh?\n",
		      3);
}

static void contradictions(void **state)
{
	(void)state;
	expect_errors("[{\"id\":\"a\",\"tier\":\"default\",\"cacheTtl\":60},\n"
		      "{\"id\":\"b\",\"cacheTtl\":1,\"cacheTtl\":2},\n{\"id\":\"c\"},\n"
		      "{\"id\":\"c\"},\n{\"name\":\"d\"},\n{\"id\":\"\"}]",
		      "1 a tier and cacheTtl exclude each other\n"
		      "2 b cacheTtl is given twice\n"
		      "4 c the action is in line 3 already\n"
		      "5 - id is missing\n"
		      "6 - id must be a text that is not empty\n",
		      3);
}

static void wants_json(void **state)
{
	(void)state;
	expect_errors("7",
		      "1:1 - not JSON: a list of entries, {\"actions\":[...]}, or entries one "
		      "after another are wanted\n",
		      0);
	expect_errors("[] x", "1:4 - not JSON: text behind the end of the list\n", 0);
	expect_errors("{\"actions\":[]}\n{}",
		      "2:1 - not JSON: text behind the end of the document\n", 0);
	expect_errors("[null,\n3]",
		      "1 - an entry must be an object\n2 - an entry must be an object\n", 0);
	expect_errors("{\"actions\":{}}", "1 - actions must be a list\n", 0);
	expect_errors("\xff\xfe{", "1:1 - not JSON: it is UTF-16: save it as UTF-8\n", 0);
}

/* One error, where it is: what stands behind it would be misread. */
static void broken_documents(void **state)
{
	(void)state;
	expect_errors("[{\"id\":\"a\"}\n{\"id\":\"b\"}]",
		      "1:12 - not JSON: a comma or a closing bracket is missing\n", 0);
	expect_errors("[{\"id\":\"a\"},\n\n", "1:13 - not JSON: it ends too early\n", 0);
	expect_errors("{\"actions\": [\n  {\n    \"id\": \"ä\",\n    \"payloadKb\": 12\n    "
		      "\"directives\": []\n  },\n  {\n    \"id\": 7\n  }\n]}\n",
		      "4:20 - not JSON: a comma is missing\n", 0);
	expect_errors("{\"actions\": [\n{\"id\": \"a\",,\n\"tier\": \"x\"}]}",
		      "2:11 - not JSON: a comma too many\n", 0);
	expect_errors("[{\"id\": \"a\",}]", "1:12 - not JSON: a comma too many\n", 0);
	expect_errors("[{\"id\" \"a\"}]", "1:7 - not JSON: a comma is missing\n", 0);
	expect_errors("[{\"cacheTtl\" 1}]", "1:13 - not JSON: a colon is missing\n", 0);
	expect_errors("[{\"cacheTtl\":}]", "1:14 - not JSON: a value is missing\n", 0);
	expect_errors("[{id:1}]", "1:3 - not JSON: the name of a member stands in double quotes\n",
		      0);
	expect_errors("[{'id':1}]",
		      "1:3 - not JSON: texts stand in double quotes, not in single ones\n", 0);
	expect_errors("[{\"id\":yes}]",
		      "1:8 - not JSON: true, false or null are expected; other texts stand in "
		      "double quotes\n",
		      0);
	expect_errors("[{\"id\":\"a\"]]",
		      "1:11 - not JSON: a closing bracket of the other kind is expected\n", 0);
	expect_errors("[\n// one\n]", "2:1 - not JSON: JSON has no comments\n", 0);
	expect_errors("[01]", "1:4 - not JSON: nothing of it may stand here\n", 0);
	expect_errors("[{\"id\":\"a\nb\"}]",
		      "1:8 - not JSON: a text that does not end, or holds what JSON does not let "
		      "it: a line break, a control character, a wrong escape, bytes that are not "
		      "UTF-8\n",
		      0);
	expect_errors("{\"id\":\"a\"},\n{\"id\":\"b\"}",
		      "1:11 - not JSON: entries one after another have no commas between them; "
		      "a list of them stands in [ ]\n",
		      0);
}

/* One that is broken ends with itself, where entries follow one another. */
static void broken_entries(void **state)
{
	(void)state;
	expect_errors(
		"{\"id\":\"a\"}\n{\"id\":\"b\"\nnope\n{\"id\":\"c\"}",
		"2:10 - not JSON: a comma or a colon is missing\n3 - an entry must be an object\n",
		2);
	expect_errors("{\"id\":\"a\"}\n{\"id\":\"b\"\n{\"id\":\"c\"}",
		      "2:10 - not JSON: a comma or a closing bracket is missing\n", 2);
	expect_errors("{\"id\":\"a\"}\n{\"id\":", "2:7 - not JSON: it ends too early\n", 1);
	expect_errors("{\n  \"id\": \"a\"\n  \"cacheTtl\": 7,\n  \"directives\": [\n    {\n    }\n"
		      "  ]\n}\n{\n  \"id\": \"b\"\n}\n",
		      "2:12 - not JSON: a comma is missing\n", 1);
}

static void no_entries(void **state)
{
	static const char *const texts[] = {"", " \n\n", "\xef\xbb\xbf\r\n", "{\"actions\":[]}"};
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		parse_good(texts[i], &plan);
		assert_int_equal(plan.len, 0);
		plan_clear(&plan);
	}
}

/* As jq lays out what it is given one after another, and as Windows' editors save. */
static void one_after_another(void **state)
{
	(void)state;
	expect_two("{\n  \"id\": \"a\",\n  \"cacheTtl\": 7\n}\n{\n  \"id\": \"b\"\n}\n", 1, 5);
	expect_two("{\"id\":\"a\",\"cacheTtl\":7} {\"id\":\"b\"}", 1, 1);
	expect_two("\xef\xbb\xbf{\"id\":\"a\",\"cacheTtl\":7}\r\n{\"id\":\"b\"}\r\n", 1, 2);
	expect_two("\xef\xbb\xbf[{\"id\":\"a\",\"cacheTtl\":7},\n{\"id\":\"b\"}]", 1, 2);
}

/* All that is wrong in an entry is told at once, and what can be read of it is kept. */
static void all_faults(void **state)
{
	struct plan plan;
	struct err err = {0};
	const char *text = "{\"id\":\"a\",\n\"cacheTtl\":60.9,\n\"payloadKb\":-1}";

	(void)state;
	expect_errors("{\"id\":\"a\",\"directives\":[{\"source\":\"ftp://x\",\"event_type\":\"\","
		      "\"action\":\"zap\"},7,{\"source\":\"https://x/\",\"x\":1}]}",
		      "1 a directive 1: action must be invalidate, refresh or noop, not \"zap\"\n"
		      "1 a directive 2: it must be an object\n"
		      "1 a directive 3: unknown member 'x'; there are source, event_type, action\n"
		      "1 a directive 3: event_type is missing\n"
		      "1 a directive 3: action is missing\n"
		      "1 a directive 1: source must begin with http:// or https://\n"
		      "1 a directive 1: event_type is empty\n",
		      1);
	/* one that belongs to no action is looked at here */
	expect_errors("{\"ttlMatrix\":{\"default\":-5,\"high_priority\":3601,\"gold\":3},"
		      "\"payloadKb\":-1,\"cacheKey\":\"\"}",
		      "1 - ttlMatrix: unknown member 'gold'\n1 - id is missing\n"
		      "1 - cacheKey is empty\n"
		      "1 - ttlMatrix.default must be 0-86400 seconds\n"
		      "1 - ttlMatrix.high_priority must be 0-3600 seconds\n"
		      "1 - payloadKb must be 0 or more\n",
		      0);
	assert_int_equal(plan_parse(text, strlen(text), &plan, &err), ERR_INVALID);
	assert_int_equal(plan.len, 1);
	assert_int_equal(plan.rejected, 0);
	assert_int_equal(plan.entries[0].errors_len, 1);
	assert_int_equal(plan.entries[0].payload_kb, -1);
	assert_int_equal(plan_entry_line(&plan.entries[0], FIELD_PAYLOAD_KB), 3);
	assert_int_equal(plan_entry_line(&plan.entries[0], FIELD_KEY), 1);
	plan_clear(&plan);
}

static void nulls(void **state)
{
	(void)state;
	expect_errors("{\"id\":\"a\",\"tier\":null,\"cacheTtl\":null,\"directives\":null,"
		      "\"cacheKey\":\"a\\u0000b\"}",
		      "1 a tier must be default, high_priority or static_reference, not null (left "
		      "out, it stays as it is)\n"
		      "1 a cacheTtl must be an integer, not null (left out, it stays as it is)\n"
		      "1 a directives must be a list, not null ([]: none; left out, they stay)\n"
		      "1 a cacheKey must not contain a NUL (\\u0000)\n",
		      1);
}

static void not_utf8(void **state)
{
	struct plan plan;
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_parse("[{\"id\":\"\xff\"}]", 12, &plan, &err), ERR_INVALID);
	assert_int_equal(plan.errors_len, 1);
	plan_clear(&plan);
	assert_int_equal(plan_parse("[{\"id\":\"a\0\"}]", 13, &plan, &err), ERR_INVALID);
	assert_int_equal(plan.len, 0);
	plan_clear(&plan);
	/* a NUL that JSON may hold, and a C string not */
	expect_errors("[{\"id\":\"a\\u0000b\"}]", "1 - id must not contain a NUL (\\u0000)\n", 0);
}

/* The proposal of an action with TTL 300 (tier default), key "old", on. */
static void start_from(struct proposal *proposal)
{
	*proposal = (struct proposal){0};
	local_settings_init(&proposal->local);
	assert_int_equal(cache_members_set(&proposal->members, true, "old", 300), ERR_OK);
}

static void apply(const char *text, struct proposal *proposal)
{
	struct plan plan;

	start_from(proposal);
	parse_good(text, &plan);
	assert_int_equal(plan_entry_apply(&plan.entries[0], proposal), ERR_OK);
	plan_clear(&plan);
}

static void merge_leaves_the_rest(void **state)
{
	struct proposal proposal;
	struct proposal before;

	(void)state;
	start_from(&before);
	apply("{\"id\":\"a\",\"name\":\"x\",\"etag\":\"\\\"1\\\"\"}", &proposal);
	assert_true(cache_members_equal(&proposal.members, &before.members));
	assert_true(local_settings_equal(&proposal.local, &before.local));
	assert_int_equal(proposal.tier, TIER_DEFAULT);
	proposal_clear(&proposal);
	proposal_clear(&before);
}

static void merge_takes_the_ttl_of_the_new_matrix(void **state)
{
	struct proposal proposal;

	(void)state;
	apply("{\"id\":\"a\",\"tier\":\"high_priority\",\"ttlMatrix\":{\"high_priority\":30}}",
	      &proposal);
	assert_int_equal(proposal.members.ttl_s, 30);
	assert_int_equal(proposal.tier, TIER_HIGH_PRIORITY);
	assert_int_equal(proposal.local.matrix.ttl_s[TIER_DEFAULT], 300);
	proposal_clear(&proposal);
	/* the tier in force moves with its matrix, without being named */
	apply("{\"id\":\"a\",\"ttlMatrix\":{\"default\":299}}", &proposal);
	assert_int_equal(proposal.members.ttl_s, 299);
	assert_int_equal(proposal.tier, TIER_DEFAULT);
	proposal_clear(&proposal);
	/* a TTL that is a tier's is that tier */
	apply("{\"id\":\"a\",\"cacheTtl\":3600}", &proposal);
	assert_int_equal(proposal.tier, TIER_STATIC_REFERENCE);
	proposal_clear(&proposal);
	apply("{\"id\":\"a\",\"cacheTtl\":-1}", &proposal);
	assert_int_equal(proposal.tier, TIER_CUSTOM);
	assert_int_equal(proposal.members.ttl_s, -1);
	proposal_clear(&proposal);
}

static void merge_takes_key_and_local(void **state)
{
	struct proposal proposal;

	(void)state;
	apply("{\"id\":\"a\",\"cacheKey\":\"new\",\"cacheEnabled\":false,\"payloadKb\":1,"
	      "\"directives\":[{\"source\":\"https://x/\",\"event_type\":\"e\",\"action\":"
	      "\"refresh\"}]}",
	      &proposal);
	assert_string_equal(proposal.members.key, "new");
	assert_false(proposal.members.enabled);
	assert_int_equal(proposal.members.ttl_s, 300);
	assert_int_equal(proposal.local.payload_kb, 1);
	assert_int_equal(proposal.local.directives.len, 1);
	proposal_clear(&proposal);
	apply("{\"id\":\"a\",\"cacheKey\":null}", &proposal);
	assert_null(proposal.members.key);
	proposal_clear(&proposal);
}

/* Every beginning of a file is read to some end, and what it says is freed. */
static void every_beginning(void **state)
{
	const char *text = "{\"actions\":[{\"id\":\"a\",\"tier\":\"default\",\"ttlMatrix\":{"
			   "\"default\":3},\"directives\":[{\"source\":\"s\",\"x\":1}]},{\"id\":"
			   "\"b\"}]}";
	size_t whole = strlen(text);
	char copy[256];

	(void)state;
	for (size_t len = 1; len < whole; len++) {
		struct plan plan;
		struct err err = {0};

		memcpy(copy, text, len);
		copy[len] = '\0';
		assert_int_equal(plan_parse(copy, len, &plan, &err), ERR_INVALID);
		assert_true(plan.errors_len > 0);
		plan_clear(&plan);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_forms),
		cmocka_unit_test(one_object_over_many_lines),
		cmocka_unit_test(every_member),
		cmocka_unit_test(mistyped_values),
		cmocka_unit_test(unknown_members),
		cmocka_unit_test(unknown_words),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(wants_json),
		cmocka_unit_test(broken_documents),
		cmocka_unit_test(broken_entries),
		cmocka_unit_test(no_entries),
		cmocka_unit_test(one_after_another),
		cmocka_unit_test(all_faults),
		cmocka_unit_test(nulls),
		cmocka_unit_test(not_utf8),
		cmocka_unit_test(merge_leaves_the_rest),
		cmocka_unit_test(merge_takes_the_ttl_of_the_new_matrix),
		cmocka_unit_test(merge_takes_key_and_local),
		cmocka_unit_test(every_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
