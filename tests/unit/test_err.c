#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/err.h"
#include "dacache/base/text.h"

static void set_returns_the_code_and_fills_the_text(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_set(&err, ERR_IO, "%s: line %d", "file", 3), ERR_IO);
	assert_int_equal(err.code, ERR_IO);
	assert_string_equal(err.text, "file: line 3");
	assert_int_equal(err_set(NULL, ERR_IO, "nobody"), ERR_IO);
	assert_int_equal(err_prefix(NULL, "nobody"), ERR_OK);
}

static void prefix_goes_in_front(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ERR_PARSE, "unexpected ,");
	assert_int_equal(err_prefix(&err, "line %d", 7), ERR_PARSE);
	assert_string_equal(err.text, "line 7: unexpected ,");
	err_clear(&err);
	assert_int_equal(err.code, ERR_OK);
	assert_string_equal(err.text, "");
}

static void text_may_name_itself(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ERR_IO, "inner");
	err_set(&err, ERR_STORE, "outer (%s)", err.text);
	assert_string_equal(err.text, "outer (inner)");
}

static void long_text_is_cut_between_characters(void **state)
{
	char longer[2 * ERR_TEXT_SIZE + 1] = "";
	struct err err;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(longer); i += 2)
		memcpy(longer + i, "\xc3\xa9", 3);
	/* Both an odd and an even start: one of them would split a character. */
	for (int odd = 0; odd < 2; odd++) {
		err_set(&err, ERR_IO, "%s%s", odd ? "x" : "", longer);
		assert_in_range(strlen(err.text), ERR_TEXT_SIZE - 2, ERR_TEXT_SIZE - 1);
		assert_true(text_is_valid(err.text, strlen(err.text)));
		err_prefix(&err, "p");
		assert_in_range(strlen(err.text), ERR_TEXT_SIZE - 2, ERR_TEXT_SIZE - 1);
		assert_true(text_is_valid(err.text, strlen(err.text)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_returns_the_code_and_fills_the_text),
		cmocka_unit_test(prefix_goes_in_front),
		cmocka_unit_test(text_may_name_itself),
		cmocka_unit_test(long_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
