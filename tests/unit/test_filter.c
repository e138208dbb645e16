/* The filter of the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/filter.h"

static const struct filter_subject subject = {
	.id = "da-0001",
	.name = "Get Customer by ANI",
	.category = "CRM",
	.key = "customer_{contactId}_v2",
	.tier = TIER_HIGH_PRIORITY,
	.ttl_s = 60,
	.errors = 3,
	.enabled = true,
};

static bool matches(const char *text, const struct filter_subject *row)
{
	struct filter *filter;
	struct err err;
	bool match;

	assert_int_equal(filter_parse(text, &filter, &err), ERR_OK);
	match = filter_match(filter, row);
	filter_free(&filter);
	assert_null(filter);
	return match;
}

static void assert_match(const char *text)
{
	assert_true(matches(text, &subject));
}

static void assert_no_match(const char *text)
{
	assert_false(matches(text, &subject));
}

static void assert_refused(const char *text, const char *part)
{
	struct filter *filter = (struct filter *)1;
	struct err err;

	assert_int_equal(filter_parse(text, &filter, &err), ERR_USAGE);
	assert_null(filter);
	assert_non_null(strstr(err.text, part));
	assert_int_equal(filter_parse(text, &filter, NULL), ERR_USAGE);
}

static void an_empty_filter_matches_all(void **state)
{
	static const struct filter_subject nothing = {.ttl_s = -1};
	struct filter *filter;

	(void)state;
	assert_match("");
	assert_match("  \t ");
	assert_true(matches("", &nothing));
	assert_int_equal(filter_parse(" ", &filter, NULL), ERR_OK);
	assert_true(filter_is_empty(filter));
	filter_free(&filter);
	filter_free(&filter);
	assert_int_equal(filter_parse("x", &filter, NULL), ERR_OK);
	assert_false(filter_is_empty(filter));
	filter_free(&filter);
}

static void words_match_id_name_category_or_key(void **state)
{
	(void)state;
	assert_match("0001");
	assert_match("customer");
	assert_match("CUSTOMER");
	assert_match("crm");
	assert_match("{contactid}");
	assert_no_match("billing");
	assert_no_match("high_priority");
}

static void words_are_anded(void **state)
{
	(void)state;
	assert_match("crm ani get");
	assert_no_match("crm billing");
}

static void an_exclamation_mark_excludes(void **state)
{
	(void)state;
	assert_match("crm !test");
	assert_no_match("crm !ani");
	assert_match("!key:none");
	assert_no_match("!ttl:60");
	assert_match("!tier:default");
	assert_refused("crm !", "!");
}

static void quotes_hold_blanks_and_colons(void **state)
{
	static const struct filter_subject odd = {.name = "tier:high  none", .key = "none"};

	(void)state;
	assert_match("\"customer by\"");
	assert_no_match("\"by customer\"");
	assert_match("key:\"CONTACTID}_v\"");
	assert_no_match("!\"get customer\"");
	assert_true(matches("\"tier:high  none\"", &odd));
	assert_true(matches("key:\"none\"", &odd));
	assert_false(matches("key:none", &odd));
	assert_refused("\"customer", "customer");
	assert_match("\"\"");
}

static void fields_look_at_one_thing(void **state)
{
	(void)state;
	assert_match("key:customer");
	assert_no_match("key:ani");
	assert_match("cat:cr");
	assert_no_match("cat:get");
	assert_match("id:DA-");
	assert_no_match("id:crm");
	assert_match("key:");
	assert_match("enabled:yes");
	assert_no_match("enabled:no");
	assert_refused("enabled:maybe", "maybe");
	assert_refused("enabled:", "enabled:");
}

static void tiers_by_their_beginning(void **state)
{
	(void)state;
	assert_match("tier:high_priority");
	assert_match("tier:h");
	assert_match("tier:HIGH");
	assert_no_match("tier:default");
	assert_no_match("tier:c");
	assert_refused("tier:highest", "highest");
	assert_refused("tier:", "tier:");
}

static void numbers_are_compared(void **state)
{
	(void)state;
	assert_match("ttl:60");
	assert_match("ttl:=60");
	assert_match("ttl:>59");
	assert_match("ttl:>=60");
	assert_match("ttl:<61");
	assert_match("ttl:<=60");
	assert_no_match("ttl:>60");
	assert_no_match("ttl:>=61");
	assert_no_match("ttl:<60");
	assert_no_match("ttl:<=59");
	assert_no_match("ttl:61");
	assert_match("err:3");
	assert_match("err:>2");
	assert_match("err:");
	assert_no_match("err:>3");
	assert_refused("ttl:", "ttl:");
	assert_refused("ttl:>", "ttl:>");
	assert_refused("ttl:x", "ttl:x");
	assert_refused("ttl:-1", "ttl:-1");
	assert_refused("ttl:>>1", "ttl:>>1");
	assert_refused("ttl:6.5", "ttl:6.5");
	assert_refused("ttl:99999999999999999999", "ttl:9");
	assert_refused("err:many", "many");
}

static void what_a_row_lacks_matches_nothing(void **state)
{
	static const struct filter_subject bare = {.id = "x", .ttl_s = -1};

	(void)state;
	assert_false(matches("ttl:<100", &bare));
	assert_false(matches("ttl:>=0", &bare));
	assert_true(matches("!ttl:<100", &bare));
	assert_false(matches("err:", &bare));
	assert_true(matches("key:none", &bare));
	assert_false(matches("key:", &bare));
	assert_false(matches("cat:", &bare));
}

static void case_is_ignored_in_every_script(void **state)
{
	static const struct filter_subject row = {.name = "R\xc3\x89SUM\xc3\x89 \xd0\x96",
						  .category = "\xc3\x9c"
							      "ber"};

	(void)state;
	assert_true(matches("r\xc3\xa9sum\xc3\xa9", &row));
	assert_true(matches("\xd0\xb6", &row));
	assert_true(matches("cat:\xc3\x9c"
			    "BER",
			    &row));
	assert_false(matches("\xc3\xa9", &subject));
	assert_false(matches("ube", &row));
}

static void what_was_lowered_before_matches_the_same(void **state)
{
	static const char *const words[] = {"ani",     "CRM",    "key:CONTACT", "cat:crm",
					    "id:0001", "id:ani", "cat:ani",     "\"crm customer\"",
					    "!zzz"};
	struct filter_subject lowered = subject;
	struct buf texts;

	(void)state;
	buf_init(&texts, 1024);
	assert_int_equal(filter_lower(&subject, &texts), ERR_OK);
	lowered.lowered = texts.data;
	assert_string_equal(filter_part(texts.data, FILTER_PART_NAME), "get customer by ani");
	assert_string_equal(filter_part(texts.data, FILTER_PART_CATEGORY), "crm");
	assert_string_equal(filter_part(texts.data, FILTER_PART_KEY), "customer_{contactid}_v2");
	assert_string_equal(filter_part(texts.data, FILTER_PART_ID), "da-0001");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(matches(words[i], &lowered), matches(words[i], &subject));
	buf_free(&texts);
}

static bool narrows(const char *text, const char *wider)
{
	struct filter *a;
	struct filter *b;
	bool answer;

	assert_int_equal(filter_parse(text, &a, NULL), ERR_OK);
	assert_int_equal(filter_parse(wider, &b, NULL), ERR_OK);
	answer = filter_narrows(a, b);
	filter_free(&a);
	filter_free(&b);
	return answer;
}

static void a_longer_filter_narrows(void **state)
{
	(void)state;
	assert_true(narrows("cus", "cu"));
	assert_true(narrows("crm ani", "crm"));
	assert_true(narrows("crm", ""));
	assert_true(narrows("crm !te", "crm"));
	assert_true(narrows("key:ab", "key:a"));
	assert_true(narrows("ttl:>60 x", "ttl:>60"));
	assert_false(narrows("cu", "cus"));
	assert_false(narrows("crm", "crm ani"));
	/* these let more in */
	assert_false(narrows("!tes", "!te"));
	assert_false(narrows("ttl:>6", "ttl:>60"));
	assert_false(narrows("key:ab", "a"));
	assert_false(narrows("!cu", "cu"));
	assert_false(narrows("tier:c", "tier:d"));
}

static void a_colon_may_be_part_of_a_word(void **state)
{
	static const struct filter_subject row = {.name = "crm:lookup https://x :y"};

	(void)state;
	assert_true(matches("crm:lookup", &row));
	assert_true(matches("https://x", &row));
	assert_true(matches(":y", &row));
	assert_refused("tire:high", "\"tier:\"");
	assert_refused("kye:x", "\"key:\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_filter_matches_all),
		cmocka_unit_test(words_match_id_name_category_or_key),
		cmocka_unit_test(words_are_anded),
		cmocka_unit_test(an_exclamation_mark_excludes),
		cmocka_unit_test(quotes_hold_blanks_and_colons),
		cmocka_unit_test(fields_look_at_one_thing),
		cmocka_unit_test(tiers_by_their_beginning),
		cmocka_unit_test(numbers_are_compared),
		cmocka_unit_test(what_a_row_lacks_matches_nothing),
		cmocka_unit_test(case_is_ignored_in_every_script),
		cmocka_unit_test(what_was_lowered_before_matches_the_same),
		cmocka_unit_test(a_longer_filter_narrows),
		cmocka_unit_test(a_colon_may_be_part_of_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
