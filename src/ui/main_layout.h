/* Where the panes of the main screen stand. */
#ifndef MAIN_LAYOUT_H
#define MAIN_LAYOUT_H

#include "dacache/ui/draw.h"

enum pane_id {
	PANE_ACTIONS,
	PANE_DETAIL,
	PANE_LIVE,
	PANE_AUDIT,
	PANE_REQUESTS,
	PANE_SUMMARY, /* of the selected action, below the list of a small screen */
	PANES
};

enum { PANES_FOCUS = PANE_SUMMARY, WIDE_ROWS = 40, WIDE_COLS = 140 };

/* A pane without a place has rows 0. */
struct main_layout {
	struct rect at[PANES];
	bool wide;       /* all five panes */
	int divider_col; /* between left and right, where wide */
	int divider_rows;
};

/* rows and cols of the body; */
void main_layout_make(struct main_layout *layout, int rows, int cols, enum pane_id focus,
		      bool full);

#endif
