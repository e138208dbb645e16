#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/diff.h"

struct fixture {
	struct proposal before;
	struct proposal after;
	struct diff diff;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	*state = fixture;
	local_settings_init(&fixture->before.local);
	if (cache_members_set(&fixture->before.members, true, "k_{id}", 300) ||
	    directive_list_add(&fixture->before.local.directives, "http://a", "e", DIRECTIVE_NOOP))
		return -1;
	return proposal_copy(&fixture->before, &fixture->after) ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	proposal_clear(&fixture->before);
	proposal_clear(&fixture->after);
	diff_clear(&fixture->diff);
	free(fixture);
	return 0;
}

static void compare(struct fixture *fixture, size_t server, size_t local)
{
	diff_clear(&fixture->diff);
	assert_int_equal(diff_proposals(&fixture->before, &fixture->after, &fixture->diff), ERR_OK);
	assert_int_equal(diff_server_changes(&fixture->diff), server);
	assert_int_equal(diff_local_changes(&fixture->diff), local);
}

static void assert_line(const struct fixture *fixture, size_t i, const char *name,
			enum diff_mark mark, const char *before, const char *after)
{
	const struct diff_line *line = &fixture->diff.lines[i];

	assert_true(i < fixture->diff.len);
	assert_string_equal(line->name, name);
	assert_int_equal(line->mark, mark);
	assert_string_equal(line->before, before);
	assert_string_equal(line->after, after);
	assert_int_equal(line->local, i >= 3);
}

static void nothing_changed(void **state)
{
	struct fixture *fixture = *state;

	compare(fixture, 0, 0);
	assert_int_equal(fixture->diff.len, 8);
	assert_line(fixture, 0, "cacheEnabled", DIFF_SAME, "true", "true");
	assert_line(fixture, 1, "cacheKey", DIFF_SAME, "k_{id}", "k_{id}");
	assert_line(fixture, 2, "cacheTtl", DIFF_SAME, "300", "300");
	assert_line(fixture, 3, "ttl.default", DIFF_SAME, "300", "300");
	assert_line(fixture, 4, "ttl.high_priority", DIFF_SAME, "60", "60");
	assert_line(fixture, 5, "ttl.static_reference", DIFF_SAME, "3600", "3600");
	assert_line(fixture, 6, "payload_kb", DIFF_SAME, "12", "12");
	assert_line(fixture, 7, "directive", DIFF_SAME, "http://a,e,noop", "http://a,e,noop");
}

static void members_changed(void **state)
{
	struct fixture *fixture = *state;

	cache_members_set(&fixture->after.members, false, "k2", 60);
	compare(fixture, 3, 0);
	assert_line(fixture, 0, "cacheEnabled", DIFF_CHANGED, "true", "false");
	assert_line(fixture, 1, "cacheKey", DIFF_CHANGED, "k_{id}", "k2");
	assert_line(fixture, 2, "cacheTtl", DIFF_CHANGED, "300", "60");
}

static void members_come_and_go(void **state)
{
	struct fixture *fixture = *state;

	cache_members_set(&fixture->before.members, true, NULL, CACHE_TTL_ABSENT);
	compare(fixture, 2, 0);
	assert_line(fixture, 1, "cacheKey", DIFF_ADDED, "", "k_{id}");
	assert_line(fixture, 2, "cacheTtl", DIFF_ADDED, "", "300");
	cache_members_set(&fixture->before.members, true, "", CACHE_TTL_INVALID);
	cache_members_set(&fixture->after.members, true, NULL, 300);
	compare(fixture, 2, 0);
	assert_line(fixture, 1, "cacheKey", DIFF_REMOVED, "", "");
	assert_line(fixture, 2, "cacheTtl", DIFF_CHANGED, "invalid", "300");
}

static void local_values_changed(void **state)
{
	struct fixture *fixture = *state;

	fixture->after.local.payload_kb = 13;
	fixture->after.local.matrix.ttl_s[TIER_HIGH_PRIORITY] = 120;
	compare(fixture, 0, 2);
	assert_line(fixture, 4, "ttl.high_priority", DIFF_CHANGED, "60", "120");
	assert_line(fixture, 6, "payload_kb", DIFF_CHANGED, "12", "13");
}

static void directives_come_and_go(void **state)
{
	struct fixture *fixture = *state;
	struct directive_list *after = &fixture->after.local.directives;

	directive_list_add(after, "http://a", "e", DIRECTIVE_NOOP);
	compare(fixture, 0, 1);
	assert_int_equal(fixture->diff.len, 9);
	assert_line(fixture, 8, "directive", DIFF_ADDED, "", "http://a,e,noop");
	directive_list_clear(after);
	directive_list_add(after, "http://a", "e", DIRECTIVE_REFRESH);
	compare(fixture, 0, 2);
	assert_line(fixture, 7, "directive", DIFF_REMOVED, "http://a,e,noop", "");
	assert_line(fixture, 8, "directive", DIFF_ADDED, "", "http://a,e,refresh");
}

static void order_of_directives_is_no_change(void **state)
{
	struct fixture *fixture = *state;

	directive_list_add(&fixture->before.local.directives, "http://b", "f", DIRECTIVE_REFRESH);
	directive_list_clear(&fixture->after.local.directives);
	directive_list_add(&fixture->after.local.directives, "http://b", "f", DIRECTIVE_REFRESH);
	directive_list_add(&fixture->after.local.directives, "http://a", "e", DIRECTIVE_NOOP);
	compare(fixture, 0, 0);
}

static void full_lists_fit(void **state)
{
	struct fixture *fixture = *state;
	char event[16];

	directive_list_clear(&fixture->before.local.directives);
	directive_list_clear(&fixture->after.local.directives);
	for (int i = 0; i < DIRECTIVES_MAX; i++) {
		snprintf(event, sizeof(event), "e%d", i);
		directive_list_add(&fixture->before.local.directives, "http://a", event,
				   DIRECTIVE_NOOP);
		directive_list_add(&fixture->after.local.directives, "http://b", event,
				   DIRECTIVE_NOOP);
	}
	compare(fixture, 0, 2 * DIRECTIVES_MAX);
	assert_line(fixture, fixture->diff.len - 1, "directive", DIFF_ADDED, "",
		    "http://b,e31,noop");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(nothing_changed),
		WITH_FIXTURE(members_changed),
		WITH_FIXTURE(members_come_and_go),
		WITH_FIXTURE(local_values_changed),
		WITH_FIXTURE(directives_come_and_go),
		WITH_FIXTURE(order_of_directives_is_no_change),
		WITH_FIXTURE(full_lists_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
