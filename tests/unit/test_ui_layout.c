/* Panes of the main screen: within the body, never one over the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/ui/main_layout.h"

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->rows > 0 && b->rows > 0 && a->row < b->row + b->rows &&
	       b->row < a->row + a->rows && a->col < b->col + b->cols && b->col < a->col + a->cols;
}

static void check(int rows, int cols, enum pane_id focus, bool full)
{
	struct main_layout layout;

	main_layout_make(&layout, rows, cols, focus, full);
	assert_true(layout.at[focus].rows > 0);
	for (int i = 0; i < PANES; i++) {
		const struct rect *at = &layout.at[i];
		assert_true(at->row >= 0 && at->col >= 0);
		assert_true(at->row + at->rows <= rows && at->col + at->cols <= cols);
		for (int k = i + 1; k < PANES; k++)
			assert_false(overlap(at, &layout.at[k]));
	}
}

static void no_pane_over_another(void **state)
{
	(void)state;
	for (int rows = 21; rows <= 100; rows++)
		for (int cols = 80; cols <= 250; cols += 5)
			for (int focus = 0; focus < PANES_FOCUS; focus++) {
				check(rows, cols, (enum pane_id)focus, false);
				check(rows, cols, (enum pane_id)focus, true);
			}
}

static void small_screen(void **state)
{
	struct main_layout layout;

	(void)state;
	main_layout_make(&layout, 21, 80, PANE_ACTIONS, false);
	assert_int_equal(layout.at[PANE_ACTIONS].rows, 18);
	assert_int_equal(layout.at[PANE_SUMMARY].rows, 3);
	assert_int_equal(layout.at[PANE_LIVE].rows, 0);
	main_layout_make(&layout, 21, 80, PANE_LIVE, false);
	assert_true(layout.at[PANE_LIVE].rows >= 13);
	assert_true(layout.at[PANE_ACTIONS].rows >= 7);
	main_layout_make(&layout, 21, 80, PANE_LIVE, true);
	assert_int_equal(layout.at[PANE_LIVE].rows, 21);
	assert_int_equal(layout.at[PANE_ACTIONS].rows, 0);
}

static void all_five_from_140_by_40(void **state)
{
	struct main_layout layout;

	(void)state;
	main_layout_make(&layout, 37, 140, PANE_ACTIONS, false);
	assert_true(layout.wide);
	for (int i = 0; i < PANES_FOCUS; i++)
		assert_true(layout.at[i].rows >= 7 && layout.at[i].cols >= 50);
	assert_int_equal(layout.at[PANE_AUDIT].cols, 140);
	main_layout_make(&layout, 36, 140, PANE_ACTIONS, false);
	assert_false(layout.wide);
	main_layout_make(&layout, 37, 139, PANE_ACTIONS, false);
	assert_false(layout.wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_pane_over_another),
		cmocka_unit_test(small_screen),
		cmocka_unit_test(all_five_from_140_by_40),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
