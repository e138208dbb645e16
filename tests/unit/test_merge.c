/* The three-way compare: what one side changed is taken, what both changed is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/merge.h"

static struct merge merge_of(const char *base, const char *server, const char *mine)
{
	struct merge merge;
	struct err err = {0};

	if (merge_documents(base, server, mine, &merge, &err) != ERR_OK)
		fail_msg("%s", err.text);
	return merge;
}

/* One member "m" whose three values are given; NULL: absent. */
static struct merge merge_values(const char *base, const char *server, const char *mine)
{
	const char *values[] = {base, server, mine};
	char texts[3][256];

	for (int i = 0; i < 3; i++) {
		strcpy(texts[i], "{}");
		if (values[i])
			snprintf(texts[i], sizeof(texts[i]), "{\"m\":%s}", values[i]);
	}
	return merge_of(texts[0], texts[1], texts[2]);
}

static void assert_text(const char *found, const char *wanted)
{
	if (!wanted)
		assert_null(found);
	else
		assert_string_equal(found ? found : "(absent)", wanted);
}

static void each_row_is_judged_by_who_changed_it(void **state)
{
	static const struct {
		const char *base, *server, *mine;
		enum merge_state wanted;
		const char *result;
	} cases[] = {
		{"1", "1", "1", MERGE_UNCHANGED, "1"},  {"1", "2", "1", MERGE_AUTO, "2"},
		{"1", "1", "2", MERGE_AUTO, "2"},       {"1", "2", "2", MERGE_AUTO, "2"},
		{"1", "2", "3", MERGE_OPEN, "2"},       {NULL, NULL, "1", MERGE_AUTO, "1"},
		{NULL, "1", NULL, MERGE_AUTO, "1"},     {NULL, "1", "1", MERGE_AUTO, "1"},
		{NULL, "1", "2", MERGE_OPEN, "1"},      {"1", NULL, "1", MERGE_AUTO, NULL},
		{"1", "1", NULL, MERGE_AUTO, NULL},     {"1", NULL, NULL, MERGE_AUTO, NULL},
		{"1", NULL, "2", MERGE_OPEN, NULL},     {"1", "2", NULL, MERGE_OPEN, "2"},
		{"1", "null", "1", MERGE_AUTO, "null"}, {"null", NULL, "null", MERGE_AUTO, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct merge merge = merge_values(cases[i].base, cases[i].server, cases[i].mine);
		const struct merge_row *row = merge_find(&merge, "m");

		assert_non_null(row);
		if (row->state != cases[i].wanted)
			fail_msg("case %zu: state %d", i, (int)row->state);
		assert_text(merge_result(row), cases[i].result);
		assert_int_equal(merge_is_resolved(row), cases[i].wanted != MERGE_OPEN);
		assert_int_equal(merge_open_count(&merge), cases[i].wanted == MERGE_OPEN);
		assert_text(row->base, cases[i].base);
		assert_text(row->server, cases[i].server);
		assert_text(row->mine, cases[i].mine);
		merge_clear(&merge);
	}
}

static void the_same_value_may_be_written_in_two_ways(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"{\"a\":1,\"b\":[true,null]}", "{ \"b\" : [ true , null ], \"a\" : 1 }", true},
		{"\"\\u00e9\\/\"", "\"\xc3\xa9/\"", true},
		{"[1,2]", "[2,1]", false},
		{"1", "\"1\"", false},
		{"1", "1.0", false},
		{"1.50", "1.5", true},
		{"{}", "[]", false},
		{"{}", "null", false},
		{"[]", "false", false},
		/* past what a double or an integer of json-c holds */
		{"12345678901234567890123", "12345678901234567890124", false},
		{"{\"a\":0.12345678901234567}", "{\"a\":0.12345678901234568}", false},
		{"{\"a\":1e400}", "{\"a\":2e400}", false},
		{"{\"a\":99999999999999999999}", "{\"a\":99999999999999999999}", true},
		/* json-c reads both as the same */
		{"\"\\ud800\"", "\"\\ud801\"", false},
		{"{\"a\\u0000b\":1}", "{\"a\\u0000c\":1}", false},
		{"\"-1e5 is a text\"", "\"-1e5\\u0020is a text\"", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct merge merge = merge_values(cases[i].a, cases[i].b, cases[i].a);
		const struct merge_row *row = merge_find(&merge, "m");

		if ((row->state == MERGE_UNCHANGED) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		assert_string_equal(merge_result(row), cases[i].b);
		merge_clear(&merge);
	}
}

static void null_and_absent_are_the_same_for_cache_members_alone(void **state)
{
	struct merge merge = merge_of("{\"x\":1}", "{\"cacheKey\":null,\"x\":1,\"other\":null}",
				      "{\"cacheKey\":\"k\",\"x\":1}");

	(void)state;
	assert_int_equal(merge_find(&merge, "cacheKey")->state, MERGE_AUTO);
	assert_string_equal(merge_result(merge_find(&merge, "cacheKey")), "\"k\"");
	assert_int_equal(merge_find(&merge, "cacheTtl")->state, MERGE_UNCHANGED);
	assert_int_equal(merge_find(&merge, "other")->state, MERGE_AUTO);
	merge_clear(&merge);
}

static void rows_have_their_order(void **state)
{
	static const char *const wanted[] = {"cacheEnabled", "cacheKey",   "cacheTtl", "id",
					     "name",         "fromServer", "fromMine"};
	struct merge merge = merge_of("{\"id\":\"a\",\"cacheTtl\":1,\"name\":\"n\"}",
				      "{\"fromServer\":1,\"name\":\"n\",\"id\":\"a\"}",
				      "{\"fromMine\":1,\"id\":\"a\",\"name\":\"n\"}");

	(void)state;
	assert_int_equal(merge.len, sizeof(wanted) / sizeof(wanted[0]));
	for (size_t i = 0; i < merge.len; i++)
		assert_string_equal(merge.rows[i].name, wanted[i]);
	merge_clear(&merge);
}

static void what_the_server_moves_by_itself_is_never_asked(void **state)
{
	static const char *const names[] = {"version", "dateModified", "modifiedBy", "selfUri"};
	struct merge merge = merge_of(
		"{\"version\":1,\"dateModified\":\"a\",\"modifiedBy\":\"x\",\"selfUri\":\"/1\"}",
		"{\"version\":3,\"dateModified\":\"b\",\"modifiedBy\":\"y\",\"selfUri\":\"/1\"}",
		"{\"version\":2,\"dateModified\":\"c\",\"modifiedBy\":\"x\",\"selfUri\":\"/2\"}");
	struct err err = {0};

	(void)state;
	assert_int_equal(merge_open_count(&merge), 0);
	for (size_t i = 0; i < 4; i++) {
		struct merge_row *row = merge_find(&merge, names[i]);

		assert_true(row->bookkeeping);
		assert_int_equal(row->state, MERGE_AUTO);
		assert_string_equal(merge_result(row), row->server);
		assert_int_equal(merge_choose(row, MERGE_MINE, NULL, &err), ERR_INVALID);
		assert_non_null(strstr(err.text, names[i]));
		assert_string_equal(merge_result(row), row->server);
	}
	merge_clear(&merge);
}

static void an_open_row_takes_what_is_chosen(void **state)
{
	struct merge merge = merge_values("1", "2", "3");
	struct merge_row *row = merge_find(&merge, "m");
	struct err err = {0};

	(void)state;
	assert_int_equal(merge_choose(row, MERGE_MINE, NULL, &err), ERR_OK);
	assert_string_equal(merge_result(row), "3");
	assert_int_equal(merge_open_count(&merge), 0);
	assert_int_equal(merge_choose(row, MERGE_SERVER, NULL, &err), ERR_OK);
	assert_string_equal(merge_result(row), "2");
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, " {\"x\": [1]} \n", &err), ERR_OK);
	assert_string_equal(merge_result(row), "{\"x\": [1]}");
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "{\"x\":", &err), ERR_PARSE);
	assert_non_null(strstr(err.text, "m"));
	assert_string_equal(merge_result(row), "{\"x\": [1]}");
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "1 2", &err), ERR_PARSE);
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "1,2", &err), ERR_PARSE);
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "1],[2", &err), ERR_PARSE);
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "", &err), ERR_PARSE);
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "60", &err), ERR_OK);
	assert_string_equal(merge_result(row), "60");
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, "null", &err), ERR_OK);
	assert_string_equal(merge_result(row), "null");
	assert_int_equal(merge_choose(row, MERGE_BY_HAND, NULL, &err), ERR_OK);
	assert_null(merge_result(row));
	assert_int_equal(merge_open_count(&merge), 0);
	assert_int_equal(merge_choose(row, MERGE_UNCHOSEN, NULL, &err), ERR_OK);
	assert_int_equal(merge_open_count(&merge), 1);
	merge_clear(&merge);
}

static void what_resolved_itself_may_be_overridden(void **state)
{
	struct merge merge = merge_values("1", "2", "1");
	struct merge_row *row = merge_find(&merge, "m");
	struct err err = {0};

	(void)state;
	assert_int_equal(merge_choose(row, MERGE_MINE, NULL, &err), ERR_OK);
	assert_string_equal(merge_result(row), "1");
	assert_int_equal(row->state, MERGE_AUTO);
	merge_clear(&merge);
}

static void the_result_is_what_the_next_put_needs(void **state)
{
	struct merge merge = merge_of(
		"{\"id\":\"a\",\"cacheEnabled\":false,\"cacheKey\":\"k\",\"cacheTtl\":60,"
		"\"version\":1,\"big\":12345678901234567890123}",
		"{\"version\":2,\"id\":\"a\",\"cacheEnabled\":false,\"cacheKey\":\"theirs\","
		"\"cacheTtl\":300,\"big\":12345678901234567890124,\"new\":{ \"x\" : 1 }}",
		"{\"id\":\"a\",\"cacheEnabled\":true,\"cacheKey\":\"mine\",\"cacheTtl\":60,"
		"\"version\":1,\"big\":12345678901234567890123}");
	struct cache_members members;
	struct buf document;
	struct err err = {0};

	(void)state;
	buf_init(&document, 10000);
	assert_int_equal(merge_open_count(&merge), 1);
	assert_int_equal(merge_result_members(&merge, &members), ERR_CONFLICT);
	assert_int_equal(merge_result_document(&merge, &document), ERR_CONFLICT);
	assert_int_equal(merge_choose(merge_find(&merge, "cacheKey"), MERGE_MINE, NULL, &err),
			 ERR_OK);
	assert_int_equal(merge_result_members(&merge, &members), ERR_OK);
	assert_true(members.enabled);
	assert_string_equal(members.key, "mine");
	assert_int_equal(members.ttl_s, 300);
	cache_members_clear(&members);
	assert_int_equal(merge_result_document(&merge, &document), ERR_OK);
	assert_string_equal(buf_str(&document),
			    "{\"cacheEnabled\":true,\"cacheKey\":\"mine\",\"cacheTtl\":300,"
			    "\"id\":\"a\",\"version\":2,\"big\":12345678901234567890124,"
			    "\"new\":{ \"x\" : 1 }}");
	buf_free(&document);
	merge_clear(&merge);
}

static void a_value_by_hand_that_is_no_ttl_is_left_to_validation(void **state)
{
	struct merge merge = merge_of("{\"cacheTtl\":1}", "{\"cacheTtl\":2}", "{\"cacheTtl\":3}");
	struct cache_members members;
	struct err err = {0};

	(void)state;
	assert_int_equal(merge_choose(&merge.rows[2], MERGE_BY_HAND, "\"60\"", &err), ERR_OK);
	assert_int_equal(merge_result_members(&merge, &members), ERR_OK);
	assert_int_equal(members.ttl_s, CACHE_TTL_INVALID);
	assert_false(members.enabled);
	assert_null(members.key);
	cache_members_clear(&members);
	merge_clear(&merge);
}

static void names_are_compared_as_they_read(void **state)
{
	struct merge merge = merge_of("{\"caf\\u00e9\":1,\"a\\\"b\":1,\"z\\u0000\":1}",
				      "{\"caf\xc3\xa9\":2,\"a\\u0022b\":1,\"z\":5}",
				      "{\"caf\\u00E9\":1,\"a\\\"b\":2,\"z\\u0000\":1}");
	struct buf document;

	(void)state;
	assert_int_equal(merge.len, 7);
	assert_string_equal(merge.rows[3].name, "caf\xc3\xa9");
	assert_string_equal(merge.rows[4].name, "a\"b");
	buf_init(&document, 10000);
	assert_int_equal(merge_result_document(&merge, &document), ERR_OK);
	assert_string_equal(buf_str(&document), "{\"caf\\u00e9\":2,\"a\\\"b\":2,\"z\":5}");
	buf_free(&document);
	merge_clear(&merge);
}

static void of_a_name_that_is_there_twice_the_last_counts(void **state)
{
	struct merge merge = merge_of("{\"m\":1,\"m\":2}", "{\"m\":2}", "{\"m\":3,\"m\":2}");

	(void)state;
	assert_int_equal(merge.len, 4);
	assert_int_equal(merge.rows[3].state, MERGE_UNCHANGED);
	merge_clear(&merge);
}

static void empty_documents_have_the_three_rows(void **state)
{
	struct merge merge = merge_of("{}", " { } ", "{}");
	struct buf document;

	(void)state;
	assert_int_equal(merge.len, 3);
	assert_int_equal(merge_open_count(&merge), 0);
	buf_init(&document, 100);
	assert_int_equal(merge_result_document(&merge, &document), ERR_OK);
	assert_string_equal(buf_str(&document), "{}");
	buf_free(&document);
	merge_clear(&merge);
}

static void what_is_no_object_is_refused_and_named(void **state)
{
	static const char *const wrong[] = {"", "[1]", "{\"a\":1", "null", "{'a':1}", "{} x"};
	struct merge merge;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};

		assert_int_equal(merge_documents(wrong[i], "{}", "{}", &merge, &err), ERR_PARSE);
		assert_non_null(strstr(err.text, "as it was read"));
		assert_int_equal(merge.len, 0);
		assert_int_equal(merge_documents("{\"a\":1}", wrong[i], "{}", &merge, &err),
				 ERR_PARSE);
		assert_non_null(strstr(err.text, "server"));
		assert_int_equal(merge_documents("{}", "{}", wrong[i], &merge, &err), ERR_PARSE);
		assert_non_null(strstr(err.text, "wanted"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_judged_by_who_changed_it),
		cmocka_unit_test(the_same_value_may_be_written_in_two_ways),
		cmocka_unit_test(null_and_absent_are_the_same_for_cache_members_alone),
		cmocka_unit_test(rows_have_their_order),
		cmocka_unit_test(what_the_server_moves_by_itself_is_never_asked),
		cmocka_unit_test(an_open_row_takes_what_is_chosen),
		cmocka_unit_test(what_resolved_itself_may_be_overridden),
		cmocka_unit_test(the_result_is_what_the_next_put_needs),
		cmocka_unit_test(a_value_by_hand_that_is_no_ttl_is_left_to_validation),
		cmocka_unit_test(names_are_compared_as_they_read),
		cmocka_unit_test(of_a_name_that_is_there_twice_the_last_counts),
		cmocka_unit_test(empty_documents_have_the_three_rows),
		cmocka_unit_test(what_is_no_object_is_refused_and_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
