#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/action.h"

static void parse(const char *body, struct action_page *page)
{
	struct err err = {0};

	if (action_page_parse(body, strlen(body), page, &err) != ERR_OK)
		fail_msg("%s: %s", err.text, body);
}

static void whole_page_is_read(void **state)
{
	struct action_page page;

	(void)state;
	parse("{\"entities\":[{\"id\":\"a\",\"name\":\"A\",\"category\":\"C\",\"cacheEnabled\":"
	      "true,"
	      "\"cacheKey\":\"k\",\"cacheTtl\":60},{\"id\":\"b\"}],\"pageSize\":2,\"pageNumber\":1,"
	      "\"total\":142,\"pageCount\":71,\"nextUri\":\"/x\"}",
	      &page);
	assert_int_equal(page.len, 2);
	assert_int_equal(page.page_size, 2);
	assert_int_equal(page.page_number, 1);
	assert_int_equal(page.total, 142);
	assert_int_equal(page.page_count, 71);
	assert_int_equal(page.broken, 0);
	assert_string_equal(page.rows[0].id, "a");
	assert_string_equal(page.rows[0].name, "A");
	assert_string_equal(page.rows[0].category, "C");
	assert_true(page.rows[0].members.enabled);
	assert_string_equal(page.rows[0].members.key, "k");
	assert_int_equal(page.rows[0].members.ttl_s, 60);
	assert_string_equal(page.rows[1].name, "");
	assert_null(page.rows[1].members.key);
	assert_int_equal(page.rows[1].members.ttl_s, CACHE_TTL_ABSENT);
	action_page_clear(&page);
	assert_int_equal(page.len, 0);
}

static void other_names_and_a_bare_array_are_taken(void **state)
{
	static const char *const bodies[] = {
		"{\"items\":[{\"id\":\"a\"}]}",
		"{\"dataActions\":[{\"id\":\"a\"}]}",
		"{\"results\":[{\"id\":\"a\"}]}",
		"{\"entities\":null,\"results\":[{\"id\":\"a\"}]}",
		"[{\"id\":\"a\"}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct action_page page;

		parse(bodies[i], &page);
		assert_int_equal(page.len, 1);
		assert_string_equal(page.rows[0].id, "a");
		assert_int_equal(page.total, -1);
		assert_int_equal(page.page_number, -1);
		assert_int_equal(page.page_size, -1);
		assert_int_equal(page.page_count, -1);
		action_page_clear(&page);
	}
}

static void empty_page_is_a_page(void **state)
{
	struct action_page page;

	(void)state;
	parse("{\"entities\":[],\"total\":0}", &page);
	assert_int_equal(page.len, 0);
	assert_int_equal(page.total, 0);
	action_page_clear(&page);
	parse("[]", &page);
	assert_int_equal(page.len, 0);
	action_page_clear(&page);
}

static void broken_entries_are_counted_and_left_out(void **state)
{
	struct action_page page;

	(void)state;
	parse("[null,5,{},{\"id\":\"\"},{\"id\":7},{\"id\":\"a\\u0000\"},[],{\"id\":\"ok\"}]",
	      &page);
	assert_int_equal(page.len, 1);
	assert_int_equal(page.broken, 7);
	assert_string_equal(page.rows[0].id, "ok");
	action_page_clear(&page);
}

static void odd_totals_count_as_absent(void **state)
{
	struct action_page page;

	(void)state;
	parse("{\"entities\":[],\"total\":\"9\",\"pageCount\":-4,\"pageSize\":2.5,"
	      "\"pageNumber\":99999999999999999999}",
	      &page);
	assert_int_equal(page.total, -1);
	assert_int_equal(page.page_count, -1);
	assert_int_equal(page.page_size, -1);
	assert_int_equal(page.page_number, -1);
	action_page_clear(&page);
}

static void odd_ttls_are_seen_in_rows(void **state)
{
	struct action_page page;

	(void)state;
	parse("[{\"id\":\"a\",\"cacheTtl\":\"60\"},{\"id\":\"b\",\"cacheTtl\":60.9},"
	      "{\"id\":\"c\",\"cacheTtl\":true},{\"id\":\"d\",\"cacheTtl\":86400}]",
	      &page);
	assert_int_equal(page.rows[0].members.ttl_s, CACHE_TTL_INVALID);
	assert_int_equal(page.rows[1].members.ttl_s, CACHE_TTL_INVALID);
	assert_int_equal(page.rows[2].members.ttl_s, CACHE_TTL_INVALID);
	assert_int_equal(page.rows[3].members.ttl_s, 86400);
	action_page_clear(&page);
}

static void last_of_two_members_counts(void **state)
{
	struct action_page page;

	(void)state;
	parse("{\"entities\":[{\"id\":\"old\"}],\"total\":1,\"total\":2,\"entities\":[{\"id\":"
	      "\"x\",\"id\":\"a\",\"cacheTtl\":1,\"cacheTtl\":60},{\"id\":\"b\",\"id\":7}]}",
	      &page);
	assert_int_equal(page.len, 1);
	assert_int_equal(page.broken, 1);
	assert_int_equal(page.total, 2);
	assert_string_equal(page.rows[0].id, "a");
	assert_int_equal(page.rows[0].members.ttl_s, 60);
	action_page_clear(&page);
}

static void one_of_several_lists_counts(void **state)
{
	static const char *const bodies[] = {
		"{\"results\":[{\"id\":\"r\"}],\"items\":[{\"id\":\"a\"}]}",
		"{\"items\":[{\"id\":\"i\"}],\"results\":[{\"id\":\"a\"}],\"items\":5}",
		"{\"items\":[5,6],\"total\":1,\"entities\":[{\"id\":\"a\"}],\"dataActions\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct action_page page;

		parse(bodies[i], &page);
		assert_int_equal(page.len, 1);
		assert_int_equal(page.broken, 0);
		assert_string_equal(page.rows[0].id, "a");
		action_page_clear(&page);
	}
}

static void escapes_are_undone(void **state)
{
	struct action_page page;

	(void)state;
	parse("[{\"\\u0069d\":\"\\u00e9\\ud83d\\ude00\\/\",\"name\":\"a\\u0000b\",\"cacheKey\":"
	      "\"\\ud83dx\\n\"}]",
	      &page);
	assert_string_equal(page.rows[0].id, "\xc3\xa9\xf0\x9f\x98\x80/");
	assert_string_equal(page.rows[0].name, "a\xe2\x90\x80"
					       "b");
	assert_string_equal(page.rows[0].members.key, "\xef\xbf\xbdx\n");
	action_page_clear(&page);
}

static void what_is_no_page_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"{}",
		"5",
		"null",
		"\"x\"",
		"{\"entities\":{}}",
		"{\"entities\":[}",
		"<html>",
		"[{\"id\":\"a\"}] x",
		"[{\"id\":\"a\"},]",
		"[{\"id\":\"\xff\"}]",
		"[{\"id\":\"a",
		"[",
		"{\"total\":01,\"entities\":[]}",
		"[{'id':'a'}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct action_page page;
		struct err err;

		if (action_page_parse(bad[i], strlen(bad[i]), &page, &err) != ERR_PARSE)
			fail_msg("let through: %s", bad[i]);
		assert_null(page.rows);
		assert_string_not_equal(err.text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_page_is_read),
		cmocka_unit_test(other_names_and_a_bare_array_are_taken),
		cmocka_unit_test(empty_page_is_a_page),
		cmocka_unit_test(broken_entries_are_counted_and_left_out),
		cmocka_unit_test(odd_totals_count_as_absent),
		cmocka_unit_test(odd_ttls_are_seen_in_rows),
		cmocka_unit_test(last_of_two_members_counts),
		cmocka_unit_test(one_of_several_lists_counts),
		cmocka_unit_test(escapes_are_undone),
		cmocka_unit_test(what_is_no_page_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
