#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/action.h"
#include "dacache/domain/canonical.h"

static const char whole[] =
	"{\"id\":\"da-1\",\"name\":\"Get Customer\",\"category\":\"CRM\",\"integrationId\":\"i-9\","
	"\"version\":7,\"secure\":true,\"modifiedBy\":\"m.ito\","
	"\"dateModified\":\"2026-01-31T14:02:09Z\","
	"\"contract\":{\"input\":{\"properties\":{\"contactId\":{},\"ani\":{\"type\":\"string\"}}}}"
	","
	"\"cacheEnabled\":true,\"cacheKey\":\"customer_{contactId}\",\"cacheTtl\":60}";

static struct action *parse(const char *body, const char *etag)
{
	struct action *action = NULL;
	struct err err = {0};

	if (action_parse(body, strlen(body), etag, &action, &err) != ERR_OK)
		fail_msg("%s: %s", err.text, body);
	return action;
}

static void assert_refused(const char *body, const char *text)
{
	struct action *action;
	struct err err;

	assert_int_equal(action_parse(body, strlen(body), NULL, &action, &err), ERR_PARSE);
	assert_null(action);
	if (!strstr(err.text, text))
		fail_msg("\"%s\" lacks \"%s\"", err.text, text);
}

static void whole_action_is_read(void **state)
{
	struct action *action = parse(whole, "\"12\"");

	(void)state;
	assert_string_equal(action->id, "da-1");
	assert_string_equal(action->name, "Get Customer");
	assert_string_equal(action->category, "CRM");
	assert_string_equal(action->integration_id, "i-9");
	assert_string_equal(action->modified_by, "m.ito");
	assert_string_equal(action->date_modified, "2026-01-31T14:02:09Z");
	assert_int_equal(action->version, 7);
	assert_true(action->secure);
	assert_true(action->members.enabled);
	assert_string_equal(action->members.key, "customer_{contactId}");
	assert_int_equal(action->members.ttl_s, 60);
	assert_int_equal(action->inputs_len, 2);
	assert_string_equal(action->inputs[0], "contactId");
	assert_string_equal(action->inputs[1], "ani");
	assert_string_equal(action->etag, "\"12\"");
	action_free(&action);
	assert_null(action);
	action_free(&action);
}

static void bare_action_has_empty_texts(void **state)
{
	struct action *action = parse("{\"id\":\"x\",\"name\":5,\"version\":\"7\"}", NULL);

	(void)state;
	assert_string_equal(action->name, "");
	assert_string_equal(action->category, "");
	assert_string_equal(action->integration_id, "");
	assert_string_equal(action->modified_by, "");
	assert_string_equal(action->date_modified, "");
	assert_int_equal(action->version, -1);
	assert_false(action->secure);
	assert_null(action->members.key);
	assert_int_equal(action->members.ttl_s, CACHE_TTL_ABSENT);
	assert_int_equal(action->inputs_len, 0);
	assert_string_equal(action->etag, "");
	action_free(&action);
}

static void what_is_no_action_is_refused(void **state)
{
	(void)state;
	assert_refused("", "empty");
	assert_refused("<html>", "not JSON");
	assert_refused("{\"id\":\"x\"", "too early");
	assert_refused("{\"id\":\"x\"} trailing", "not JSON");
	assert_refused("[1]", "no JSON object");
	assert_refused("null", "not JSON");
	assert_refused("{}", "no id");
	assert_refused("{\"id\":\"\"}", "no id");
	assert_refused("{\"id\":null}", "no id");
	assert_refused("{\"id\":5}", "no id");
	assert_refused("{\"id\":\"a\\u0000b\"}", "no id");
	assert_refused("{\"id\":\"\xff\"}", "not JSON");
	assert_refused("{'id':'x'}", "not JSON");
	assert_refused("{/* */\"id\":\"x\"}", "not JSON");
	assert_refused("{\"id\":\"x\",}", "not JSON");
}

static void nul_byte_in_the_body_is_refused(void **state)
{
	static const char body[] = "{\"id\":\"x\"}\0{}";
	struct action *action;

	(void)state;
	assert_int_equal(action_parse(body, sizeof(body) - 1, NULL, &action, NULL), ERR_PARSE);
	assert_int_equal(action_parse(NULL, 0, NULL, &action, NULL), ERR_PARSE);
}

static void nesting_has_an_end(void **state)
{
	struct buf body;
	struct action *action;
	struct err err;

	(void)state;
	buf_init(&body, 1 << 20);
	buf_puts(&body, "{\"id\":\"x\",\"deep\":");
	for (int i = 0; i < 100000; i++)
		buf_putc(&body, '[');
	for (int i = 0; i < 100000; i++)
		buf_putc(&body, ']');
	buf_putc(&body, '}');
	assert_int_equal(action_parse(body.data, body.len, NULL, &action, &err), ERR_PARSE);
	assert_non_null(strstr(err.text, "nesting too deep"));
	buf_free(&body);
}

static void too_long_etag_is_refused(void **state)
{
	char etag[ETAG_SIZE + 1];
	struct action *action;

	(void)state;
	memset(etag, 'e', sizeof(etag));
	etag[ETAG_SIZE] = '\0';
	assert_int_equal(action_parse(whole, strlen(whole), etag, &action, NULL), ERR_LIMIT);
	assert_null(action);
	etag[ETAG_SIZE - 1] = '\0';
	action = parse(whole, etag);
	assert_string_equal(action->etag, etag);
	action_free(&action);
}

static void etag_goes_back_byte_for_byte(void **state)
{
	static const char *const etags[] = {"\"12\"", "W/\"12\"", "12", "\"\xc3\xa9 ,\""};
	char if_match[ETAG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(etags) / sizeof(etags[0]); i++) {
		struct action *action = parse(whole, etags[i]);

		assert_int_equal(action_if_match(action, if_match), ERR_OK);
		assert_string_equal(if_match, etags[i]);
		action_free(&action);
	}
}

/* The golden hashes, through a whole document, NUL in the key included. */
static void without_etag_the_fetched_members_are_hashed(void **state)
{
	struct json_object *file = json_object_from_file(TEST_DATA_DIR "/etag.json");
	struct json_object *cases = json_object_object_get(file, "cases");
	size_t n = json_object_array_length(cases);

	(void)state;
	assert_in_range(n, 30, 1000);
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *payload = json_object_object_get(one, "payload");
		char if_match[ETAG_SIZE];
		char wanted[ETAG_SIZE];

		json_object_object_add(payload, "id", json_object_new_string("x"));
		struct action *action = parse(json_object_to_json_string(payload), "");

		snprintf(wanted, sizeof(wanted), "\"%s\"",
			 json_object_get_string(json_object_object_get(one, "sha256")));
		assert_int_equal(action_if_match(action, if_match), ERR_OK);
		assert_string_equal(if_match, wanted);
		/* wanting what one sees changes nothing: the body is the document */
		struct buf body;

		buf_init(&body, 1 << 20);
		assert_int_equal(action_put_body(action, &action->members, false, &body), ERR_OK);
		assert_string_equal(buf_str(&body), json_object_to_json_string(payload));
		buf_free(&body);
		action_free(&action);
	}
	json_object_put(file);
}

static void assert_hash_of(const char *body, const char *canonical)
{
	struct action *action = parse(body, NULL);
	char if_match[ETAG_SIZE];
	char wanted[ETAG_SIZE];
	char hex[65];

	assert_int_equal(canonical_sha256(canonical, strlen(canonical), hex), ERR_OK);
	snprintf(wanted, sizeof(wanted), "\"%s\"", hex);
	assert_int_equal(action_if_match(action, if_match), ERR_OK);
	assert_string_equal(if_match, wanted);
	action_free(&action);
}

static void members_are_hashed_as_they_came(void **state)
{
	(void)state;
	assert_hash_of("{\"id\":\"x\"}", "{}");
	assert_hash_of("{\"id\":\"x\",\"cacheTtl\":\"60\",\"cacheEnabled\":false}",
		       "{\"cacheEnabled\":false,\"cacheTtl\":\"60\"}");
	assert_hash_of("{\"id\":\"x\",\"cacheTtl\":60.90,\"cacheKey\":null}",
		       "{\"cacheKey\":null,\"cacheTtl\":60.9}");
}

static void copy_stands_by_itself(void **state)
{
	struct action *action = parse(whole, "\"12\"");
	struct action *copy;
	struct buf a;
	struct buf b;

	(void)state;
	buf_init(&a, 1 << 16);
	buf_init(&b, 1 << 16);
	action_pretty(action, &a);
	assert_int_equal(action_copy(action, &copy), ERR_OK);
	action_free(&action);
	assert_string_equal(copy->id, "da-1");
	assert_string_equal(copy->members.key, "customer_{contactId}");
	assert_string_equal(copy->inputs[1], "ani");
	assert_string_equal(copy->etag, "\"12\"");
	assert_int_equal(copy->version, 7);
	assert_int_equal(action_pretty(copy, &b), ERR_OK);
	assert_string_equal(buf_str(&a), buf_str(&b));
	action_free(&copy);
	buf_free(&a);
	buf_free(&b);
}

static void pretty_is_indented_and_exact(void **state)
{
	struct action *action = parse(" {\"id\" : \"x\\u00e9\\n\", \"e\":{ },\"l\":[ "
				      "],\"n\":[1,123456789012345678901.50],"
				      "\"d\":{\"a\":null}}\r\n",
				      NULL);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	assert_int_equal(action_pretty(action, &out), ERR_OK);
	assert_string_equal(buf_str(&out), "{\n"
					   "  \"id\": \"x\xc3\xa9\\n\",\n"
					   "  \"e\": {},\n"
					   "  \"l\": [],\n"
					   "  \"n\": [\n"
					   "    1,\n"
					   "    123456789012345678901.50\n"
					   "  ],\n"
					   "  \"d\": {\n"
					   "    \"a\": null\n"
					   "  }\n"
					   "}");
	buf_free(&out);
	action_free(&action);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_action_is_read),
		cmocka_unit_test(bare_action_has_empty_texts),
		cmocka_unit_test(what_is_no_action_is_refused),
		cmocka_unit_test(nul_byte_in_the_body_is_refused),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(too_long_etag_is_refused),
		cmocka_unit_test(etag_goes_back_byte_for_byte),
		cmocka_unit_test(without_etag_the_fetched_members_are_hashed),
		cmocka_unit_test(members_are_hashed_as_they_came),
		cmocka_unit_test(copy_stands_by_itself),
		cmocka_unit_test(pretty_is_indented_and_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
