/* Each text, and its lines as they would be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/buf.h"
#include "dacache/domain/json_lines.h"

/* A line: depth, key, value, comma; of what opens, how much is in it and where it ends. */
static void put(struct buf *out, const char *text, const struct json_line *line)
{
	static const char kinds[] = "snle{}!";

	buf_printf(out, "%d%c", line->depth, kinds[line->kind]);
	if (line->key_len > 0)
		buf_printf(out, "%.*s:", (int)line->key_len, text + line->key_at);
	buf_printf(out, "%.*s%s", (int)line->value_len, text + line->value_at,
		   line->comma ? "," : "");
	if (line->kind == JSON_OPEN)
		buf_printf(out, "(%zu to %zu)", line->within, line->last);
	buf_putc(out, '\n');
}

static void check(const char *text, bool wanted_whole, const char *wanted)
{
	struct vec lines;
	struct buf out;
	bool whole;

	vec_init(&lines, sizeof(struct json_line));
	buf_init(&out, 100000);
	assert_int_equal(json_lines_make(text, strlen(text), &lines, &whole), ERR_OK);
	for (size_t i = 0; i < lines.len; i++)
		put(&out, text, vec_at(&lines, i));
	assert_string_equal(buf_str(&out), wanted);
	assert_int_equal(whole, wanted_whole);
	buf_free(&out);
	vec_free(&lines);
}

static void values_stay_as_they_came(void **state)
{
	(void)state;
	check("{}", true, "0e{}\n");
	check(" [ ] ", true, "0e[ ]\n");
	check("{\"a\":1,\"b\" : [true , null,{\"c\":\"x\\\"]\"}],\"d\":-1.50e+3}", true,
	      "0{{(3 to 10)\n"
	      "1n\"a\":1,\n"
	      "1{\"b\":[(3 to 8)\n"
	      "2ltrue,\n"
	      "2lnull,\n"
	      "2{{(1 to 7)\n"
	      "3s\"c\":\"x\\\"]\"\n"
	      "2}}\n"
	      "1}],\n"
	      "1n\"d\":-1.50e+3\n"
	      "0}}\n");
}

static void what_breaks_off_is_shown_as_far_as_it_goes(void **state)
{
	(void)state;
	check("{\"a\":1,\"b\":{\"c\":\"xy", false,
	      "0{{(2 to 3)\n"
	      "1n\"a\":1,\n"
	      "1{\"b\":{(1 to 3)\n"
	      "2!\"c\":\"xy\n");
	check("[1,", false, "0{[(1 to 1)\n1n1,\n");
	check("{", false, "0{{(0 to 0)\n");
	check("[1 2]\nx", false, "0{[(1 to 3)\n1n1\n1!2]\n1!x\n");
	check("{\"a\" 1}", false, "0{{(0 to 1)\n1!\"a\" 1}\n");
	check("[1}", false, "0{[(1 to 2)\n1n1\n1!}\n");
	check("{\"a\":***}", false, "0{{(1 to 1)\n1!\"a\":***}\n");
	check("{} x", false, "0e{}\n0!x\n");
}

static void what_does_not_begin_so_is_no_json(void **state)
{
	static const char *const texts[] = {"", " ", "x", "\"a\"", "12", "<html>"};
	struct vec lines;
	bool whole;

	(void)state;
	vec_init(&lines, sizeof(struct json_line));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(json_lines_make(texts[i], strlen(texts[i]), &lines, &whole),
				 ERR_PARSE);
	assert_int_equal(lines.len, 0);
	vec_free(&lines);
}

static void depth_has_a_bound(void **state)
{
	char text[1001];
	struct vec lines;
	bool whole;

	(void)state;
	memset(text, '[', 1000);
	text[1000] = '\0';
	vec_init(&lines, sizeof(struct json_line));
	assert_int_equal(json_lines_make(text, 1000, &lines, &whole), ERR_OK);
	assert_false(whole);
	assert_int_equal(((struct json_line *)vec_at(&lines, 0))->last, lines.len - 1);
	vec_free(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stay_as_they_came),
		cmocka_unit_test(what_breaks_off_is_shown_as_far_as_it_goes),
		cmocka_unit_test(what_does_not_begin_so_is_no_json),
		cmocka_unit_test(depth_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
