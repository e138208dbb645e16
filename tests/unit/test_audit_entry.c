/* One entry of the audit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/base/text.h"
#include "dacache/domain/audit_entry.h"

static void outcomes_have_their_words(void **state)
{
	static const char *const names[] = {"applied", "unchanged",   "conflict",
					    "refused", "not applied", "unknown"};
	enum outcome outcome;

	(void)state;
	for (size_t i = 0; i < OUTCOMES; i++) {
		assert_string_equal(outcome_name((enum outcome)i), names[i]);
		assert_int_equal(outcome_parse(names[i], &outcome), ERR_OK);
		assert_int_equal(outcome, i);
	}
	assert_int_equal(outcome_parse("Applied", &outcome), ERR_PARSE);
	assert_int_equal(outcome_parse("", &outcome), ERR_PARSE);
}

static void fill(struct audit_entry *entry)
{
	audit_entry_init(entry);
	entry->seq = 7;
	entry->wall_us = 1763799600250000;
	entry->action = text_dup("cache_update");
	entry->data_action_id = text_dup("da-1");
	entry->name = text_dup("Get \"Customer\" \xc3\xa9\n");
	entry->has_payload = true;
	cache_members_set(&entry->payload, true, "customer_{id}", 60);
	entry->has_before = true;
	cache_members_set(&entry->before, false, NULL, 300);
	cache_members_sha256(&entry->payload, entry->etag);
	entry->if_match = text_dup("\"12\"");
	entry->status = 200;
	entry->latency_ms = 41.5;
	entry->who = text_dup("demo");
	entry->outcome = OUTCOME_APPLIED;
	entry->attempts = 2;
	entry->correlation_id = text_dup("c-1");
	entry->message = text_dup("applied");
}

static void json_holds_every_member_in_order(void **state)
{
	struct audit_entry entry;
	struct buf out;

	(void)state;
	fill(&entry);
	strcpy(entry.etag, "abc");
	buf_init(&out, 10000);
	assert_int_equal(audit_entry_to_json(&entry, &out), ERR_OK);
	assert_string_equal(
		buf_str(&out),
		"{\"timestamp\":1763799600.250000,\"action\":\"cache_update\","
		"\"data_action_id\":\"da-1\",\"payload\":{\"cacheEnabled\":true,\"cacheKey\":"
		"\"customer_{id}\",\"cacheTtl\":60},\"etag\":\"abc\",\"if_match\":\"\\\"12\\\"\","
		"\"status\":200,\"latency_ms\":41.5,\"who\":\"demo\",\"outcome\":\"applied\","
		"\"attempts\":2,\"correlation_id\":\"c-1\",\"before\":{\"cacheEnabled\":false,"
		"\"cacheKey\":null,\"cacheTtl\":300},\"message\":\"applied\",\"seq\":7,"
		"\"name\":\"Get \\\"Customer\\\" \\u00e9\\n\"}");
	buf_free(&out);
	audit_entry_clear(&entry);
}

static void what_is_unknown_is_null(void **state)
{
	static const char *const names[] = {"action",   "data_action_id", "payload",    "etag",
					    "if_match", "status",         "latency_ms", "who",
					    "before",   "correlation_id", "message",    "name"};
	struct audit_entry entry;
	struct json_object *root;
	struct buf out;

	(void)state;
	audit_entry_init(&entry);
	buf_init(&out, 10000);
	assert_int_equal(audit_entry_to_json(&entry, &out), ERR_OK);
	assert_null(strchr(buf_str(&out), '\n'));
	root = json_tokener_parse(buf_str(&out));
	assert_non_null(root);
	assert_int_equal(json_object_object_length(root), 16);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct json_object *member = root;

		assert_true(json_object_object_get_ex(root, names[i], &member));
		assert_null(member);
	}
	json_object_put(root);
	buf_free(&out);
}

static void bytes_that_are_not_utf8_still_give_json(void **state)
{
	struct audit_entry entry;
	struct json_object *root;
	struct buf out;

	(void)state;
	audit_entry_init(&entry);
	entry.message = text_dup("a\xff\x1b b");
	buf_init(&out, 10000);
	assert_int_equal(audit_entry_to_json(&entry, &out), ERR_OK);
	root = json_tokener_parse(buf_str(&out));
	assert_non_null(root);
	json_object_put(root);
	buf_free(&out);
	audit_entry_clear(&entry);
}

static void a_copy_is_whole_and_its_own(void **state)
{
	struct audit_entry entry;
	struct audit_entry copy;
	struct buf a;
	struct buf b;

	(void)state;
	fill(&entry);
	assert_int_equal(audit_entry_copy(&entry, &copy), ERR_OK);
	assert_ptr_not_equal(entry.message, copy.message);
	buf_init(&a, 10000);
	buf_init(&b, 10000);
	audit_entry_to_json(&entry, &a);
	audit_entry_clear(&entry);
	audit_entry_to_json(&copy, &b);
	assert_string_equal(buf_str(&a), buf_str(&b));
	audit_entry_clear(&copy);
	audit_entry_clear(&copy);
	buf_free(&a);
	buf_free(&b);
}

static void a_full_buffer_is_told(void **state)
{
	struct audit_entry entry;
	struct buf out;

	(void)state;
	fill(&entry);
	buf_init(&out, 100);
	assert_int_equal(audit_entry_to_json(&entry, &out), ERR_LIMIT);
	buf_free(&out);
	audit_entry_clear(&entry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes_have_their_words),
		cmocka_unit_test(json_holds_every_member_in_order),
		cmocka_unit_test(what_is_unknown_is_null),
		cmocka_unit_test(bytes_that_are_not_utf8_still_give_json),
		cmocka_unit_test(a_copy_is_whole_and_its_own),
		cmocka_unit_test(a_full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
