/* Paragraphs: rows broken at blanks, by columns and not by bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dacache/ui/draw.h"

static void expect_rows(const char *text, int cols, const char *const *rows)
{
	size_t skip;

	for (; *rows; rows++) {
		size_t len = draw_wrap_next(text, cols, &skip);
		assert_int_equal(len, strlen(*rows));
		assert_memory_equal(text, *rows, len);
		text += len + skip;
	}
	assert_string_equal(text, "");
}

static void at_blanks(void **state)
{
	const char *const rows[] = {"the quick", "brown fox", NULL};

	(void)state;
	expect_rows("the quick brown fox", 10, rows);
	expect_rows("the quick   brown fox", 9, rows);
}

static void long_words(void **state)
{
	const char *const rows[] = {"abcd", "efgh", "ij", NULL};

	(void)state;
	expect_rows("abcdefghij", 4, rows);
}

static void newlines(void **state)
{
	const char *const rows[] = {"one", "", "two", NULL};

	(void)state;
	expect_rows("one\n\ntwo", 10, rows);
}

static void wide_characters(void **state)
{
	const char *const rows[] = {"客户", "资料", NULL};

	(void)state;
	expect_rows("客户资料", 5, rows);
}

static void narrower_than_a_character(void **state)
{
	const char *const rows[] = {"客", "户", NULL};

	(void)state;
	expect_rows("客户", 1, rows);
}

static void escapes_count_as_shown(void **state)
{
	const char *const rows[] = {"ab\033", "cd", NULL}; /* "ab\x1b": 6 columns */

	(void)state;
	expect_rows("ab\033cd", 6, rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_blanks),
		cmocka_unit_test(long_words),
		cmocka_unit_test(newlines),
		cmocka_unit_test(wide_characters),
		cmocka_unit_test(narrower_than_a_character),
		cmocka_unit_test(escapes_count_as_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
