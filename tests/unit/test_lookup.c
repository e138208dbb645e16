/* One recorded cache look-up: a line of a feed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/lookup.h"
#include "dacache/domain/ttl_model.h"

static struct lookup parse(const char *line)
{
	struct lookup lookup;
	struct err err;

	err_clear(&err);
	assert_int_equal(lookup_parse(line, strlen(line), &lookup, &err), ERR_OK);
	assert_string_equal(err.text, "");
	return lookup;
}

static void assert_refused(const char *line, const char *text)
{
	struct lookup lookup;
	struct err err;

	assert_int_equal(lookup_parse(line, strlen(line), &lookup, &err), ERR_PARSE);
	assert_int_equal(err.code, ERR_PARSE);
	assert_string_equal(err.text, text);
	assert_int_equal(lookup_parse(line, strlen(line), &lookup, NULL), ERR_PARSE);
}

static void a_whole_line(void **state)
{
	struct lookup l = parse("{\"ts\": 1763799600.25, \"dataActionId\": \"da-1\", \"key\": "
				"\"customer_7\", \"hit\": true, \"latencyMs\": 41.5}\r\n");

	(void)state;
	assert_int_equal(l.wall_us, 1763799600250000);
	assert_string_equal(l.action_id, "da-1");
	assert_true(l.hit);
	assert_true(l.has_key);
	assert_true(l.key_hash == ttl_model_hash("customer_7"));
	assert_int_equal(l.latency_us, 41500);
}

static void the_least_line(void **state)
{
	struct lookup l = parse("{\"hit\":false,\"dataActionId\":\"x\"}");

	(void)state;
	assert_int_equal(l.wall_us, -1);
	assert_false(l.hit);
	assert_false(l.has_key);
	assert_int_equal(l.latency_us, -1);
}

static void null_stands_for_absent(void **state)
{
	struct lookup l = parse("{\"hit\":false,\"dataActionId\":\"x\",\"ts\":null,\"key\":null,"
				"\"latencyMs\":null}");

	(void)state;
	assert_int_equal(l.wall_us, -1);
	assert_false(l.has_key);
	assert_int_equal(l.latency_us, -1);
}

static int64_t ts_of(const char *ts)
{
	char line[256];

	snprintf(line, sizeof(line), "{\"ts\":%s,\"dataActionId\":\"x\",\"hit\":true}", ts);
	return parse(line).wall_us;
}

static void times_in_seconds_or_rfc3339(void **state)
{
	(void)state;
	assert_int_equal(ts_of("0"), 0);
	assert_int_equal(ts_of("1763799600"), 1763799600000000);
	assert_int_equal(ts_of("1763799600.123456"), 1763799600123456);
	assert_int_equal(ts_of("1763799600.1234565999999999999999999"), 1763799600123457);
	assert_int_equal(ts_of("1.7637996E9"), 1763799600000000);
	assert_int_equal(ts_of("17637996e+2"), 1763799600000000);
	assert_int_equal(ts_of("17637996000e-1"), 1763799600000000);
	assert_int_equal(ts_of("0.0000004"), 0);
	assert_int_equal(ts_of("0.0000005"), 1);
	assert_int_equal(ts_of("0e99999999999"), 0);
	assert_int_equal(ts_of("1e-99999999999"), 0);
	assert_int_equal(ts_of("\"2025-11-22T08:20:00Z\""), 1763799600000000);
	assert_int_equal(ts_of("\"2025-11-22T09:20:00.250+01:00\""), 1763799600250000);
	assert_int_equal(ts_of("\"2025-11-22T08:20:00\\u005a\""), 1763799600000000);
}

static void escapes_are_undone(void **state)
{
	struct lookup l = parse("{\"dataActi\\u006fnId\":\"a\\u0062\\/\\\\\\\"\\n\\u00e9\\ud83d"
				"\\ude00\",\"h\\u0069t\":true,\"key\":\"k\\t\\u20ac\\ud800x\"}");

	(void)state;
	assert_string_equal(l.action_id, "ab/\\\"\n\xc3\xa9\xf0\x9f\x98\x80");
	assert_true(l.hit);
	assert_true(l.key_hash == ttl_model_hash("k\t\xe2\x82\xac\xef\xbf\xbdx"));
}

static void unknown_members_are_passed_over(void **state)
{
	struct lookup l = parse(
		"{\"a\":{\"hit\":false,\"b\":[1,{\"c\":[[],{}]},\"}]\\\"\",null,true,-1.5e3]},"
		"\"dataActionId\":\"x\",\"a name much longer than any that counts\":[],"
		"\"hit\":true,\"hits\":1,\"hi\":0,\"hit\\u0000\":false,\"\":\"\",\"z\":\"hit\"}");

	(void)state;
	assert_true(l.hit);
	assert_string_equal(l.action_id, "x");
}

static void the_last_of_two_counts(void **state)
{
	struct lookup l = parse("{\"hit\":true,\"dataActionId\":\"a\",\"hit\":false,"
				"\"dataActionId\":\"b\",\"key\":\"k\",\"key\":null}");

	(void)state;
	assert_false(l.hit);
	assert_string_equal(l.action_id, "b");
	assert_false(l.has_key);
}

static void what_is_missing_or_mistyped_is_named(void **state)
{
	(void)state;
	assert_refused("{\"hit\":true}", "dataActionId is missing");
	assert_refused("{\"dataActionId\":\"x\"}", "hit is missing");
	assert_refused("{}", "dataActionId is missing");
	assert_refused("{\"dataActionId\":7,\"hit\":true}", "dataActionId must be a string");
	assert_refused("{\"dataActionId\":null,\"hit\":true}", "dataActionId must be a string");
	assert_refused("{\"dataActionId\":\"\",\"hit\":true}", "dataActionId must be an id");
	assert_refused("{\"dataActionId\":\"a\\u0000b\",\"hit\":true}",
		       "dataActionId must be an id");
	assert_refused("{\"dataActionId\":\"x\",\"hit\":1}", "hit must be true or false");
	assert_refused("{\"dataActionId\":\"x\",\"hit\":\"true\"}", "hit must be true or false");
	assert_refused("{\"dataActionId\":\"x\",\"hit\":null}", "hit must be true or false");
	assert_refused("{\"dataActionId\":\"x\",\"hit\":true,\"key\":5}", "key must be a string");
	assert_refused("{\"latencyMs\":\"5\"}", "latencyMs must be a number from 0");
	assert_refused("{\"latencyMs\":-1}", "latencyMs must be a number from 0");
	assert_refused("{\"latencyMs\":1e30}", "latencyMs must be a number from 0");
	assert_refused("{\"ts\":true}", "ts must be seconds since 1970 or an RFC 3339 date");
	assert_refused("{\"ts\":\"yesterday\"}",
		       "ts must be seconds since 1970 or an RFC 3339 date");
	assert_refused("{\"ts\":-5}", "ts must be seconds since 1970 or an RFC 3339 date");
	assert_refused("{\"ts\":1e15}", "ts must be seconds since 1970 or an RFC 3339 date");
}

static void broken_lines_are_refused(void **state)
{
	static const char *const broken[] = {
		"",
		" ",
		"{",
		"}",
		"[]",
		"null",
		"{\"hit\"",
		"{\"hit\":",
		"{\"hit\":true",
		"{\"hit\":true,",
		"{\"hit\":true,}",
		"{,\"hit\":true}",
		"{\"hit\" true}",
		"{hit:true}",
		"{\"hit\":tru}",
		"{\"hit\":truex}",
		"{\"hit\":true \"dataActionId\":\"x\"}",
		"{\"hit\":true,\"dataActionId\":\"x\"} {}",
		"{\"hit\":true,\"dataActionId\":\"x}",
		"{\"hit\":true,\"dataActionId\":\"x\\",
		"{\"hit\":true,\"dataActionId\":\"\\q\"}",
		"{\"hit\":true,\"dataActionId\":\"\\u12g4\"}",
		"{\"hit\":true,\"dataActionId\":\"\\u12",
		"{\"hit\":true,\"dataActionId\":\"a\tb\"}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":01}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":-}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":1.}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":.5}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":1e}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":+1}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":[1,]}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":[1}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":{1:2}}",
		"{\"hit\":true,\"dataActionId\":\"x\",\"a\":}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct lookup lookup;
		struct err err;

		assert_int_equal(lookup_parse(broken[i], strlen(broken[i]), &lookup, &err),
				 ERR_PARSE);
		assert_string_not_equal(err.text, "");
	}
}

static void ids_fill_their_room_and_no_more(void **state)
{
	char line[256];
	char id[LOOKUP_ID_SIZE + 1];

	(void)state;
	memset(id, 'i', sizeof(id));
	id[LOOKUP_ID_SIZE - 1] = '\0';
	snprintf(line, sizeof(line), "{\"hit\":true,\"dataActionId\":\"%s\"}", id);
	assert_string_equal(parse(line).action_id, id);
	id[LOOKUP_ID_SIZE - 1] = 'i';
	id[LOOKUP_ID_SIZE] = '\0';
	snprintf(line, sizeof(line), "{\"hit\":true,\"dataActionId\":\"%s\"}", id);
	assert_refused(line, "dataActionId must be shorter than 128 bytes");
}

static void nesting_has_an_end(void **state)
{
	static char line[20000] = "{\"a\":";
	struct lookup lookup;

	(void)state;
	memset(line + 5, '[', sizeof(line) - 5);
	assert_int_equal(lookup_parse(line, sizeof(line), &lookup, NULL), ERR_PARSE);
}

/* --- against json-c ------------------------------------------------------- */

static struct json_object *reference_parse(const char *line, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(32);
	struct json_object *root;

	assert_non_null(tokener);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	root = json_tokener_parse_ex(tokener, line, (int)len);
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		root = json_tokener_parse_ex(tokener, "", 1);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    !json_object_is_type(root, json_type_object)) {
		json_object_put(root);
		root = NULL;
	}
	json_tokener_free(tokener);
	return root;
}

static void compare_number(struct json_object *root, const char *name, int64_t got, double scale)
{
	struct json_object *member;
	double wanted;

	if (!json_object_object_get_ex(root, name, &member) || member == NULL) {
		assert_int_equal(got, -1);
		return;
	}
	if (json_object_is_type(member, json_type_string))
		return;
	wanted = json_object_get_double(member) * scale;
	assert_true(fabs((double)got - wanted) <= 1 + fabs(wanted) * 1e-12);
}

/* What lookup_parse took, json-c takes too, and reads the same from it. */
static void compare_taken(const char *line, size_t len, const struct lookup *lookup)
{
	struct json_object *root = reference_parse(line, len);
	struct json_object *member = NULL;

	if (root == NULL)
		print_message("taken by lookup_parse alone: %.*s\n", (int)len, line);
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "dataActionId", &member));
	assert_string_equal(lookup->action_id, json_object_get_string(member));
	assert_true(json_object_object_get_ex(root, "hit", &member));
	assert_true(json_object_is_type(member, json_type_boolean));
	assert_int_equal(lookup->hit, json_object_get_boolean(member));
	member = NULL;
	json_object_object_get_ex(root, "key", &member);
	assert_int_equal(lookup->has_key, member != NULL);
	if (member != NULL)
		assert_true(lookup->key_hash ==
			    ttl_model_hash_add(TTL_MODEL_HASH_START, json_object_get_string(member),
					       (size_t)json_object_get_string_len(member)));
	compare_number(root, "ts", lookup->wall_us, 1e6);
	compare_number(root, "latencyMs", lookup->latency_us, 1e3);
	json_object_put(root);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* json-c is laxer than RFC 8259 in controls in strings and in numbers with signs,
 * points, exponents and zeros in front: such lines are left out. */
static bool reference_is_lax(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool behind_digit = i > 0 && is_digit(line[i - 1]);

		if ((unsigned char)line[i] < 0x20 || strchr(".+-", line[i]) != NULL)
			return true;
		if (behind_digit && (line[i] == 'e' || line[i] == 'E'))
			return true;
		if (line[i] == '0' && !behind_digit)
			return true;
	}
	return false;
}

static bool is_string(struct json_object *root, const char *name)
{
	struct json_object *member;

	return json_object_object_get_ex(root, name, &member) &&
	       json_object_is_type(member, json_type_string);
}

static bool is_boolean(struct json_object *root, const char *name)
{
	struct json_object *member;

	return json_object_object_get_ex(root, name, &member) &&
	       json_object_is_type(member, json_type_boolean);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static size_t mutate(char *line, size_t len, uint64_t *seed)
{
	static const char letters[] = "{}[]\":,\\u0019eE+-.tfn \t/dahits";
	size_t at = next_random(seed) % len;
	char letter = letters[next_random(seed) % (sizeof(letters) - 1)];

	switch (next_random(seed) % 3) {
	case 0:
		line[at] = letter;
		return len;
	case 1:
		memmove(line + at, line + at + 1, len - at - 1);
		return len - 1;
	default:
		memmove(line + at + 1, line + at, len - at);
		line[at] = letter;
		return len + 1;
	}
}

static void mutated_lines_read_as_json_c_reads_them(void **state)
{
	static const char *const seeds[] = {
		"{\"ts\":1763799600.25,\"dataActionId\":\"da-1\",\"key\":\"customer_7\","
		"\"hit\":true,\"latencyMs\":41.5}",
		"{\"ts\":17637,\"dataActionId\":\"x\\u00e9\\\"\",\"key\":\"k\\\\\",\"hit\":false}",
		"{\"z\":{\"a\":[1,2,{\"b\":null}],\"c\":\"\\ud83d\\ude00\"},\"hit\":true,"
		"\"dataActionId\":\"a\"}",
	};
	uint64_t seed = 20251122;
	int taken = 0;
	int refused = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		char line[256];
		const char *from = seeds[i % 3];
		size_t len = strlen(from);
		struct lookup lookup;

		memcpy(line, from, len);
		for (uint64_t n = next_random(&seed) % 4; n > 0; n--)
			len = mutate(line, len, &seed);
		if (lookup_parse(line, len, &lookup, NULL) == ERR_OK) {
			compare_taken(line, len, &lookup);
			taken++;
		} else {
			refused++;
		}
	}
	assert_true(taken > 5000);
	assert_true(refused > 5000);
}

static void what_json_c_takes_is_taken(void **state)
{
	static const char seed_line[] =
		"{\"z\":{\"a\":[1,2,{\"b\":null}],\"c\":\"\\u1f3d\"},\"hit\":true,"
		"\"dataActionId\":\"a\",\"x\":[\"{\",[ ],{ }]}";
	uint64_t seed = 7;
	int checked = 0;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		char line[256];
		size_t len = strlen(seed_line);
		struct json_object *root;
		struct lookup lookup;

		memcpy(line, seed_line, len);
		for (uint64_t n = 1 + next_random(&seed) % 3; n > 0; n--)
			len = mutate(line, len, &seed);
		root = reference_is_lax(line, len) ? NULL : reference_parse(line, len);
		if (root != NULL && is_string(root, "dataActionId") && is_boolean(root, "hit") &&
		    !json_object_object_get_ex(root, "ts", NULL)) {
			bool empty = json_object_get_string_len(
					     json_object_object_get(root, "dataActionId")) == 0;

			if (lookup_parse(line, len, &lookup, NULL) != ERR_OK && !empty)
				fail_msg("refused: %.*s", (int)len, line);
			checked++;
		}
		json_object_put(root);
	}
	assert_true(checked > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_line),
		cmocka_unit_test(the_least_line),
		cmocka_unit_test(null_stands_for_absent),
		cmocka_unit_test(times_in_seconds_or_rfc3339),
		cmocka_unit_test(escapes_are_undone),
		cmocka_unit_test(unknown_members_are_passed_over),
		cmocka_unit_test(the_last_of_two_counts),
		cmocka_unit_test(what_is_missing_or_mistyped_is_named),
		cmocka_unit_test(broken_lines_are_refused),
		cmocka_unit_test(ids_fill_their_room_and_no_more),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(mutated_lines_read_as_json_c_reads_them),
		cmocka_unit_test(what_json_c_takes_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
