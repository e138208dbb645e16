#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/base/buf.h"

static void empty_buffer_is_an_empty_string(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf_str(&buf), "");
	assert_null(buf.data);
	assert_int_equal(buf_append(&buf, "", 0), ERR_OK);
	assert_string_equal(buf_str(&buf), "");
	buf_consume(&buf, 3);
	assert_int_equal(buf.len, 0);
	buf_free(&buf);
}

static void appends_join(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	assert_int_equal(buf_puts(&buf, "one"), ERR_OK);
	assert_int_equal(buf_putc(&buf, ' '), ERR_OK);
	assert_int_equal(buf_append(&buf, "two and more", 3), ERR_OK);
	assert_int_equal(buf_printf(&buf, " %d%s", 3, "!"), ERR_OK);
	assert_string_equal(buf_str(&buf), "one two 3!");
	assert_int_equal(buf.len, 10);
	buf_free(&buf);
}

static void bytes_may_be_nul(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 8);
	assert_int_equal(buf_append(&buf, "a\0b", 3), ERR_OK);
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "a\0b", 4);
	buf_free(&buf);
}

static void maximum_is_reached_exactly(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(buf_puts(&buf, "12345"), ERR_OK);
	assert_int_equal(buf_putc(&buf, '6'), ERR_LIMIT);
	assert_string_equal(buf_str(&buf), "12345");
	assert_true(buf.cap <= 6);
	buf_free(&buf);
}

static void failure_stays_until_reset(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 4);
	assert_int_equal(buf_puts(&buf, "ab"), ERR_OK);
	assert_int_equal(buf_printf(&buf, "%s", "cde"), ERR_LIMIT);
	assert_int_equal(buf_putc(&buf, 'c'), ERR_LIMIT);
	assert_int_equal(buf.failed, ERR_LIMIT);
	assert_string_equal(buf_str(&buf), "ab");
	buf_reset(&buf);
	assert_int_equal(buf.failed, ERR_OK);
	assert_int_equal(buf_puts(&buf, "wxyz"), ERR_OK);
	assert_string_equal(buf_str(&buf), "wxyz");
	buf_free(&buf);
}

static void zero_maximum_takes_nothing(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 0);
	assert_int_equal(buf_puts(&buf, ""), ERR_OK);
	assert_int_equal(buf_putc(&buf, 'x'), ERR_LIMIT);
	buf_free(&buf);
}

static void largest_maximum_does_not_overflow(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	assert_int_equal(buf_puts(&buf, "x"), ERR_OK);
	assert_int_equal(buf_append(&buf, "y", SIZE_MAX - 1), ERR_LIMIT);
	assert_string_equal(buf_str(&buf), "x");
	buf_free(&buf);
}

static void grows_over_many_appends(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(buf_printf(&buf, "%04d,", i), ERR_OK);
	assert_int_equal(buf.len, 50000);
	assert_memory_equal(buf.data + 5 * 1234, "1234,", 5);
	buf_free(&buf);
}

static void expecting_changes_nothing(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_expect(&buf, 500);
	assert_string_equal(buf_str(&buf), "");
	buf_puts(&buf, "abc");
	buf_expect(&buf, 2);
	buf_expect(&buf, SIZE_MAX); /* past the maximum: a hint alone */
	assert_string_equal(buf_str(&buf), "abc");
	assert_int_equal(buf.failed, ERR_OK);
	for (int i = 0; i < 997; i++)
		assert_int_equal(buf_putc(&buf, 'x'), ERR_OK);
	assert_int_equal(buf_putc(&buf, 'x'), ERR_LIMIT);
	buf_free(&buf);
}

static void consume_drops_the_front(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_puts(&buf, "line 1\nline 2\n");
	buf_consume(&buf, 7);
	assert_string_equal(buf_str(&buf), "line 2\n");
	buf_consume(&buf, 100);
	assert_string_equal(buf_str(&buf), "");
	assert_int_equal(buf_puts(&buf, "again"), ERR_OK);
	assert_string_equal(buf_str(&buf), "again");
	buf_free(&buf);
}

static void take_hands_over_the_string(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_puts(&buf, "mine");
	char *text = buf_take(&buf);
	assert_string_equal(text, "mine");
	assert_string_equal(buf_str(&buf), "");
	assert_int_equal(buf.max, 100);
	free(text);

	text = buf_take(&buf);
	assert_string_equal(text, "");
	free(text);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_buffer_is_an_empty_string),
		cmocka_unit_test(appends_join),
		cmocka_unit_test(bytes_may_be_nul),
		cmocka_unit_test(maximum_is_reached_exactly),
		cmocka_unit_test(failure_stays_until_reset),
		cmocka_unit_test(zero_maximum_takes_nothing),
		cmocka_unit_test(largest_maximum_does_not_overflow),
		cmocka_unit_test(grows_over_many_appends),
		cmocka_unit_test(expecting_changes_nothing),
		cmocka_unit_test(consume_drops_the_front),
		cmocka_unit_test(take_hands_over_the_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
