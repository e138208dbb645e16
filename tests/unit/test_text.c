#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_escaped(const char *text, const char *wanted)
{
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(text_escape(&out, text), ERR_OK);
	assert_string_equal(buf_str(&out), wanted);
	buf_free(&out);
}

static void valid_is_well_formed(void **state)
{
	(void)state;
	assert_true(text_is_valid("", 0));
	assert_true(text_is_valid("aé€😀", strlen("aé€😀")));
	assert_false(text_is_valid("\xff", 1));
	assert_false(text_is_valid("\xc3", 1));
	assert_false(text_is_valid("\xc0\x80", 2));
	assert_false(text_is_valid("\xed\xa0\x80", 3));
}

static void next_walks_characters_and_broken_bytes(void **state)
{
	const char *text = "é\xff\xe2\x82";
	uint32_t c;

	(void)state;
	assert_int_equal(text_next(text, &c), 2);
	assert_int_equal(c, 0xE9);
	assert_int_equal(text_next(text + 2, &c), 1);
	assert_int_equal(c, 0xFFFD);
	assert_int_equal(text_next(text + 3, &c), 1);
	assert_int_equal(c, 0xFFFD);
	assert_int_equal(text_next(text + 4, &c), 1);
	assert_int_equal(text_next(text + 5, &c), 0);
}

static void escape_leaves_text_alone(void **state)
{
	(void)state;
	assert_escaped("", "");
	assert_escaped("plain \\ text", "plain \\ text");
	assert_escaped("Kundenprofil für Ω 顧客 😀", "Kundenprofil für Ω 顧客 😀");
	assert_escaped("e\xcc\x81", "e\xcc\x81");
}

static void escape_shows_what_hides_or_steers(void **state)
{
	static const char *const cases[][2] = {
		{"a\tb\nc", "a\\tb\\nc"},
		{"\x1b[31m", "\\x1b[31m"},
		{"\r\x7f", "\\x0d\\x7f"},
		{"\xc2\x9b", "\\x9b"},
		{"a\u202eb", "a\\u202eb"},
		{"\u2066\u061c\u200f", "\\u2066\\u061c\\u200f"},
		{"\u200b\u200d\ufeff\u00ad", "\\u200b\\u200d\\ufeff\\xad"},
		{"\u2028\u2029", "\\u2028\\u2029"},
		{"\u3164\ufe0f", "\\u3164\\ufe0f"},
		{"\U000e0041", "\\U000e0041"},
		{"a\xff", "a\\xff"},
		{"\xe2\x82", "\\xe2\\x82"},
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_escaped(cases[i][0], cases[i][1]);
}

/* A mark at the start, or a heap of them, would spill over neighbours. */
static void escape_holds_marks_in_their_place(void **state)
{
	(void)state;
	assert_escaped("\u0301x", "\\u0301x");
	assert_escaped("\x1b\u0301", "\\x1b\\u0301");
	assert_escaped("a\u0301\u0301\u0301\u0301\u0301", "a\u0301\u0301\u0301\u0301\\u0301");
}

static void escape_reports_a_full_buffer(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 5);
	assert_int_equal(text_escape(&out, "ab\x1b"), ERR_LIMIT);
	buf_free(&out);
}

static void width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("é"), 1);
	assert_int_equal(text_width("e\u0301"), 1);
	assert_int_equal(text_width("顧客"), 4);
	assert_int_equal(text_width("😀"), 2);
	assert_int_equal(text_width("\x1b"), 4);
	assert_int_equal(text_width("\u202e"), 6);
}

static void assert_fits(const char *text, int columns, const char *wanted, int wanted_used)
{
	struct buf out;
	int used = -1;

	buf_init(&out, 1000);
	assert_int_equal(text_fit(&out, text, columns, false, &used), ERR_OK);
	assert_string_equal(buf_str(&out), wanted);
	assert_int_equal(used, wanted_used);
	buf_free(&out);
}

static void fit_cuts_whole_characters(void **state)
{
	(void)state;
	assert_fits("abc", 5, "abc", 3);
	assert_fits("abc", 3, "abc", 3);
	assert_fits("abcd", 3, "ab…", 3);
	assert_fits("abcd", 1, "…", 1);
	assert_fits("abcd", 0, "", 0);
	assert_fits("abcd", -1, "", 0);
	assert_fits("", 0, "", 0);
	assert_fits("顧客名", 6, "顧客名", 6);
	assert_fits("顧客名", 5, "顧客…", 5);
	assert_fits("顧客名", 4, "顧…", 3);
	assert_fits("ae\u0301b", 2, "a…", 2);
	assert_fits("ae\u0301bc", 3, "ae\u0301…", 3);
	assert_fits("a\x1b[2J", 5, "a…", 2);
	assert_fits("a\x1b[2J", 6, "a\\x1b…", 6);
}

static void fit_has_an_ascii_mark(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(text_fit(&out, "abcdef", 4, true, NULL), ERR_OK);
	assert_string_equal(buf_str(&out), "abc~");
	buf_free(&out);
}

static void assert_trim_lower(const char *text, const char *wanted)
{
	char *out = text_trim_lower(text);

	assert_non_null(out);
	assert_string_equal(out, wanted);
	free(out);
}

/* Each figure is what CPython's text.strip().lower() gives. */
static void trim_lower_is_pythons(void **state)
{
	(void)state;
	assert_trim_lower("", "");
	assert_trim_lower(" \t\r\n ", "");
	assert_trim_lower("  Key_{A} b ", "key_{a} b");
	assert_trim_lower("\u00a0\u3000\u2003X\u2029\x1f\x1c", "x");
	assert_trim_lower("\u200bX", "\u200bx");
	assert_trim_lower("ÀÉÎ Straße STRASSE", "àéî straße strasse");
	assert_trim_lower("\u0130", "i\u0307");
	assert_trim_lower("ΟΔΟΣ", "οδος");
	assert_trim_lower("ΣΑΣ Σ", "σας σ");
	assert_trim_lower("\uff21", "\uff41");
}

static void lower_takes_broken_bytes(void **state)
{
	char *out = text_lower(" A\xff"
			       "B ");

	(void)state;
	assert_non_null(out);
	assert_string_equal(out, " a\ufffd"
				 "b ");
	free(out);
}

static bool collides(struct json_object *one)
{
	char *a = text_trim_lower(json_object_get_string(json_object_object_get(one, "a")));
	char *b = text_trim_lower(json_object_get_string(json_object_object_get(one, "b")));

	assert_non_null(a);
	assert_non_null(b);
	bool same = strcmp(a, b) == 0;
	free(a);
	free(b);
	return same;
}

static void trim_lower_meets_the_collision_vectors(void **state)
{
	struct json_object *root = json_object_from_file(TEST_DATA_DIR "/collision.json");

	(void)state;
	assert_non_null(root);
	struct json_object *cases = json_object_object_get(root, "cases");
	assert_true(json_object_array_length(cases) > 0);
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		struct json_object *wanted = json_object_object_get(one, "collide");
		assert_int_equal(collides(one), json_object_get_boolean(wanted));
	}
	json_object_put(root);
}

static void alnum_and_control(void **state)
{
	(void)state;
	assert_true(text_has_alnum("--a--"));
	assert_true(text_has_alnum("顧"));
	assert_true(text_has_alnum("½"));
	assert_false(text_has_alnum("-_ {}\u0301😀"));
	assert_false(text_has_alnum(""));
	assert_true(text_has_control("a\x01"));
	assert_true(text_has_control("\x7f"));
	assert_true(text_has_control("\xc2\x85"));
	assert_false(text_has_control("a é\u202e"));
}

static void distance_counts_edits(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		size_t edits;
	} cases[] = {
		{"", "", 0},       {"", "abc", 3},           {"abc", "", 3},
		{"abc", "ABC", 0}, {"abc", "abd", 1},        {"abc", "acb", 1},
		{"abc", "bc", 1},  {"kitten", "sitting", 3}, {"base_ulr", "base_url", 1},
		{"ca", "abc", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(text_distance(cases[i].a, cases[i].b), cases[i].edits);
}

static void nearest_suggests_only_what_is_near(void **state)
{
	static const char *const names[] = {"base_url", "token_url", "client_id", "theme"};

	(void)state;
	assert_string_equal(text_nearest("base_ulr", names, COUNT(names)), "base_url");
	assert_string_equal(text_nearest("TokenUrl", names, COUNT(names)), "token_url");
	assert_string_equal(text_nearest("them", names, COUNT(names)), "theme");
	assert_null(text_nearest("xyzzy", names, COUNT(names)));
	assert_null(text_nearest("", names, COUNT(names)));
	assert_null(text_nearest("theme", names, 0));
}

static void integers_are_whole_and_in_range(void **state)
{
	static const char *const broken[] = {"",   "-",   "+1", " 1",  "1 ",
					     "1x", "0x1", "1.", "1e3", "--1"};
	int64_t n = 77;

	(void)state;
	assert_int_equal(text_parse_int("0", 0, 10, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(text_parse_int("-12", -12, 0, &n), ERR_OK);
	assert_int_equal(n, -12);
	assert_int_equal(text_parse_int("9223372036854775807", 0, INT64_MAX, &n), ERR_OK);
	assert_true(n == INT64_MAX);
	assert_int_equal(text_parse_int("-9223372036854775808", INT64_MIN, 0, &n), ERR_OK);
	assert_true(n == INT64_MIN);

	n = 77;
	assert_int_equal(text_parse_int("11", 0, 10, &n), ERR_LIMIT);
	assert_int_equal(text_parse_int("-1", 0, 10, &n), ERR_LIMIT);
	assert_int_equal(text_parse_int("9223372036854775808", 0, INT64_MAX, &n), ERR_LIMIT);
	assert_int_equal(text_parse_int("-9223372036854775809", INT64_MIN, 0, &n), ERR_LIMIT);
	assert_int_equal(text_parse_int("99999999999999999999", 0, INT64_MAX, &n), ERR_LIMIT);
	for (size_t i = 0; i < COUNT(broken); i++)
		assert_int_equal(text_parse_int(broken[i], -100, 100, &n), ERR_PARSE);
	assert_int_equal(n, 77);
}

static void counts_are_grouped(void **state)
{
	static const struct {
		int64_t n;
		const char *text;
	} cases[] = {
		{0, "0"},          {999, "999"},   {12410, "12,410"},
		{-1000, "-1,000"}, {-100, "-100"}, {INT64_MIN, "-9,223,372,036,854,775,808"},
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		text_format_count(cases[i].n, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void dup_takes_null(void **state)
{
	char *copy = text_dup("x");

	(void)state;
	assert_string_equal(copy, "x");
	free(copy);
	assert_null(text_dup(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_is_well_formed),
		cmocka_unit_test(next_walks_characters_and_broken_bytes),
		cmocka_unit_test(escape_leaves_text_alone),
		cmocka_unit_test(escape_shows_what_hides_or_steers),
		cmocka_unit_test(escape_holds_marks_in_their_place),
		cmocka_unit_test(escape_reports_a_full_buffer),
		cmocka_unit_test(width_counts_columns),
		cmocka_unit_test(fit_cuts_whole_characters),
		cmocka_unit_test(fit_has_an_ascii_mark),
		cmocka_unit_test(trim_lower_is_pythons),
		cmocka_unit_test(lower_takes_broken_bytes),
		cmocka_unit_test(trim_lower_meets_the_collision_vectors),
		cmocka_unit_test(alnum_and_control),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(nearest_suggests_only_what_is_near),
		cmocka_unit_test(integers_are_whole_and_in_range),
		cmocka_unit_test(counts_are_grouped),
		cmocka_unit_test(dup_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
