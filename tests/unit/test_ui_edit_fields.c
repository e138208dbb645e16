/* What the form holds: as typed, as a proposal, as a draft, on another base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../src/ui/edit_fields.h"

static const struct cache_members no_base;

static void set(struct form_line *line, const char *text)
{
	assert_int_equal(form_line_set(line, text), ERR_OK);
}

static struct edit_fields fields_of(const char *key, int64_t ttl_s)
{
	struct proposal proposal = {0};
	struct edit_fields fields;

	local_settings_init(&proposal.local);
	assert_int_equal(cache_members_set(&proposal.members, true, key, ttl_s), ERR_OK);
	proposal.tier = tier_of_ttl(&proposal.local.matrix, ttl_s);
	edit_fields_init(&fields);
	assert_int_equal(edit_fields_from_proposal(&proposal, &fields), ERR_OK);
	proposal_clear(&proposal);
	return fields;
}

static void an_action_comes_and_goes_unchanged(void **state)
{
	struct edit_fields fields = fields_of("key_{a} ", 120);
	struct findings findings;
	struct proposal out;

	(void)state;
	assert_int_equal(fields.tier, TIER_CUSTOM);
	assert_int_equal(edit_fields_proposal(&fields, &no_base, &out, &findings), ERR_OK);
	assert_int_equal(findings.len, 0);
	assert_string_equal(out.members.key, "key_{a} ");
	assert_int_equal(out.members.ttl_s, 120);
	assert_int_equal(out.local.payload_kb, 12);
	proposal_clear(&out);
	edit_fields_free(&fields);
}

static void no_key_stays_no_key(void **state)
{
	struct edit_fields fields = fields_of(NULL, 300);
	const struct cache_members with_key = {.key = (char[]){"k"}};
	struct findings findings;
	struct proposal out;

	(void)state;
	assert_int_equal(edit_fields_proposal(&fields, &no_base, &out, &findings), ERR_OK);
	assert_null(out.members.key);
	proposal_clear(&out);
	assert_int_equal(edit_fields_proposal(&fields, &with_key, &out, &findings), ERR_OK);
	assert_string_equal(out.members.key, "");
	proposal_clear(&out);
	edit_fields_free(&fields);
}

static void what_is_no_number_is_an_error_of_its_field(void **state)
{
	static const char *const wrong[] = {"",    "\"60\"", "60.9", "true",
					    "6e1", " 60",    "60s",  "0x3c"};
	struct edit_fields fields = fields_of("k", 60);
	struct findings findings;
	struct proposal out;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		set(&fields.ttl[TIER_HIGH_PRIORITY], wrong[i]);
		assert_int_equal(edit_fields_proposal(&fields, &no_base, &out, &findings), ERR_OK);
		assert_int_equal(findings.len, 1);
		assert_int_equal(findings.items[0].field, FIELD_TTL_HIGH_PRIORITY);
		assert_true(findings.items[0].is_error);
		proposal_clear(&out);
	}
	set(&fields.ttl[TIER_HIGH_PRIORITY], "60");
	/* a custom TTL counts when it is chosen */
	set(&fields.ttl[TIER_CUSTOM], "x");
	assert_int_equal(edit_fields_proposal(&fields, &no_base, &out, &findings), ERR_OK);
	assert_int_equal(findings.len, 0);
	proposal_clear(&out);
	fields.tier = TIER_CUSTOM;
	assert_int_equal(edit_fields_proposal(&fields, &no_base, &out, &findings), ERR_OK);
	assert_int_equal(findings.len, 1);
	assert_int_equal(findings.items[0].field, FIELD_TTL);
	proposal_clear(&out);
	edit_fields_free(&fields);
}

static void a_number_past_all_is_too_great(void **state)
{
	struct edit_fields fields = fields_of("k", 60);
	const struct action action = {.id = (char[]){"a"}};
	struct findings findings;
	struct proposal out;

	(void)state;
	set(&fields.ttl[TIER_HIGH_PRIORITY], "99999999999999999999");
	assert_int_equal(edit_fields_check(&fields, &action, NULL, &out, &findings), ERR_OK);
	assert_int_equal(findings.len, 1);
	assert_int_equal(findings.items[0].kind, FINDING_TTL_OVER);
	proposal_clear(&out);
	edit_fields_free(&fields);
}

static void a_draft_brings_back_what_was_typed(void **state)
{
	struct edit_fields fields = fields_of("a\\b\nc{", 300);
	struct edit_fields back;
	struct err err;
	struct buf text;

	(void)state;
	fields.enabled = false;
	fields.tier = TIER_STATIC_REFERENCE;
	set(&fields.ttl[TIER_DEFAULT], "6x");
	set(&fields.payload, "");
	assert_int_equal(edit_fields_add(&fields), ERR_OK);
	set(&fields.directives[0].source, "http://half a");
	assert_int_equal(edit_fields_add(&fields), ERR_OK);
	set(&fields.directives[1].event, "e\\n ");
	fields.directives[1].action = DIRECTIVE_NOOP;
	buf_init(&text, 4096);
	assert_int_equal(edit_fields_to_text(&fields, &text), ERR_OK);
	edit_fields_init(&back);
	assert_int_equal(edit_fields_from_text(buf_str(&text), &back, &err), ERR_OK);
	assert_true(edit_fields_equal(&fields, &back));
	assert_string_equal(form_line_text(&back.key), "a\\b\nc{");
	assert_string_equal(form_line_text(&back.directives[1].event), "e\\n ");
	edit_fields_free(&back);
	edit_fields_free(&fields);
	buf_free(&text);
}

static void a_draft_of_something_else_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"{\"key\":1}",
		"dacache-form 2\n",
		"dacache-form 1\nsource x\n",
		"dacache-form 1\ntier no_such_tier\n",
		"dacache-form 1\ndirective explode\n",
		"dacache-form 1\nwhat is this\n",
	};
	struct edit_fields fields;
	struct err err;

	(void)state;
	edit_fields_init(&fields);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_not_equal(edit_fields_from_text(wrong[i], &fields, &err), ERR_OK);
	edit_fields_free(&fields);
}

static void a_new_base_moves_what_was_not_edited(void **state)
{
	struct edit_fields old = fields_of("old", 300);
	struct edit_fields fresh = fields_of("fresh", 600);
	struct edit_fields mine = fields_of("old", 300);

	(void)state;
	set(&mine.key, "mine");
	assert_int_equal(edit_fields_rebase(&mine, &old, &fresh), ERR_OK);
	assert_string_equal(form_line_text(&mine.key), "mine");
	assert_int_equal(mine.tier, TIER_CUSTOM);
	assert_string_equal(form_line_text(&mine.ttl[TIER_CUSTOM]), "600");
	edit_fields_free(&mine);

	mine = fields_of("old", 300);
	mine.tier = TIER_HIGH_PRIORITY;
	assert_int_equal(edit_fields_rebase(&mine, &old, &fresh), ERR_OK);
	assert_string_equal(form_line_text(&mine.key), "fresh");
	assert_int_equal(mine.tier, TIER_HIGH_PRIORITY);
	edit_fields_free(&mine);
	edit_fields_free(&fresh);
	edit_fields_free(&old);
}

static void directives_have_a_most_and_keep_their_order(void **state)
{
	struct edit_fields fields = fields_of("k", 300);
	char text[8] = "a";

	(void)state;
	for (int i = 0; i < DIRECTIVES_MAX; i++) {
		assert_int_equal(edit_fields_add(&fields), ERR_OK);
		text[0] = (char)('a' + i % 26);
		set(&fields.directives[i].source, text);
	}
	assert_int_equal(edit_fields_add(&fields), ERR_LIMIT);
	edit_fields_remove(&fields, 0);
	assert_int_equal(fields.directives_len, DIRECTIVES_MAX - 1);
	assert_string_equal(form_line_text(&fields.directives[0].source), "b");
	edit_fields_remove(&fields, fields.directives_len - 1);
	assert_int_equal(fields.directives_len, DIRECTIVES_MAX - 2);
	edit_fields_free(&fields);
}

static void custom_begins_as_what_it_was(void **state)
{
	struct edit_fields fields = fields_of("k", 60);

	(void)state;
	fields.tier = TIER_CUSTOM;
	assert_int_equal(edit_fields_tier_chosen(&fields, TIER_HIGH_PRIORITY), ERR_OK);
	assert_string_equal(form_line_text(&fields.ttl[TIER_CUSTOM]), "60");
	/* what was typed there stays */
	assert_int_equal(edit_fields_tier_chosen(&fields, TIER_STATIC_REFERENCE), ERR_OK);
	assert_string_equal(form_line_text(&fields.ttl[TIER_CUSTOM]), "60");
	edit_fields_free(&fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_action_comes_and_goes_unchanged),
		cmocka_unit_test(no_key_stays_no_key),
		cmocka_unit_test(what_is_no_number_is_an_error_of_its_field),
		cmocka_unit_test(a_number_past_all_is_too_great),
		cmocka_unit_test(a_draft_brings_back_what_was_typed),
		cmocka_unit_test(a_draft_of_something_else_is_refused),
		cmocka_unit_test(a_new_base_moves_what_was_not_edited),
		cmocka_unit_test(directives_have_a_most_and_keep_their_order),
		cmocka_unit_test(custom_begins_as_what_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
