/* One pane over all, list and pane, or all five. */
#include "main_layout.h"

#include <string.h>

enum { FRAME_ROWS = 3, SUMMARY_ROWS = 3, LIST_LEAST_ROWS = 7 };

static void wide_layout(struct main_layout *layout, int rows, int cols)
{
	int left = cols * 3 / 5;
	int right = cols - left - 1;
	int foot = rows / 5 < 7 ? 7 : rows / 5;
	int top = (rows - foot) * 2 / 3;
	int middle = rows - foot - top;

	layout->wide = true;
	layout->divider_col = left;
	layout->divider_rows = top + middle;
	layout->at[PANE_ACTIONS] = (struct rect){0, 0, top, left};
	layout->at[PANE_LIVE] = (struct rect){0, left + 1, top, right};
	layout->at[PANE_DETAIL] = (struct rect){top, 0, middle, left};
	layout->at[PANE_REQUESTS] = (struct rect){top, left + 1, middle, right};
	layout->at[PANE_AUDIT] = (struct rect){top + middle, 0, foot, cols};
}

void main_layout_make(struct main_layout *layout, int rows, int cols, enum pane_id focus, bool full)
{
	int list = rows / 3 < LIST_LEAST_ROWS ? LIST_LEAST_ROWS : rows / 3;

	memset(layout, 0, sizeof *layout);
	if (full) {
		layout->at[focus] = (struct rect){0, 0, rows, cols};
	} else if (rows + FRAME_ROWS >= WIDE_ROWS && cols >= WIDE_COLS) {
		wide_layout(layout, rows, cols);
	} else if (focus == PANE_ACTIONS) {
		layout->at[PANE_ACTIONS] = (struct rect){0, 0, rows - SUMMARY_ROWS, cols};
		layout->at[PANE_SUMMARY] =
			(struct rect){rows - SUMMARY_ROWS, 0, SUMMARY_ROWS, cols};
	} else {
		layout->at[PANE_ACTIONS] = (struct rect){0, 0, list, cols};
		layout->at[focus] = (struct rect){list, 0, rows - list, cols};
	}
}
