/* What became of a PUT: over every state that can be read, every way its attempts can have
 * been answered, and every way the tenant numbers its versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/put_verdict.h"

static char base_key[] = "k_{a}";
static char sent_key[] = "k_{a}_v2";
static char other_key[] = "else";

static const struct cache_members base = {.enabled = true, .key = base_key, .ttl_s = 300};

/* In what the versions rose. */
enum { NOT_NUMBERED, ROSE_BY = 1 };

static enum put_verdict of(const struct cache_members *wanted, const struct cache_members *now,
			   bool may, int64_t rise)
{
	struct put_facts facts = {
		.may_have_applied = may,
		.base = {&base, "\"a1\"", rise ? 29 : -1},
		.now = {now, "\"b2\"", rise ? 29 + rise : -1},
		.wanted = wanted,
	};

	return put_verdict(&facts);
}

/* --- the whole table --- */

static const struct {
	struct cache_members wanted;
	struct cache_members now; /* another state than the base's */
	/* Where an attempt may have been applied; else nothing was written. */
	enum put_verdict unnumbered;
	enum put_verdict by_one;
	enum put_verdict by_more;
} table[] = {
	/* key alone */
	{{true, sent_key, 300}, {true, sent_key, 300}, PUT_APPLIED, PUT_APPLIED, PUT_APPLIED},
	{{true, sent_key, 300},
	 {true, sent_key, 5},
	 PUT_OVERTAKEN,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_OVERTAKEN},
	{{true, sent_key, 300},
	 {false, sent_key, 5},
	 PUT_OVERTAKEN,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_OVERTAKEN},
	{{true, sent_key, 300},
	 {true, base_key, 5},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_WROTE_NOTHING,
	 PUT_MAY_HAVE_APPLIED},
	{{true, sent_key, 300},
	 {true, base_key, 300},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_WROTE_NOTHING,
	 PUT_MAY_HAVE_APPLIED},
	{{true, sent_key, 300},
	 {true, other_key, 300},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_WROTE_NOTHING,
	 PUT_MAY_HAVE_APPLIED},
	{{true, sent_key, 300},
	 {true, NULL, 300},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_WROTE_NOTHING,
	 PUT_MAY_HAVE_APPLIED},
	/* no key any more */
	{{true, NULL, 300}, {true, NULL, 5}, PUT_OVERTAKEN, PUT_MAY_HAVE_APPLIED, PUT_OVERTAKEN},
	/* TTL alone */
	{{true, base_key, 60},
	 {true, other_key, 60},
	 PUT_OVERTAKEN,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_OVERTAKEN},
	{{true, base_key, 60},
	 {true, base_key, 61},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_WROTE_NOTHING,
	 PUT_MAY_HAVE_APPLIED},
	/* two of them: one may be by chance, but no key is */
	{{false, base_key, 60},
	 {true, base_key, 60},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED},
	{{false, base_key, 60},
	 {false, base_key, 9},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED},
	{{true, sent_key, 60},
	 {true, sent_key, 5},
	 PUT_OVERTAKEN,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_OVERTAKEN},
	{{true, sent_key, 60},
	 {true, other_key, 60},
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED,
	 PUT_MAY_HAVE_APPLIED},
};

static void every_combination(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct cache_members *wanted = &table[i].wanted;
		const struct cache_members *now = &table[i].now;
		int64_t rise;

		assert_int_equal(of(wanted, now, true, NOT_NUMBERED), table[i].unnumbered);
		assert_int_equal(of(wanted, now, true, ROSE_BY), table[i].by_one);
		for (rise = 2; rise < 5; rise++)
			assert_int_equal(of(wanted, now, true, rise), table[i].by_more);
		/* versions that stand still or go back number no changes */
		assert_int_equal(of(wanted, now, true, -3), table[i].unnumbered);
		/* every attempt was refused */
		for (rise = NOT_NUMBERED; rise < 4; rise++)
			assert_int_equal(of(wanted, now, false, rise), PUT_WROTE_NOTHING);
	}
}

static void the_old_state_and_no_state(void **state)
{
	const struct cache_members wanted = {true, sent_key, 300};
	struct put_facts facts = {
		.base = {&base, "\"29\"", 29}, .now = {&base, "\"29\"", 29}, .wanted = &wanted};

	(void)state;
	assert_int_equal(put_verdict(&facts), PUT_STANDS);
	facts.may_have_applied = true;
	assert_int_equal(put_verdict(&facts), PUT_STANDS);
	facts.now.members = NULL;
	assert_int_equal(put_verdict(&facts), PUT_UNREAD);
	facts.may_have_applied = false;
	assert_int_equal(put_verdict(&facts), PUT_WROTE_NOTHING);
}

/* An intent of a run that died has the tag alone. */
static void tags_that_are_versions(void **state)
{
	const struct cache_members wanted = {true, sent_key, 300};
	const struct cache_members touched = {true, base_key, 5};
	static const struct {
		const char *base, *now;
		enum put_verdict verdict;
	} cases[] = {
		{"\"29\"", "\"30\"", PUT_WROTE_NOTHING},
		{"\"29\"", "\"31\"", PUT_MAY_HAVE_APPLIED},
		{"\"29\"", "\"28\"", PUT_MAY_HAVE_APPLIED},
		{"\"a9\"", "\"30\"", PUT_MAY_HAVE_APPLIED},
		{"W/\"29\"", "\"30\"", PUT_MAY_HAVE_APPLIED},
		{"\"\"", "\"1\"", PUT_MAY_HAVE_APPLIED},
		{"\"29", "\"30\"", PUT_MAY_HAVE_APPLIED},
		{"\"99999999999999999998\"", "\"99999999999999999999\"", PUT_MAY_HAVE_APPLIED},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct put_facts facts = {
			.may_have_applied = true,
			.base = {&base, cases[i].base, -1},
			.now = {&touched, cases[i].now, 30},
			.wanted = &wanted,
		};

		assert_int_equal(put_verdict(&facts), cases[i].verdict);
	}
}

static void who_may_have_written(void **state)
{
	(void)state;
	assert_true(put_verdict_may_have_written(PUT_APPLIED));
	assert_true(put_verdict_may_have_written(PUT_OVERTAKEN));
	assert_true(put_verdict_may_have_written(PUT_MAY_HAVE_APPLIED));
	assert_true(put_verdict_may_have_written(PUT_UNREAD));
	assert_false(put_verdict_may_have_written(PUT_STANDS));
	assert_false(put_verdict_may_have_written(PUT_WROTE_NOTHING));
}

static void in_words(void **state)
{
	const struct cache_members wanted = {true, sent_key, 300};
	const struct cache_members touched = {true, sent_key, 5};
	const struct cache_members other = {false, other_key, 5};
	struct put_facts facts = {
		.may_have_applied = true,
		.base = {&base, "\"29\"", 29},
		.now = {&touched, "\"31\"", 31},
		.wanted = &wanted,
	};
	char words[240];
	char narrow[10];

	(void)state;
	put_verdict_words(PUT_OVERTAKEN, &facts, "j.doe", words, sizeof(words));
	assert_string_equal(words,
			    "then changed by j.doe, and is now at version 31: cacheTtl is not "
			    "as it was sent");
	put_verdict_words(PUT_MAY_HAVE_APPLIED, &facts, "", words, sizeof(words));
	assert_string_equal(words, "the action was changed by someone else, and is now at version "
				   "31; whether this change was applied before can't be known");
	facts.now = (struct put_state){&other, "\"x\"", -1};
	put_verdict_words(PUT_OVERTAKEN, &facts, "j\ndoe", words, sizeof(words));
	assert_string_equal(words, "then changed by j doe: no member is as it was sent");
	put_verdict_words(PUT_OVERTAKEN, &facts, "j.doe", narrow, sizeof(narrow));
	assert_string_equal(narrow, "then chan");
	put_verdict_words(PUT_WROTE_NOTHING, &facts, "j.doe", words, sizeof(words));
	assert_string_equal(words, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination),
		cmocka_unit_test(the_old_state_and_no_state),
		cmocka_unit_test(tags_that_are_versions),
		cmocka_unit_test(who_may_have_written),
		cmocka_unit_test(in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
