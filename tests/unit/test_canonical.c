#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/canonical.h"

static void assert_canonical(const char *json, const char *wanted)
{
	struct json_object *value = json_tokener_parse(json);
	struct buf out;

	buf_init(&out, 1 << 16);
	assert_int_equal(canonical_json(value, &out), ERR_OK);
	assert_string_equal(buf_str(&out), wanted);
	buf_free(&out);
	json_object_put(value);
}

static void assert_case(struct json_object *one)
{
	struct json_object *wanted = json_object_object_get(one, "canonical");
	const char *sha256 = json_object_get_string(json_object_object_get(one, "sha256"));
	char hex[65];
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(canonical_json(json_object_object_get(one, "payload"), &out), ERR_OK);
	assert_string_equal(buf_str(&out), json_object_get_string(wanted));
	assert_int_equal(canonical_sha256(out.data, out.len, hex), ERR_OK);
	assert_string_equal(hex, sha256);
	buf_free(&out);
}

static void golden_vectors_hold(void **state)
{
	struct json_object *file = json_object_from_file(TEST_DATA_DIR "/etag.json");
	struct json_object *cases = json_object_object_get(file, "cases");
	size_t n = json_object_array_length(cases);

	(void)state;
	assert_in_range(n, 30, 1000);
	for (size_t i = 0; i < n; i++)
		assert_case(json_object_array_get_idx(cases, i));
	json_object_put(file);
}

static void members_are_sorted_at_every_level(void **state)
{
	(void)state;
	assert_canonical("{\"b\":{\"z\":1,\"a\":[{\"y\":1,\"x\":2}]},\"a\":null,\"B\":true}",
			 "{\"B\":true,\"a\":null,\"b\":{\"a\":[{\"x\":2,\"y\":1}],\"z\":1}}");
	assert_canonical("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2,\"\xc3\xa9\":3,\"z\":4}",
			 "{\"z\":4,\"\\u00e9\":3,\"\\ufffd\":2,\"\\ud83d\\ude00\":1}");
	assert_canonical("{}", "{}");
	assert_canonical("[]", "[]");
	assert_canonical("[false,[],{}]", "[false,[],{}]");
}

static void integers_are_kept(void **state)
{
	(void)state;
	assert_canonical("[0,-1,9223372036854775807,-9223372036854775808]",
			 "[0,-1,9223372036854775807,-9223372036854775808]");
	assert_canonical("[9223372036854775808,18446744073709551615]",
			 "[9223372036854775808,18446744073709551615]");
}

/* what CPython 3 prints for these */
static void doubles_read_as_pythons_repr(void **state)
{
	(void)state;
	assert_canonical("[0.0,-0.0,1.0,60.90,0.1,1.5e0]", "[0.0,-0.0,1.0,60.9,0.1,1.5]");
	assert_canonical("[1E5,100000.0,1e15,1e16,1.5e16,123456789012345680.0]",
			 "[100000.0,100000.0,1000000000000000.0,1e+16,1.5e+16,"
			 "1.2345678901234568e+17]");
	assert_canonical("[0.0001,0.00001,1.25e-5,5e-324,1.7976931348623157e308]",
			 "[0.0001,1e-05,1.25e-05,5e-324,1.7976931348623157e+308]");
	assert_canonical("[0.30000000000000004,9999999999999998.0,-2.5e-7,1e100]",
			 "[0.30000000000000004,9999999999999998.0,-2.5e-07,1e+100]");
	assert_canonical("[1e999,-1e999]", "[Infinity,-Infinity]");
}

static void string_escapes(void **state)
{
	static const char text[] = "a\0\x1f\x7f\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80";
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(canonical_string(text, sizeof(text) - 1, &out), ERR_OK);
	assert_string_equal(buf_str(&out), "\"a\\u0000\\u001f\\u007f\\\"\\\\/\\b\\f\\n\\r\\t"
					   "\\u00e9\\ud83d\\ude00\"");
	buf_reset(&out);
	/* cut within a character: nothing past len is read */
	assert_int_equal(canonical_string("\xf0\x9f\x98\x80", 2, &out), ERR_OK);
	assert_non_null(strstr(buf_str(&out), "\\ufffd"));
	buf_reset(&out);
	assert_int_equal(canonical_string("", 0, &out), ERR_OK);
	assert_string_equal(buf_str(&out), "\"\"");
	buf_free(&out);
}

static void full_buffer_is_an_error(void **state)
{
	struct json_object *value = json_tokener_parse("{\"a\":[1,2,3]}");
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	assert_int_equal(canonical_json(value, &out), ERR_LIMIT);
	buf_free(&out);
	json_object_put(value);
}

static void sha256_of_nothing(void **state)
{
	char hex[65];

	(void)state;
	assert_int_equal(canonical_sha256("", 0, hex), ERR_OK);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_vectors_hold),
		cmocka_unit_test(members_are_sorted_at_every_level),
		cmocka_unit_test(integers_are_kept),
		cmocka_unit_test(doubles_read_as_pythons_repr),
		cmocka_unit_test(string_escapes),
		cmocka_unit_test(full_buffer_is_an_error),
		cmocka_unit_test(sha256_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
