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
#include "dacache/domain/canonical.h"

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

static void the_chain_shows_where_it_is_set(void **state)
{
	struct audit_entry entry;
	struct buf out;

	(void)state;
	audit_entry_init(&entry);
	strcpy(entry.prev_hash, AUDIT_CHAIN_START);
	strcpy(entry.hash, "abc");
	buf_init(&out, 10000);
	assert_int_equal(audit_entry_to_json(&entry, &out), ERR_OK);
	assert_non_null(strstr(buf_str(&out), ",\"name\":null,\"prev_hash\":\"" AUDIT_CHAIN_START
					      "\",\"hash\":\"abc\"}"));
	buf_free(&out);
}

/* The long way: the JSON that others read, sorted by the general function. */
static void hash_the_long_way(const struct audit_entry *entry, char out[AUDIT_HASH_SIZE])
{
	struct json_object *root;
	struct buf json, sorted;

	buf_init(&json, 100000);
	buf_init(&sorted, 100000);
	assert_int_equal(audit_entry_to_json(entry, &json), ERR_OK);
	root = json_tokener_parse(buf_str(&json));
	assert_non_null(root);
	json_object_object_del(root, "hash");
	assert_int_equal(canonical_json(root, &sorted), ERR_OK);
	assert_int_equal(canonical_sha256(sorted.data, sorted.len, out), ERR_OK);
	json_object_put(root);
	buf_free(&json);
	buf_free(&sorted);
}

static void the_hash_is_that_of_the_json_others_read(void **state)
{
	static const int64_t times_us[] = {0,       1000000, 1763799600250000, 1763799600123456,
					   -250000, 150,     4102444799999999};
	static const double latencies[] = {-1, 0, 0.001, 0.0004, 84, 1e9, 41.25, 99999999999.125};
	struct audit_entry entry;
	char hash[AUDIT_HASH_SIZE], wanted[AUDIT_HASH_SIZE];

	(void)state;
	fill(&entry);
	for (size_t i = 0; i < sizeof(times_us) / sizeof(times_us[0]); i++) {
		for (size_t j = 0; j < sizeof(latencies) / sizeof(latencies[0]); j++) {
			entry.wall_us = times_us[i];
			entry.latency_ms = latencies[j];
			strcpy(entry.prev_hash, i % 2 ? AUDIT_CHAIN_START : "");
			strcpy(entry.hash, j % 2 ? AUDIT_CHAIN_START : "");
			assert_int_equal(audit_entry_hash(&entry, hash), ERR_OK);
			hash_the_long_way(&entry, wanted);
			assert_string_equal(hash, wanted);
		}
	}
	audit_entry_clear(&entry);
	audit_entry_init(&entry);
	assert_int_equal(audit_entry_hash(&entry, hash), ERR_OK);
	hash_the_long_way(&entry, wanted);
	assert_string_equal(hash, wanted);
}

/* Computed by Python's json and hashlib. */
static void the_hash_is_that_of_another_program(void **state)
{
	struct audit_entry entry;
	char hash[AUDIT_HASH_SIZE];

	(void)state;
	fill(&entry);
	strcpy(entry.prev_hash, AUDIT_CHAIN_START);
	assert_int_equal(audit_entry_hash(&entry, hash), ERR_OK);
	assert_string_equal(hash,
			    "a42ad4cc7bc7e1dfcb0781120881c0ffd48ca26d362174b7cd76b9e4feed97cc");
	audit_entry_clear(&entry);
}

static void every_member_counts_for_the_hash(void **state)
{
	struct audit_entry entry;
	char hash[AUDIT_HASH_SIZE], other[AUDIT_HASH_SIZE];

	(void)state;
	fill(&entry);
	assert_int_equal(audit_entry_hash(&entry, hash), ERR_OK);
	entry.who[0] = 'D';
	assert_int_equal(audit_entry_hash(&entry, other), ERR_OK);
	assert_string_not_equal(hash, other);
	entry.who[0] = 'd';
	entry.before.ttl_s++;
	assert_int_equal(audit_entry_hash(&entry, other), ERR_OK);
	assert_string_not_equal(hash, other);
	entry.before.ttl_s--;
	entry.wall_us++;
	assert_int_equal(audit_entry_hash(&entry, other), ERR_OK);
	assert_string_not_equal(hash, other);
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
		cmocka_unit_test(the_chain_shows_where_it_is_set),
		cmocka_unit_test(the_hash_is_that_of_the_json_others_read),
		cmocka_unit_test(the_hash_is_that_of_another_program),
		cmocka_unit_test(every_member_counts_for_the_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
