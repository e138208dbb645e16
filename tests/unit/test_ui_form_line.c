/* A line of text under the cursor: every byte as it was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dacache/ui/form.h"

static enum form_took press(struct form_line *line, uint32_t code)
{
	struct key key = {.code = code};

	return form_line_key(line, &key);
}

static struct form_line line_with(const char *text)
{
	struct form_line line;

	form_line_init(&line, 64);
	assert_int_equal(form_line_set(&line, text), ERR_OK);
	return line;
}

static void typing_keeps_every_byte(void **state)
{
	static const uint32_t typed[] = {'q', ':', ' ', 0xe9, 0x5ba2, 0x1f600, 0x202e, ' '};
	struct form_line line = line_with("");

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
		assert_int_equal(press(&line, typed[i]), FORM_CHANGED);
	assert_string_equal(form_line_text(&line), "q: \xc3\xa9\xe5\xae\xa2\xf0\x9f\x98\x80"
						   "\xe2\x80\xae ");
	assert_int_equal(line.cursor, line.text.len);
	form_line_free(&line);
}

static void keys_that_are_no_text_stay_out(void **state)
{
	struct form_line line = line_with("ab");

	(void)state;
	assert_int_equal(press(&line, K_TAB), FORM_NOT_MINE);
	assert_int_equal(press(&line, K_ENTER), FORM_NOT_MINE);
	assert_int_equal(press(&line, K_ESC), FORM_NOT_MINE);
	assert_int_equal(press(&line, K_F2), FORM_NOT_MINE);
	assert_int_equal(press(&line, K_UP), FORM_NOT_MINE);
	assert_int_equal(press(&line, 0x9b), FORM_NOT_MINE);
	assert_string_equal(form_line_text(&line), "ab");
	form_line_free(&line);
}

static void a_paste_is_text_alone(void **state)
{
	struct form_line line = line_with("ab");
	static const uint32_t pasted[] = {K_ENTER, K_TAB, K_ESC, K_CTRL('U'), K_LEFT, K_BACKSPACE};

	(void)state;
	for (size_t i = 0; i < sizeof pasted / sizeof pasted[0]; i++) {
		struct key key = {.code = pasted[i], .pasted = true};
		assert_int_equal(form_line_key(&line, &key), FORM_DROPPED);
	}
	assert_string_equal(form_line_text(&line), "ab");
	assert_int_equal(line.cursor, 2);
	form_line_free(&line);
}

static void editing_moves_by_characters(void **state)
{
	struct form_line line = line_with("a\xe5\xae\xa2z");

	(void)state;
	assert_int_equal(press(&line, K_LEFT), FORM_MOVED);
	assert_int_equal(press(&line, K_BACKSPACE), FORM_CHANGED);
	assert_string_equal(form_line_text(&line), "az");
	press(&line, K_HOME);
	assert_int_equal(press(&line, K_BACKSPACE), FORM_MOVED);
	assert_int_equal(press(&line, K_LEFT), FORM_MOVED);
	assert_int_equal(press(&line, K_DELETE), FORM_CHANGED);
	assert_string_equal(form_line_text(&line), "z");
	press(&line, K_END);
	assert_int_equal(press(&line, K_DELETE), FORM_MOVED);
	assert_int_equal(press(&line, K_RIGHT), FORM_MOVED);
	assert_int_equal(line.cursor, 1);
	form_line_free(&line);
}

static void a_mark_goes_with_its_base(void **state)
{
	struct form_line line = line_with("xe\xcc\x81");

	(void)state;
	press(&line, K_LEFT);
	assert_int_equal(line.cursor, 1);
	press(&line, K_DELETE);
	assert_string_equal(form_line_text(&line), "x");
	form_line_free(&line);
}

static void lines_words_and_rests_are_cut(void **state)
{
	struct form_line line = line_with("customer_{contactId}");

	(void)state;
	press(&line, K_CTRL('W'));
	assert_string_equal(form_line_text(&line), "customer_{");
	press(&line, K_CTRL('W'));
	assert_string_equal(form_line_text(&line), "");
	assert_int_equal(press(&line, K_CTRL('W')), FORM_MOVED);
	assert_int_equal(form_line_set(&line, "abcd"), ERR_OK);
	press(&line, K_CTRL('A'));
	press(&line, K_RIGHT);
	press(&line, K_CTRL('K'));
	assert_string_equal(form_line_text(&line), "a");
	press(&line, K_CTRL('U'));
	assert_string_equal(form_line_text(&line), "");
	form_line_free(&line);
}

static void a_full_line_takes_no_more(void **state)
{
	struct form_line line;

	(void)state;
	form_line_init(&line, 3);
	assert_int_equal(press(&line, 'a'), FORM_CHANGED);
	assert_int_equal(press(&line, 0x5ba2), FORM_FULL);
	assert_int_equal(press(&line, 0xe9), FORM_CHANGED);
	assert_int_equal(press(&line, 'b'), FORM_FULL);
	assert_string_equal(form_line_text(&line), "a\xc3\xa9");
	/* what the server holds is seen whole, and may be cut */
	assert_int_equal(form_line_set(&line, "longer than that"), ERR_OK);
	assert_string_equal(form_line_text(&line), "longer than that");
	assert_int_equal(press(&line, 'b'), FORM_FULL);
	assert_int_equal(press(&line, K_BACKSPACE), FORM_CHANGED);
	form_line_free(&line);
}

static void the_cursor_stays_within_the_columns(void **state)
{
	struct form_line line = line_with("0123456789");

	(void)state;
	assert_int_equal(form_line_scroll(&line, 20), 10);
	assert_int_equal(line.left, 0);
	assert_int_equal(form_line_scroll(&line, 11), 10);
	assert_int_equal(line.left, 0);
	/* a column for the sign of what is cut off left */
	assert_int_equal(form_line_scroll(&line, 6), 5);
	assert_int_equal(line.left, 6);
	press(&line, K_HOME);
	assert_int_equal(form_line_scroll(&line, 6), 0);
	assert_int_equal(line.left, 0);
	form_line_free(&line);
}

static void wide_characters_scroll_whole(void **state)
{
	struct form_line line = line_with("\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2");

	(void)state;
	assert_int_equal(form_line_scroll(&line, 7), 5);
	assert_int_equal(line.left, 6);
	form_line_point(&line, 2);
	assert_int_equal(line.cursor, 6);
	form_line_point(&line, 3);
	assert_int_equal(line.cursor, 9);
	form_line_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_keeps_every_byte),
		cmocka_unit_test(keys_that_are_no_text_stay_out),
		cmocka_unit_test(a_paste_is_text_alone),
		cmocka_unit_test(editing_moves_by_characters),
		cmocka_unit_test(a_mark_goes_with_its_base),
		cmocka_unit_test(lines_words_and_rests_are_cut),
		cmocka_unit_test(a_full_line_takes_no_more),
		cmocka_unit_test(the_cursor_stays_within_the_columns),
		cmocka_unit_test(wide_characters_scroll_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
