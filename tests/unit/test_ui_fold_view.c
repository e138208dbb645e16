/* Lines that fold: the cursor stays with its line, searches find what is folded away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/ui/fold_view.h"

static void add(struct fold_view *view, int level, const char *text)
{
	assert_non_null(fold_view_add(view, level, 0, text, strlen(text)));
}

/* 0 head
 * 1   one
 * 2   two {
 * 3     inner
 * 4   }
 * 5 foot */
static void fill(struct fold_view *view)
{
	fold_view_init(view);
	add(view, 0, "head");
	add(view, 1, "one");
	add(view, 1, "two {");
	add(view, 2, "inner Größe");
	fold_view_under(view, 2);
	add(view, 1, "}");
	fold_view_under(view, 0);
	add(view, 0, "foot");
}

static void shows(struct fold_view *view, const char *wanted)
{
	char got[64] = "";

	for (size_t i = 0; i < view->rows.len; i++)
		got[i] = (char)('0' + ((struct fold_row *)vec_at(&view->rows, i))->line);
	assert_string_equal(got, wanted);
}

static size_t cursor_line(const struct fold_view *view)
{
	return ((struct fold_row *)vec_at(&view->rows, view->cursor))->line;
}

static void folding_hides_what_is_under_it(void **state)
{
	struct fold_view view;

	(void)state;
	fill(&view);
	assert_true(fold_view_action(&view, ACT_FIRST));
	shows(&view, "012345");
	assert_true(fold_view_action(&view, ACT_FOLD));
	shows(&view, "05");
	assert_true(fold_view_action(&view, ACT_DOWN));
	assert_int_equal(cursor_line(&view), 5);
	/* Nothing folds under the last line */
	assert_true(fold_view_action(&view, ACT_FOLD));
	shows(&view, "05");
	assert_true(fold_view_action(&view, ACT_FIRST));
	assert_true(fold_view_action(&view, ACT_FOLD));
	shows(&view, "012345");
	/* Within: what is around it folds */
	for (int i = 0; i < 3; i++)
		fold_view_action(&view, ACT_DOWN);
	assert_int_equal(cursor_line(&view), 3);
	assert_true(fold_view_action(&view, ACT_FOLD));
	shows(&view, "01245");
	assert_int_equal(cursor_line(&view), 2);
	assert_false(fold_view_action(&view, ACT_EDIT));
	fold_view_free(&view);
}

static void levels_fold_one_by_one(void **state)
{
	struct fold_view view;

	(void)state;
	fill(&view);
	fold_view_action(&view, ACT_NARROWER);
	shows(&view, "01245");
	fold_view_action(&view, ACT_NARROWER);
	shows(&view, "05");
	fold_view_action(&view, ACT_NARROWER);
	shows(&view, "05");
	fold_view_action(&view, ACT_WIDER);
	shows(&view, "01245");
	fold_view_action(&view, ACT_WIDER);
	shows(&view, "012345");
	fold_view_action(&view, ACT_WIDER);
	shows(&view, "012345");
	fold_view_free(&view);
}

static void a_search_opens_what_hides_it(void **state)
{
	struct fold_view view;

	(void)state;
	fill(&view);
	assert_false(fold_view_search(&view, NULL, false));
	fold_view_action(&view, ACT_FIRST);
	fold_view_action(&view, ACT_FOLD);
	shows(&view, "05");
	assert_true(fold_view_search(&view, "größe", false));
	assert_int_equal(cursor_line(&view), 3);
	shows(&view, "012345");
	assert_true(fold_view_search(&view, "o", false));
	assert_int_equal(cursor_line(&view), 5);
	/* Round the end, and back */
	assert_true(fold_view_search(&view, NULL, false));
	assert_int_equal(cursor_line(&view), 1);
	assert_true(fold_view_search(&view, NULL, true));
	assert_int_equal(cursor_line(&view), 5);
	assert_false(fold_view_search(&view, "nowhere", false));
	assert_int_equal(cursor_line(&view), 5);
	fold_view_free(&view);
}

static void nothing_is_no_trouble(void **state)
{
	struct fold_view view;

	(void)state;
	fold_view_init(&view);
	assert_false(fold_view_action(&view, ACT_DOWN));
	assert_false(fold_view_search(&view, "x", true));
	fold_view_free(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folding_hides_what_is_under_it),
		cmocka_unit_test(levels_fold_one_by_one),
		cmocka_unit_test(a_search_opens_what_hides_it),
		cmocka_unit_test(nothing_is_no_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
