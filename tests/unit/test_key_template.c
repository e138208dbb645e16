#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "dacache/domain/key_template.h"

static void assert_fault(const char *key, const char *text)
{
	struct err err = {0};

	if (key_template_check(key, &err) != ERR_INVALID)
		fail_msg("let through: %s", key);
	assert_string_equal(err.text, text);
}

static void good_templates_pass(void **state)
{
	static const char *const good[] = {
		"k",
		"7",
		"customer_{contactId}_profile_v2",
		"{a}{b}",
		"{a b}",
		"x{-}",
		"\xe5\xae\xa2",
		"\xd9\xa3",
		"a b",
		" k ",
		"Gr\xc3\xbc\xc3\x9f"
		"e_{id}",
		"e\xcc\x81",
		"$:/.-_k",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (key_template_check(good[i], NULL) != ERR_OK)
			fail_msg("refused: %s", good[i]);
}

static void faults_are_named(void **state)
{
	static const char letters[] = "cacheKey must contain alphanumeric characters";
	static const char control[] = "cacheKey must not contain control characters";
	static const char unnamed[] = "cacheKey has a placeholder without a name";

	(void)state;
	assert_fault(NULL, "cacheKey is empty");
	assert_fault("", "cacheKey is empty");
	assert_fault(" ", letters);
	assert_fault("_-{}", letters);
	assert_fault("\xf0\x9f\x98\x80", letters);
	assert_fault("a\tb", control);
	assert_fault("a\x7f", control);
	assert_fault("a\xc2\x85", control);
	assert_fault("\xe2\x90\x80nul", control);
	assert_fault("a\xff", "cacheKey is not UTF-8");
	assert_fault("k_{", "cacheKey has a { that is not closed");
	assert_fault("k_{a", "cacheKey has a { that is not closed");
	assert_fault("k_}", "cacheKey has a } without a { before it");
	assert_fault("k_{a}}", "cacheKey has a } without a { before it");
	assert_fault("}k{", "cacheKey has a } without a { before it");
	assert_fault("k_{{a}}", "cacheKey has a { within a placeholder");
	assert_fault("k_{a{b}", "cacheKey has a { within a placeholder");
	assert_fault("k_{}", unnamed);
	assert_fault("k_{a}_{ }", unnamed);
}

struct seen {
	char text[256];
};

static void note(void *context, const char *name, size_t len)
{
	struct seen *seen = context;

	strncat(seen->text, name, len);
	strcat(seen->text, ";");
}

static void assert_names(const char *key, const char *wanted)
{
	struct seen seen = {""};

	key_template_placeholders(key, note, &seen);
	assert_string_equal(seen.text, wanted);
}

static void placeholders_are_found_in_order(void **state)
{
	(void)state;
	assert_names("", "");
	assert_names("plain", "");
	assert_names("a_{x}_{y}_{x}", "x;y;x;");
	assert_names("{ x }", " x ;");
	assert_names("{", "");
	assert_names("}{a}", "a;");
	assert_names("{}{a}", "a;");
	assert_names("{a{b}c}", "b;");
	assert_names("{a}{b", "a;");
}

static void golden_collisions_hold(void **state)
{
	struct json_object *file = json_object_from_file(TEST_DATA_DIR "/collision.json");
	struct json_object *cases = json_object_object_get(file, "cases");
	size_t n = json_object_array_length(cases);

	(void)state;
	assert_in_range(n, 10, 1000);
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(cases, i);
		const char *a = json_object_get_string(json_object_object_get(one, "a"));
		const char *b = json_object_get_string(json_object_object_get(one, "b"));
		bool wanted = json_object_get_boolean(json_object_object_get(one, "collide"));
		char *form_a = key_template_collision_form(a);
		char *form_b = key_template_collision_form(b);

		if (key_template_collides(a, b) != wanted || key_template_collides(b, a) != wanted)
			fail_msg("\"%s\" and \"%s\"", a, b);
		assert_int_equal(!strcmp(form_a, form_b), wanted);
		free(form_a);
		free(form_b);
	}
	json_object_put(file);
}

static void no_key_collides_with_nothing(void **state)
{
	(void)state;
	assert_false(key_template_collides(NULL, NULL));
	assert_false(key_template_collides(NULL, ""));
	assert_false(key_template_collides("k", NULL));
}

static void assert_patterns(const char *a, const char *b, bool same)
{
	char *pattern_a = key_template_pattern(a);
	char *pattern_b = key_template_pattern(b);

	if (!strcmp(pattern_a, pattern_b) != same)
		fail_msg("%s is %s, %s is %s", a, pattern_a, b, pattern_b);
	free(pattern_a);
	free(pattern_b);
}

static void pattern_forgets_names_alone(void **state)
{
	(void)state;
	assert_patterns("k_{a}", "k_{b}", true);
	assert_patterns(" K_{a} ", "k_{longer}", true);
	assert_patterns("{a}_{b}_x", "{b}_{a}_x", true);
	assert_patterns("k_{a}", "k_{a}_{b}", false);
	assert_patterns("k_{a}", "k_a", false);
	assert_patterns("k_{a}", "j_{a}", false);
	assert_patterns("k", "k", true);
	assert_patterns("", "", true);
}

static void example_fills_placeholders(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	assert_int_equal(key_template_example("k_{a}_{b}{c}x", "42", &out), ERR_OK);
	assert_string_equal(buf_str(&out), "k_42_4242x");
	buf_reset(&out);
	assert_int_equal(key_template_example("plain{", "42", &out), ERR_OK);
	assert_string_equal(buf_str(&out), "plain{");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_templates_pass),
		cmocka_unit_test(faults_are_named),
		cmocka_unit_test(placeholders_are_found_in_order),
		cmocka_unit_test(golden_collisions_hold),
		cmocka_unit_test(no_key_collides_with_nothing),
		cmocka_unit_test(pattern_forgets_names_alone),
		cmocka_unit_test(example_fills_placeholders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
