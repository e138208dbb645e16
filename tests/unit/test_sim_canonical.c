#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/sim/canonical.h"
#include "../../src/sim/etag.h"
#include "../../src/sim/jsonio.h"

static struct json_object *load(const char *name)
{
	struct json_object *root = NULL;
	char path[512];
	struct err err;

	snprintf(path, sizeof(path), "%s/%s", TEST_DATA_DIR, name);
	if (jsonio_read_file(path, &root, &err) != ERR_OK)
		fail_msg("%s: %s", path, err.text);
	return root;
}

static const char *text_of(struct json_object *object, const char *name)
{
	return json_object_get_string(json_object_object_get(object, name));
}

static void golden_vectors(void **state)
{
	struct json_object *root = load("etag.json");
	struct json_object *cases = json_object_object_get(root, "cases");

	(void)state;
	assert_true(json_object_array_length(cases) > 20);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *payload = json_object_object_get(one, "payload");
		char hex[SHA256_HEX_SIZE];
		char etag[ETAG_SIZE];
		struct buf text;
		buf_init(&text, 1024 * 1024);
		assert_int_equal(canonical_write(payload, &text), ERR_OK);
		assert_string_equal(buf_str(&text), text_of(one, "canonical"));
		assert_int_equal(canonical_sha256(payload, hex), ERR_OK);
		assert_string_equal(hex, text_of(one, "sha256"));
		assert_int_equal(etag_of_members(payload, etag), ERR_OK);
		assert_memory_equal(etag + 1, hex, 64);
		buf_free(&text);
	}
	json_object_put(root);
}

static void every_kind_of_value(void **state)
{
	static const char in[] =
		" { \"b\" : [1, -2.50, true, null, {}, []], \"a\": {\"z\":0,\"y\":\"/\"} } ";
	static const char out[] = "{\"a\":{\"y\":\"/\",\"z\":0},\"b\":[1,-2.50,true,null,{},[]]}";
	struct json_object *value;
	struct buf text;

	(void)state;
	buf_init(&text, 1024);
	assert_int_equal(jsonio_parse(in, strlen(in), &value, NULL), ERR_OK);
	assert_int_equal(canonical_write(value, &text), ERR_OK);
	assert_string_equal(buf_str(&text), out);
	buf_free(&text);
	json_object_put(value);
}

static void lists_of_tags(void **state)
{
	(void)state;
	assert_true(etag_list_matches("\"a\"", "\"a\""));
	assert_true(etag_list_matches("*", "\"a\""));
	assert_true(etag_list_matches("\"b\", \"a\"", "\"a\""));
	assert_true(etag_list_matches("\"b\",\"a\" , \"c\"", "\"a\""));
	assert_true(etag_list_matches("\"a,b\"", "\"a,b\""));
	assert_true(etag_list_matches(", ,\"a\"", "\"a\""));
	assert_false(etag_list_matches("", "\"a\""));
	assert_false(etag_list_matches("a", "\"a\""));
	assert_false(etag_list_matches("W/\"a\"", "\"a\""));
	assert_false(etag_list_matches("\"a\"b", "\"a\""));
	assert_false(etag_list_matches("\"A\"", "\"a\""));
	assert_false(etag_list_matches("\"a", "\"a\""));
	assert_false(etag_list_matches("**", "\"a\""));
	assert_false(etag_list_matches("\"a,b\"", "\"a\""));
	assert_true(etag_list_matches_weakly("W/\"a\"", "\"a\""));
	assert_true(etag_list_matches_weakly("\"x\", W/\"a\"", "\"a\""));
	assert_false(etag_list_matches_weakly("w/\"a\"", "\"a\""));
}

static void strict_json(void **state)
{
	static const char *const bad[] = {"",        "{",           "{} x",    "nul",      "[1,]",
					  "{'a':1}", "{\"a\":'b'}", "/* */ 1", "\"\n\"",   "TRUE",
					  "+1",      ".5",          "1.",      "0x1",      "-",
					  "NaN",     "Infinity",    "[NaN]",   "\"\xff\"", "01"};
	struct json_object *value;

	(void)state;
	assert_int_equal(jsonio_parse("\"it's \\\"'\"", 10, &value, NULL), ERR_OK);
	json_object_put(value);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (jsonio_parse(bad[i], strlen(bad[i]), &value, NULL) != ERR_PARSE)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(jsonio_parse(" 12 ", 4, &value, NULL), ERR_OK);
	assert_int_equal(json_object_get_int(value), 12);
	json_object_put(value);
	assert_int_equal(jsonio_parse("7", 1, &value, NULL), ERR_OK);
	assert_int_equal(json_object_get_int(value), 7);
	json_object_put(value);
	assert_int_equal(jsonio_parse("null", 4, &value, NULL), ERR_OK);
	assert_null(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_vectors),
		cmocka_unit_test(every_kind_of_value),
		cmocka_unit_test(lists_of_tags),
		cmocka_unit_test(strict_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
